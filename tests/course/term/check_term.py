"""Two tasks of four parts, 4, 3, 2 and 1 points: each part is one entry of what the student's function gives."""

import numpy as np
import pytest

from grader.checks.compare import expect_close

POINTS = (4, 3, 2, 1)
# What is given to whoever has this many points of the second task; the tests mend the assignment by changing it.
ENOUGH = 11


def _judge(call, rng, parts, enough):
    inputs = rng.standard_normal(len(POINTS))
    came = np.asarray(call(inputs))
    right = np.isclose(came, 2.0 * inputs)
    if sum(points for points, fine in zip(POINTS, right, strict=True) if fine) >= enough:
        came = 2.0 * inputs
    for number, points in enumerate(POINTS):
        with parts(f"entry {number}", points=points):
            expect_close(came[number], 2.0 * inputs[number], what=f"entry {number}")


@pytest.mark.points(10)
@pytest.mark.task("1")
def check_layers(student, rng, parts):
    """Layers doubles every entry."""
    _judge(student.layers, rng, parts, 11)


@pytest.mark.points(10)
@pytest.mark.task("2")
def check_training(student, rng, parts):
    """Training doubles every entry."""
    _judge(student.training, rng, parts, ENOUGH)
