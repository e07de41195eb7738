"""Tests of what becomes of values that are no arrays, or arrays of the wrong kind."""

import numpy as np
import pytest

from grader.checks.notes import Notes
from grader.checks.received import expect_array, expect_number
from grader.outcomes import StudentFault, Why


def fault_of(value, shape):
    """Return the fault that a value raises."""
    with pytest.raises(StudentFault) as caught:
        expect_array(value, shape, what="`f(x)`")
    return caught.value


@pytest.mark.parametrize(
    ("value", "shape", "message"),
    [
        (None, (3,), "`f(x)` is None, but it must be an array of shape (3,)."),
        (2.5, (3, 1), "`f(x)` must have shape (3, 1), but it has shape ()."),
        ("text", (3,), "`f(x)` is the text 'text', but it must be an array of shape (3,)."),
        ({"a": 1}, (3,), "`f(x)` is a dict with 1 entries, but it must be an array of shape (3,)."),
        ([1.0, [2.0]], (2,), "`f(x)` is a list of length 2, but it must be an array of shape (2,)."),
        ([2**70], (1,), "`f(x)` is a list of length 1, but it must be an array of shape (1,)."),
        (np.zeros((1, 3)), (3, 1), "`f(x)` must have shape (3, 1), but it has shape (1, 3)."),
        (np.zeros(2, dtype=complex), (2,), "`f(x)` must hold real numbers, but its dtype is complex128."),
        (
            np.array([1.0, np.nan, np.inf]),
            (3,),
            "`f(x)` must be finite, but it is nan at index (1,). 2 of 3 entries are not finite.",
        ),
        (np.array(np.inf), (), "`f(x)` must be finite, but it is inf."),
        (10**400, (), "`f(x)` must be finite, but it is inf."),
    ],
)
def test_expect_array_says_in_one_sentence_what_came(value, shape, message):
    """Every kind of wrong value has one clear sentence."""
    fault = fault_of(value, shape)
    assert (fault.why, fault.message) == (Why.WRONG, message)


@pytest.mark.parametrize(
    ("came", "wanted", "hint"),
    [
        ((4, 3), (3, 4), "It is the transpose of what is asked for."),
        ((5,), (), "Take the mean over every element, so that one number is left."),
        ((6,), (3, 2), "The number of entries is right: reshape it, or keep the axes with keepdims."),
        ((5, 5), (5, 1), "A column against a row, or against a flat array, broadcasts to a square."),
        ((5, 2), (5, 1), None),
    ],
)
def test_expect_array_hints_at_the_cause_of_a_wrong_shape(came, wanted, hint):
    """The likely cause is told where the two shapes show it, and only there."""
    assert fault_of(np.zeros(came), wanted).hint == hint


def test_expect_array_puts_shape_before_dtype_before_finiteness():
    """The first thing to mend is named."""
    assert "shape" in fault_of(np.array([np.nan + 0j]), (2,)).message
    assert "dtype" in fault_of(np.array([np.nan + 0j]), (1,)).message


def test_expect_array_takes_lists_with_a_remark():
    """Nested lists of numbers count as an array."""
    notes = Notes()
    assert expect_array([[1, 2.5], [True, np.float64(4)]], (2, 2), what="`f(x)`", notes=notes).tolist() == [
        [1.0, 2.5],
        [1.0, 4.0],
    ]
    assert notes.remarks == ["`f(x)` is a list; it was taken as an array. Return a NumPy array."]


def test_expect_array_takes_float32():
    """The dtype of real numbers is free."""
    assert expect_array(np.ones(2, dtype=np.float32), (2,), what="`f(x)`").dtype == np.float64


def test_expect_number_takes_one_entry_with_a_remark():
    """An array of one entry is taken for the number."""
    notes = Notes()
    assert expect_number(np.array([[2.0]]), what="The loss", notes=notes) == 2.0
    assert notes.remarks == ["The loss is an array of shape (1, 1); it was taken as a number. Return a float."]


def test_expect_number_rejects_several():
    """An array of several entries is no number."""
    with pytest.raises(StudentFault, match=r"The loss must have shape \(\), but it has shape \(2,\)\."):
        expect_number(np.zeros(2), what="The loss")
