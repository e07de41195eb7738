"""Tests of what becomes of values that are no arrays, or arrays of the wrong kind."""

import numpy as np
import pytest

from grader.checks.notes import Notes
from grader.checks.received import as_integer, as_shape, expect_array, expect_number
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
        (["1.0"], (1,), "`f(x)` is a list of length 1, but it must be an array of shape (1,)."),
        ([2**70, 10**400], (2,), "`f(x)` must be finite, but it is inf at index (1,). 1 of 2 entries are not finite."),
        ([1j], (1,), "`f(x)` must hold real numbers, but its dtype is complex128."),
        (complex(1.7e308, 1.7e308), (), "`f(x)` must hold real numbers, but its dtype is complex128."),
        (np.float16(np.inf), (), "`f(x)` must be finite, but it is inf."),
        (np.complex64(1j), (2,), "`f(x)` must have shape (2,), but it has shape ()."),
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


@pytest.mark.parametrize("code", "?bBhHiIqQefd")
def test_numpy_scalars_are_numbers(code):
    """A NumPy scalar of any kind is a number, alone and in a list, and has no remark of its own."""
    notes, one = Notes(), np.ones((), dtype=code)[()]
    assert expect_number(one, what="The loss", notes=notes) == 1.0
    assert notes.remarks == []
    assert expect_array([one, (one, 2)[0]], (2,), what="The losses").tolist() == [1.0, 1.0]
    assert expect_array(np.ones(3, dtype=code)[1:2], (1,), what="The losses").tolist() == [1.0]


def test_integers_beyond_numpy_are_numbers():
    """An integer that fits no type of NumPy is compared as a float."""
    assert expect_number(-(10**40), what="The loss") == -1e40
    assert expect_array([2**64, 1], (2,), what="`f(x)`").tolist() == [2.0**64, 1.0]


@pytest.mark.parametrize(
    ("value", "integer"),
    [(3, 3), (np.int8(-3), -3), (np.array(7), 7), (np.uint64(2**64 - 1), None), (2**63, None), (True, None), (np.True_, None), (3.0, None), ("3", None), (None, None), (np.array([3]), None)],
)  # fmt: skip
def test_as_integer_takes_integers_only(value, integer):
    """What counts is an integer of Python or of NumPy; truth values, floats and texts are none."""
    assert as_integer(value) == integer


@pytest.mark.parametrize(
    ("value", "shape"),
    [((3, 4), (3, 4)), ([np.int64(3), 4], (3, 4)), ((), ()), ((64, "x"), None), ((64, np.array([1, 2])), None), ((-1,), None), (3, None), (None, None), ("34", None), ((1,) * 65, None), ((True, 2), None)],
)  # fmt: skip
def test_as_shape_takes_what_an_array_can_have(value, shape):
    """A shape is a short row of lengths."""
    assert as_shape(value) == shape


def test_expect_number_rejects_several():
    """An array of several entries is no number."""
    with pytest.raises(StudentFault, match=r"The loss must have shape \(\), but it has shape \(2,\)\."):
        expect_number(np.zeros(2), what="The loss")
