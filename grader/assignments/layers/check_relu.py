"""Task 1.2: the rectified linear unit."""

import math

import numpy as np
import pytest

from grader.assignments.vocabulary.passes import Call, gradients_are_right, outputs_are_right

SHAPES = ((4, 3), (2, 3, 5), (7,))


def drawn(rng):
    """Return calls with inputs of both signs, from -3 to 3 in every one of them."""
    return [Call((spread(rng, shape),), f"for `x` of shape {shape}") for shape in SHAPES]


def spread(rng, shape):
    """Return numbers from -3 to 3 in a drawn order, none of which is zero."""
    size = math.prod(shape)
    return (rng.permutation(np.linspace(-3.0, 3.0, size)) + rng.uniform(0.02, 0.08, size)).reshape(shape)


@pytest.mark.points(1)
@pytest.mark.task("1.2")
def check_relu_forward(student, reference, rng, notes):
    """relu_forward keeps what is positive, and is 0 elsewhere."""
    outputs_are_right(student, reference, notes, "relu_forward", drawn(rng))


@pytest.mark.points(1)
@pytest.mark.task("1.2")
def check_relu_backward(student, reference, rng, parts, notes):
    """relu_backward lets a gradient through where the input was positive."""
    passes = ("relu_forward", "relu_backward")
    gradients_are_right(student, reference, rng, parts, notes, passes, {"dx": 1}, drawn(rng))
