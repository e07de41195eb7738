"""The one check of the essay: double doubles."""

import pytest

from grader.checks.compare import expect_close


@pytest.mark.points(4)
@pytest.mark.task("1")
def check_double(student, rng):
    """Double multiplies every element by two."""
    inputs = rng.standard_normal((3, 4))
    expect_close(student.double(inputs), 2.0 * inputs, what="`double`")
