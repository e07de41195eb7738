"""Tests of what a submission must refuse."""

import pytest

from grader.checks import StudentFault, Why, expect_exception, expect_value_error
from grader.checks.proxy import Student
from grader.trusted import InProcess


class Unlike(ValueError):
    """A class of the student's own."""


def raising(error):
    """Return a function that raises."""

    def function(number):
        raise error

    return function


def refused(function):
    """Ask a submission for a ValueError."""
    program = Student(InProcess({"f": function})).program("f(1)")
    expect_value_error(program, program.f, 1, what="`f(1)`", when="the number is odd")


@pytest.mark.parametrize("error", [ValueError("odd"), Unlike("odd"), UnicodeError("odd")], ids=repr)
def test_a_value_error_of_whatever_class_is_one(error):
    """What lies below ValueError is as good."""
    refused(raising(error))


@pytest.mark.parametrize(
    ("function", "came", "said"),
    [
        (abs, "no exception", "nothing"),
        (raising(KeyError("odd")), "KeyError", "KeyError"),
        (raising(AssertionError()), "AssertionError", "AssertionError"),
    ],
    ids=["nothing", "another", "an assertion"],
)
def test_anything_else_is_told(function, came, said):
    """No exception, and one of another class, are named."""
    with pytest.raises(StudentFault) as caught:
        refused(function)
    fault = caught.value
    assert fault.message == f"`f(1)` must raise a ValueError when the number is odd, but it raised {said}."
    assert (fault.why, fault.expected, fault.actual) == (Why.WRONG, "ValueError", came)
    assert fault.hint == "Begin with: if ...: raise ValueError(...)"


def test_what_is_not_written_yet_is_missing():
    """A stub has refused nothing."""
    with pytest.raises(StudentFault) as caught:
        refused(raising(NotImplementedError("Task 1.1: write f")))
    assert caught.value.why is Why.MISSING


def test_any_exception_will_do_where_the_contract_says_so():
    """The last step must raise something."""
    for function, raises in ((abs, False), (raising(TypeError("odd")), True)):
        program = Student(InProcess({"f": function})).program("f(1)")
        program.f(1)
        if raises:
            expect_exception(program, what="`f(1)`", when="the number is odd")
            continue
        with pytest.raises(StudentFault) as caught:
            expect_exception(program, what="`f(1)`", when="the number is odd", hint="Only even ones have a half.")
        assert caught.value.message == "`f(1)` must raise an exception when the number is odd, but it raised nothing."
        assert caught.value.hint == "Only even ones have a half."
