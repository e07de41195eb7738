"""Checks of the tiny assignment: one function, one with parts and a prerequisite, one printed line."""

import numpy as np
import pytest

from grader.checks.compare import expect_close
from grader.outcomes import StudentFault, Why


@pytest.mark.points(4)
@pytest.mark.task("1")
def check_double(student, rng, notes):
    """Double multiplies every element by two."""
    inputs = rng.standard_normal((3, 4))
    expect_close(student.double(inputs), 2.0 * inputs, what="`double`", notes=notes)


@pytest.mark.points(4)
@pytest.mark.task("2")
@pytest.mark.requires("check_double")
def check_total(student, rng, parts):
    """Total adds up each row, or everything."""
    inputs = rng.standard_normal((3, 4))
    with parts("rows", points=3):
        expect_close(student.total(inputs, 1), inputs.sum(axis=1), what="`total(inputs, 1)`")
    with parts("everything", points=1):
        expect_close(student.total(inputs, None), inputs.sum(), what="`total(inputs, None)`")


@pytest.mark.points(2)
@pytest.mark.task("3")
def check_printed(script):
    """The script prints the double of 21."""
    if "42" not in script.output.split():
        raise StudentFault(Why.WRONG, "The line `42` was not printed.", expected="42", actual=script.output[:40])


def unused_constant():
    """Not a check: only functions whose name begins with check_ are."""
    return np.pi
