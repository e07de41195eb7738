"""Task 2.1: batch normalization."""

import pytest

from grader.assignments.vocabulary.normalization import (
    calls_in_training,
    mode_test_is_right,
    running_averages_are_right,
)
from grader.assignments.vocabulary.passes import gradients_are_right, outputs_are_right

SHAPES = ((6, 4), (9, 3))


@pytest.mark.points(6)
@pytest.mark.task("2.1")
def check_batchnorm_forward(student, reference, rng, parts, notes):
    """batchnorm_forward normalizes with the batch in training, and with the running averages in a test."""
    train, averages, test = rng.spawn(3)
    eps, momentum = round(float(rng.uniform(0.1, 0.5)), 3), round(float(rng.uniform(0.3, 0.7)), 3)
    name = "batchnorm_forward"
    with parts("training", points=2):
        outputs_are_right(student, reference, notes, name, calls_in_training(train, SHAPES))
    with parts("running averages", points=2):
        running_averages_are_right(student, averages, notes, name, (6, 4), {})
        running_averages_are_right(student, averages, notes, name, (5, 3), {"momentum": momentum})
    with parts("test", points=2):
        mode_test_is_right(student, reference, test, notes, name, (5, 3), {})
        mode_test_is_right(student, reference, test, notes, name, (7, 2), {"eps": eps})


@pytest.mark.points(5)
@pytest.mark.task("2.1")
def check_batchnorm_backward(student, reference, rng, parts, notes):
    """batchnorm_backward returns the gradients for inputs, gamma and beta."""
    passes, points = ("batchnorm_forward", "batchnorm_backward"), {"dx": 3, "dgamma": 1, "dbeta": 1}
    hints = {"dx": "Mean and variance depend on every input of their column, so their gradients belong to dx, too."}
    gradients_are_right(student, reference, rng, parts, notes, passes, points, calls_in_training(rng, SHAPES), hints)
