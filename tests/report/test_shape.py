"""Tests of the shape that the reports rely on."""

from __future__ import annotations

from grader.record.fields import filled
from grader.report.page import render_page
from grader.report.shape import faulted, find, to_do, troubles
from tests.report import factory


def test_complete_fills_in_what_an_unfinished_record_lacks():
    """A record that is only a name can be shown."""
    whole = filled({"student": "s001", "slug": "s001", "status": "grader_fault", "checks": [{"id": "a"}]})
    assert whole["assignment"] == {"id": "", "title": "", "total": 0.0, "bonus": 0.0, "allowed": []}
    assert whole["checks"][0]["result"] == "not_checked"
    assert "No score yet." in render_page(whole)


def test_complete_leaves_its_argument_alone():
    """The record is not changed."""
    given = factory.partly_wrong()
    filled(given)
    assert given == factory.partly_wrong()


def test_faulted_sees_one_spoilt_check():
    """One check that we could not carry out is enough."""
    assert faulted(factory.half_faulty())
    assert not faulted(factory.partly_wrong())


def test_to_do_is_the_untouched_template_only():
    """One earned part, another reason, or a fault while loading, and the page is no list of what to do."""
    assert to_do(filled(factory.untouched()))
    assert not to_do(filled(factory.record()))
    one_passed = factory.untouched()
    one_passed["checks"][0] = factory.check("1.1")
    assert not to_do(filled(one_passed))
    stopped = {"status": "raised", "fault": factory.fault("Loading your submission stopped.")}
    assert not to_do(filled(factory.untouched() | {"loading": stopped}))
    assert not to_do(filled(factory.record() | {"checks": []}))


def test_find_gives_nothing_for_no_id():
    """A check without a prerequisite has none."""
    assert find(factory.record(), None) is None
    assert find(factory.record(), "check_sgd")["task"] == "5.1"


def test_troubles_names_a_repeated_fault_once():
    """What could not be read could not be run either: one sentence for both."""
    unreadable = {"status": "unreadable", "fault": factory.fault("The file is empty.", why="missing")}
    whole = filled(factory.record() | {"loading": unreadable, "running": unreadable})
    assert [(where, fault["message"]) for where, fault in troubles(whole)] == [("reading", "The file is empty.")]
