"""Tests of the results as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from grader.report import junit
from grader.report.class_summary import gather
from tests.report import factory


def read(records):
    """Return the root element of a class."""
    text = junit.head(gather(iter(records))) + "".join(map(junit.suite, records)) + junit.tail()
    return ElementTree.fromstring(text.encode("utf-8"))


def test_head_adds_up_the_suites():
    """The totals of the class are the sums over its students."""
    root = read(factory.a_class())
    for name in ("tests", "failures", "errors", "skipped"):
        assert int(root.get(name)) == sum(int(suite.get(name)) for suite in root), name
    for suite in root:
        found = {name: len(suite.findall(f"testcase/{name}")) for name in ("failure", "error", "skipped")}
        assert found == {
            "failure": int(suite.get("failures")), "error": int(suite.get("errors")), "skipped": int(suite.get("skipped")),
        }  # fmt: skip
        assert len(suite.findall("testcase")) == int(suite.get("tests"))


def test_suite_carries_the_points_as_properties():
    """A suite has the score, a case its points."""
    (suite,) = read([factory.partly_wrong()])
    assert suite.get("name") == "s002"
    assert {p.get("name"): p.get("value") for p in suite.find("properties")} == {
        "status": "graded", "final": "true", "sum": "95", "percent": "95", "points": "75", "total": "100",
        "bonus_points": "20", "bonus_total": "20", "waiting": "0",
    }  # fmt: skip
    case = suite.find(f"testcase[@name='{factory.check_id('2.2')}']")
    assert case.get("classname") == "backprop.2.2"
    assert {p.get("name"): p.get("value") for p in case.find("properties")} == {
        "title": "`Linear.backward` returns the gradient for inputs, weight and bias.", "points": "9", "earned": "6",
    }  # fmt: skip


def test_suite_has_a_failure_for_a_check_that_failed():
    """The message is the attribute; what was expected and what came is the text."""
    failure = read([factory.partly_wrong()])[0].find(f"testcase[@name='{factory.check_id('2.2')}']/failure")
    assert failure.get("type") == "wrong"
    assert failure.get("message") == (
        "Your gradient for `weight` is the right one divided by the batch size (here 7): it differs by up to 0.8571."
    )
    assert failure.text == (
        "expected: [[ 0.4127 -1.2206  0.0918]\n [ 2.5310  0.7733 -0.4046]]\n"
        "actual: [[ 0.0590 -0.1744  0.0131]\n [ 0.3616  0.1105 -0.0578]]\n"
        "hint: The loss already divides by the number of elements; `backward` of a layer must not divide again."
    )


def test_suite_skips_what_waits_for_another_check():
    """A check that was not carried out says which one to fix first."""
    skipped = read([factory.partly_wrong()])[0].find("testcase/skipped")
    assert skipped.get("message") == ("Fix first: `Linear.backward` returns the gradient for inputs, weight and bias.")


def test_suite_skips_a_bonus_that_was_not_attempted():
    """An offer is no failure, in the suite and in the totals of the class."""
    root = read([factory.record(checks=[factory.offered("7.1")])])
    assert (root.get("failures"), root.get("skipped"), root[0].get("failures"), root[0].get("skipped")) == (
        "0",
        "1",
        "0",
        "1",
    )
    assert root[0].find("testcase/skipped").get("message") == "Bonus, not attempted; it can earn 3 bonus points."


def test_suite_has_an_error_for_what_is_ours():
    """A fault of the grader is an error, also when it left no check at all."""
    half, whole = read([factory.half_faulty(), factory.faulty()])
    assert half.find("testcase/error").get("message") == "Not scored because of a fault of the grader."
    assert whole.find("testcase").get("name") == "grading"
    assert whole.find("testcase/error").get("message") == "judge: the worker ended with signal 9"


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_suite_of_hostile_text_is_xml(text):
    """Whatever a student writes, the document parses and holds only our elements."""
    root = read([factory.hostile(text, "h01")])
    assert {element.tag for element in root.iter()} == {
        "testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped",
    }  # fmt: skip
