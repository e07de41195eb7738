"""Partial credit goes to blocks that ran to their end, and to no other."""

import pytest

from grader.checks.parts import Parts
from grader.outcomes import Result, StudentFault, Why


def test_parts_go_on_after_a_failed_part():
    """A fault in one part fails that part alone, and is kept for the check's own message."""
    parts = Parts()
    with parts("first", points=1):
        raise StudentFault(Why.WRONG, "not so", hint="look")
    with parts("second", points=2):
        pass
    assert [(p.name, p.result, p.earned) for p in parts.outcomes] == [
        ("first", Result.FAILED, 0),
        ("second", Result.PASSED, 2),
    ]
    assert parts.outcomes[0].message == "not so"
    assert parts.first_fault.hint == "look"


def test_parts_turn_a_plain_assertion_into_a_failed_part():
    """Authors may write `assert`."""
    parts = Parts()
    with parts("first", points=1):
        raise AssertionError("two and two")
    assert (parts.outcomes[0].why, parts.outcomes[0].message) == (Why.WRONG, "two and two")


def test_parts_stop_when_the_child_is_gone():
    """A fatal fault ends the check, but not what was earned before."""
    parts = Parts()
    with parts("first", points=1):
        pass
    with pytest.raises(StudentFault, match="gone"), parts("second", points=1):
        raise StudentFault(Why.CRASHED, "gone", fatal=True)
    assert [p.earned for p in parts.outcomes] == [1, 0]


@pytest.mark.parametrize("error", [KeyError("ours"), pytest.skip.Exception("early")])
def test_parts_earn_nothing_when_a_block_ends_otherwise(error):
    """Neither our own exception nor a skip completes a block."""
    parts = Parts()
    with pytest.raises(type(error)), parts("first", points=1):
        raise error
    assert parts.outcomes[0].result is Result.NOT_CHECKED


@pytest.mark.parametrize(("name", "points"), [("first", 1), ("other", -1)])
def test_parts_refuse_a_used_name_and_negative_points(name, points):
    """Mistakes of an author are ours, not the student's."""
    parts = Parts()
    with parts("first", points=1):
        pass
    with pytest.raises(ValueError, match="needs a name of its own"), parts(name, points=points):
        pass
