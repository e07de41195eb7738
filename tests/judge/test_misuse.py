"""A check that stumbles over plain data says what the submission gave; a mistake of the check itself stays ours."""

import numpy as np
import pytest

from grader.checks.proxy import Student
from grader.judge.misuse import trace_misuse
from grader.outcomes import StudentFault, Why
from grader.trusted import InProcess

NOTHING = None


def unpacked(pair):
    """Take a pair apart, as checks do."""
    first, second = pair
    return first + second


def ended(student, use):
    """Return what an exception in a check becomes."""
    try:
        use(student)
    except Exception as error:
        return trace_misuse(error, student)
    raise AssertionError("it raised nothing")


@pytest.mark.parametrize(
    ("value", "use", "message"),
    [
        (None, lambda s: s.thing(1), "`thing` must be a function, but it is None."),
        (7, lambda s: s.thing(1), "`thing` must be a function, but it is the number 7."),
        (np.float64(2), lambda s: s.thing(1), "`thing` must be a function, but it is the number 2."),
        (np.ones(3), lambda s: s.thing(1), "`thing` must be a function, but it is an array of shape (3,)."),
        ("a", lambda s: s.thing.forward(1), "`thing` must be an object, but it is the text 'a'."),
        (None, lambda s: s.thing.forward(1), "`thing` must be an object, but it is None."),
        (5, lambda s: s.thing[0], "`thing` must be a sequence, but it is the number 5."),
        (None, lambda s: unpacked(*s.thing[0]), "`thing` must be a sequence, but it is None."),
        (3, lambda s: unpacked(s.thing), "`thing` must be a sequence, but it is the number 3."),
    ],
)
def test_misused_names_what_is_no_function(value, use, message):
    """The fault is the student's, and names the value."""
    fault = ended(Student(InProcess({"thing": value})), use)
    assert isinstance(fault, StudentFault)
    assert (fault.why, fault.message) == (Why.WRONG, message)


def test_misused_leaves_the_mistakes_of_a_check():
    """What did not come from the submission stays a fault of ours."""

    def own_mistake(student):
        student.thing(1)
        NOTHING()

    for mistake in (own_mistake, lambda student: NOTHING(), lambda student: [].nothing, lambda student: 1 / 0):
        error = ended(Student(InProcess({"thing": lambda x: x})), mistake)
        assert not isinstance(error, StudentFault)
    assert isinstance(trace_misuse(TypeError("'NoneType' object is not callable"), None), TypeError)
