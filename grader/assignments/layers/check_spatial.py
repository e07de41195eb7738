"""Task 4.3: batch normalization of images."""

import pytest

from grader.assignments.vocabulary.normalization import (
    calls_in_training,
    mode_test_is_right,
    running_averages_are_right,
)
from grader.assignments.vocabulary.passes import gradients_are_right, outputs_are_right

SHAPES = ((3, 4, 2, 5), (2, 3, 4, 3))
AXES = "Mean and variance are those of a channel: move the channels to the end, (N, H, W, C), before the images are laid out as rows."


@pytest.mark.points(4)
@pytest.mark.task("4.3")
@pytest.mark.builds_on("check_batchnorm_forward")
def check_spatial_batchnorm_forward(student, reference, rng, parts, notes):
    """spatial_batchnorm_forward normalizes every channel."""
    train, averages, test = rng.spawn(3)
    eps, momentum = round(float(rng.uniform(0.1, 0.5)), 3), round(float(rng.uniform(0.3, 0.7)), 3)
    name = "spatial_batchnorm_forward"
    with parts("training", points=2):
        outputs_are_right(student, reference, notes, name, calls_in_training(train, SHAPES), AXES)
    with parts("running averages", points=1):
        running_averages_are_right(student, averages, notes, name, (3, 4, 2, 5), {"momentum": momentum})
    with parts("test", points=1):
        mode_test_is_right(student, reference, test, notes, name, (2, 5, 4, 3), {"eps": eps})


@pytest.mark.points(3)
@pytest.mark.task("4.3")
@pytest.mark.builds_on("check_batchnorm_backward")
def check_spatial_batchnorm_backward(student, reference, rng, parts, notes):
    """spatial_batchnorm_backward returns the gradients for images, gamma and beta."""
    passes, points = (
        ("spatial_batchnorm_forward", "spatial_batchnorm_backward"),
        {"dx": 2, "dgamma": 0.5, "dbeta": 0.5},
    )
    gradients_are_right(student, reference, rng, parts, notes, passes, points, calls_in_training(rng, SHAPES))
