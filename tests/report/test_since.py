"""Tests of what a page says about the last hand-in."""

from __future__ import annotations

from grader.record.fields import filled
from grader.report.page import render_page
from grader.report.since import changes, earned_by_task
from tests.report import factory
from tests.report.html_reader import Page


def after(earlier, **changed):
    """Return the record of a student who earned other points before in some tasks."""
    record = factory.partly_wrong() | changed
    record["earlier"] = {"sha256": "2" * 64, "tasks": earned_by_task(record) | earlier}
    return record


def test_page_says_what_changed_since_the_last_hand_in():
    """All points together, then each task that changed, up or down."""
    words = Page(render_page(after({"1.1": 0.0, "2.2": 7.5, "7.1": 1.0}))).words
    assert (
        "Since your last hand-in: +4.5 points (1.1 Sigmoid +4, 2.2 Linear: backward \u22121.5, 7.1 Momentum +2)."
        in words
    )


def test_page_says_that_nothing_changed():
    """Another hand-in with the same points is told so, and a first one is told nothing."""
    assert "Since your last hand-in: the points of all tasks are unchanged." in Page(render_page(after({}))).words
    assert "last hand-in" not in render_page(factory.partly_wrong())


def test_changes_are_counted_without_what_people_gave():
    """Written answers that wait again after a change are no points lost."""
    record = factory.written()
    assert earned_by_task(record)["1.1"] == 4.0
    record["earlier"] = {"sha256": "2" * 64, "tasks": earned_by_task(record)}
    assert changes(filled(record)).tasks == ()


def test_changes_are_not_told_where_a_fault_of_ours_is():
    """Points that we could not give are no loss."""
    record = factory.half_faulty()
    record["earlier"] = {"sha256": "2" * 64, "tasks": {"5.1": 4.0}}
    assert changes(filled(record)) is None
