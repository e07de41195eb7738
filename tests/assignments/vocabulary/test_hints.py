"""Tests of hints chosen by the student's value."""

import math

import numpy as np
import pytest

from grader.assignments.vocabulary.hints import EXCHANGED, MEAN, ROOT, exchanged, is_probable, of_accuracy, of_loss
from grader.outcomes import StudentFault, Why

TWO = "The logarithm is the natural one; this loss is that of a logarithm to base 2."
TEN = "The logarithm is the natural one; this loss is that of a logarithm to base 10."


@pytest.mark.parametrize(
    ("came", "hint"),
    [
        (0.25 * 12, MEAN),
        (0.25 * 3, MEAN),
        (0.25 * 4, MEAN),
        (0.5, ROOT),
        (0.25 / math.log(2.0), TWO),
        (0.25 / math.log(10.0), TEN),
        (0.26, None),
        (-0.25, None),
        (math.nan, None),
        (None, None),
        (np.ones(3), None),
        ("text", None),
    ],
)
def test_of_loss_says_what_the_value_shows(came, hint):
    """A sum, a root and another base are seen by their factor; any other value gets no hint."""
    assert of_loss(came, 0.25, (4, 3)) == hint


@pytest.mark.parametrize(
    ("came", "hint"),
    [
        (75.0, "Return the share itself, from 0 to 1, and not a percentage."),
        (0.25, "This is the share of wrong answers."),
        (9.0, "This is how many answers are right: divide by the number of all."),
        (0.52, "(n,) compared with (n, 1) broadcasts to (n, n)."),
        (0.8, "This is the right share, rounded: return it as it is, and round only what is printed."),
        (0.7, None),
    ],
)
def test_of_accuracy_says_what_the_value_shows(came, hint):
    """A percentage, wrong answers, a number of answers, a square and a rounded share are told apart."""
    assert of_accuracy(came, 0.75, 12, 0.52) == hint


def test_exchanged_is_told_when_the_other_order_is_right():
    """Only the right value for exchanged arguments says so; an exception, or another value, says nothing."""

    def fails():
        raise StudentFault(Why.CRASHED, "It raised ValueError.")

    assert exchanged(0.25, lambda: 0.25) is EXCHANGED
    assert exchanged(np.ones(3), lambda: np.ones(3)) is EXCHANGED
    assert [exchanged(0.25, ask) for ask in (lambda: 0.5, lambda: None, lambda: np.ones(2), fails)] == [None] * 4


@pytest.mark.parametrize(
    ("value", "expected"),
    [(np.array([0.2, 0.9]), True), (np.array([0.0, 0.9]), False), (np.array([1, 0]), False), (None, False)],
)
def test_is_probable_knows_what_a_sigmoid_gives(value, expected):
    """Numbers strictly between 0 and 1 may come from a sigmoid."""
    assert is_probable(value) is expected
