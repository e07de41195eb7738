"""Task 2.2: batch normalization backwards in one formula."""

import pytest

from grader.assignments.vocabulary.normalization import calls_in_training
from grader.assignments.vocabulary.passes import gradients_are_right


@pytest.mark.points(3)
@pytest.mark.task("2.2")
@pytest.mark.builds_on("check_batchnorm_forward")
def check_batchnorm_backward_alt(student, reference, rng, parts, notes):
    """batchnorm_backward_alt returns what batchnorm_backward returns."""
    passes, points = ("batchnorm_forward", "batchnorm_backward_alt"), {"dx": 2, "dgamma": 0.5, "dbeta": 0.5}
    gradients_are_right(student, reference, rng, parts, notes, passes, points, calls_in_training(rng, ((7, 3), (5, 4))))
