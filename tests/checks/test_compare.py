"""Tests of the comparison, entry by entry."""

import numpy as np
import pytest

from grader.checks.compare import expect_close, expect_unchanged, relative_error
from grader.checks.notes import Notes
from grader.outcomes import StudentFault

RIGHT = np.array([[1.0, -2.0], [3.0, 400.0]])


def test_expect_close_takes_what_is_right_to_a_millionth():
    """Rounding costs nothing and leaves no remark, but the error is shown."""
    notes = Notes()
    expect_close(RIGHT * (1 + 5e-7), RIGHT, what="`f`", notes=notes)
    assert notes.remarks == []
    assert notes.measurements == [("largest error of `f`", "5e-07")]


def test_expect_close_sees_one_entry_that_is_one_percent_off():
    """A single entry is seen, however small beside the others."""
    wrong = RIGHT.copy()
    wrong[0, 0] *= 1.01
    with pytest.raises(StudentFault) as caught:
        expect_close(wrong, RIGHT, what="`f`", hint="Look at the corner.")
    assert caught.value.message == "`f` should be 1 at index (0, 0), but it is 1.01. 1 of 4 entries differ."
    assert caught.value.hint == "Look at the corner."


def test_expect_close_takes_float32_with_a_remark():
    """An error of a ten-thousandth in the whole passes and is told."""
    notes = Notes()
    expect_close(RIGHT * (1 + 2e-5), RIGHT, what="`f`", notes=notes)
    sentence = "`f` is right to 2.0e-05 of its largest entry, which is enough; float64 arithmetic gives about 1e-15."
    assert notes.remarks == [sentence]


def test_expect_close_rejects_an_error_of_a_thousandth_in_the_whole():
    """The norm bounds what the entries would still allow."""
    with pytest.raises(StudentFault, match="4 of 4 entries differ"):
        expect_close(RIGHT * (1 + 9e-4), RIGHT, what="`f`")


def test_expect_close_names_the_input_of_the_worst_entry():
    """For elementwise functions the report says at which input the value is wrong."""
    with pytest.raises(StudentFault) as caught:
        expect_close(np.array([0.0, 5.0]), np.array([0.0, 1.0]), what="`f`", at=np.array([7.0, 8.0]))
    assert caught.value.message == "`f` should be 1 at index 1 (input 8), but it is 5. 1 of 2 entries differ."


def test_expect_close_keeps_the_largest_error_of_a_label():
    """Many comparisons under one label leave one line in the report."""
    notes = Notes()
    for factor in (1 + 1e-8, 1 + 3e-7, 1.0):
        expect_close(RIGHT * factor, RIGHT, what="`f`", notes=notes, label="all")
    assert notes.measurements == [("largest error of all", "3e-07")]


def test_expect_unchanged_sees_one_bit():
    """An argument must be what it was, bit for bit."""
    expect_unchanged(RIGHT.copy(), RIGHT, what="The argument")
    with pytest.raises(StudentFault, match=r"The argument was changed by the call, though it belongs to the caller\."):
        expect_unchanged(np.nextafter(RIGHT, 1e9), RIGHT, what="The argument")


def test_relative_error_is_zero_for_zeros():
    """Two arrays of zeros are equal."""
    assert relative_error(np.zeros(3), np.zeros(3)) == 0.0
    assert relative_error(np.ones(3), np.zeros(3)) == 1.0
