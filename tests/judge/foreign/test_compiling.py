"""Tests are compiled once, before anybody is graded."""

import warnings

import pytest

from grader.judge.foreign.case import compile_case
from grader.material.foreign.forms import Case

ALWAYS = "assert (total, 'a note')\ntotal is 3\n"


@pytest.mark.parametrize(
    "case",
    [
        Case(ALWAYS, ALWAYS),
        Case(f"def test_q():\n    {ALWAYS.splitlines()[0]}\n", "", kind="function", function="test_q"),
    ],
    ids=["cell", "function"],
)
def test_compiling_prints_no_warning_of_a_tests_style(case):
    """What Python warns of in a text is said when it is compiled by hand, the control, and not before a class is graded."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        compile_case(case, "the test of q")
        assert [str(each.message) for each in said] == []
        compile(case.source, "the test of q", "exec")
    assert "assertion is always true, perhaps remove parentheses?" in [str(each.message) for each in said]
