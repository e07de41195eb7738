"""Task 2.1: operands of different shapes, with either of them stretched, for every binary operation."""

import numpy as np
import pytest

from grader.assignments.vocabulary.tensors import case, expect_cases

OPERATIONS = (
    ("a + b", lambda a, b: a + b),
    ("a - b", lambda a, b: a - b),
    ("a * b", lambda a, b: a * b),
    ("a / b", lambda a, b: a / b),
    ("a ** b", lambda a, b: a**b),
)
SAME_SHAPES = ("check_tensor", "check_add", "check_subtract", "check_multiply", "check_divide", "check_power")


def broadcast(student, reference, rng, notes, parts, shapes):
    """Judge every binary operation for pairs of shapes, each in both orders."""
    pairs = [each for pair in shapes for each in (pair, pair[::-1])]
    cases = {
        said: [case(reference, rng, said, expression, *drawn(rng, pair)) for pair in pairs]
        for said, expression in OPERATIONS
    }
    for said, judged in cases.items():
        with parts(said, points=0.4):
            expect_cases(student, judged, notes)


def drawn(rng, shapes):
    """Return arrays above zero, so that every power exists."""
    return [np.asarray(rng.uniform(0.5, 2.0, shape)) for shape in shapes]


@pytest.mark.points(2)
@pytest.mark.task("2.1")
@pytest.mark.builds_on(*SAME_SHAPES)
def check_broadcast_leading_axes(student, reference, rng, notes, parts):
    """An operand without the leading axes, such as a bias, gets a gradient of its own shape."""
    broadcast(student, reference, rng, notes, parts, [((3, 4), (4,)), ((2, 3, 4), (3, 4))])


@pytest.mark.points(2)
@pytest.mark.task("2.1")
@pytest.mark.builds_on(*SAME_SHAPES)
def check_broadcast_stretched_axes(student, reference, rng, notes, parts):
    """An operand with axes of length one gets a gradient that keeps them, and so do both operands."""
    # In a square, a sum over the wrong axis has the right number of entries.
    shapes = [((4, 4), (4, 1)), ((4, 4), (1, 4)), ((3, 1), (1, 4)), ((2, 3), (1, 3))]
    broadcast(student, reference, rng, notes, parts, shapes)


@pytest.mark.points(2)
@pytest.mark.task("2.1")
@pytest.mark.builds_on(*SAME_SHAPES)
def check_broadcast_mixed(student, reference, rng, notes, parts):
    """A single number stretches to anything, and leading and stretched axes come together."""
    broadcast(student, reference, rng, notes, parts, [((), (3, 4)), ((2, 3, 4), (3, 1)), ((2, 1, 4), (3, 1))])
