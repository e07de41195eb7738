"""Tests of following an optimizer step by step."""

import numpy as np
import pytest

import reference
from grader.assignments.vocabulary.optimizers import expect_trace, expect_zero_grad
from grader.checks.notes import Notes
from grader.checks.proxy import Student
from grader.outcomes import StudentFault
from grader.trusted import InProcess


def student_with(**names):
    """Return a submission with the answer key's Parameter and these names."""
    return Student(InProcess({"Parameter": reference.Parameter, **names}))


def trace(optimizer, **options):
    """Follow an optimizer called Momentum; returns the notes."""
    notes = Notes()
    student = student_with(Momentum=optimizer)
    rng = np.random.default_rng(4)
    expect_trace(student, reference, rng, notes, "Momentum", steps=6, learning_rate=0.1, options=options)
    return notes


class InPlace(reference.Momentum):
    """Writes into the values."""

    def step(self):
        """Move every parameter."""
        for index, parameter in enumerate(self.parameters):
            self.velocities[index] = self.momentum * self.velocities[index] + parameter.grad
            parameter.value -= self.learning_rate * self.velocities[index]


class Shared(reference.Momentum):
    """All instances share their velocities."""

    kept = None

    def __init__(self, *arguments):
        super().__init__(*arguments)
        Shared.kept = Shared.kept or self.velocities
        self.velocities = Shared.kept


def test_expect_trace_takes_writing_in_place():
    """Values may be replaced or written into."""
    (measured,) = trace(InPlace, momentum=0.5).measurements
    assert measured[0] == "largest error in 6 steps of `Momentum(parameters, 0.1, momentum=0.5)`"


def test_expect_trace_sees_state_that_instances_share():
    """Two optimizers by turns show a state that belongs to the class."""
    with pytest.raises(StudentFault, match=r"A parameter after step 1 of `Momentum\(parameters, 0.1\)` should be"):
        trace(Shared)


def test_expect_trace_sees_a_wrong_option():
    """An option that is ignored shows at the second step, when it first matters."""
    with pytest.raises(StudentFault, match=r"after step 2 of `Momentum\(parameters, 0.1, momentum=0.5\)`"):
        trace(lambda parameters, learning_rate, momentum: reference.Momentum(parameters, learning_rate), momentum=0.5)


def test_expect_trace_remarks_once_on_float32():
    """Rough arithmetic passes with one remark, however many steps show it."""

    class Rough(reference.Momentum):
        def step(self):
            super().step()
            for parameter in self.parameters:
                parameter.value = parameter.value.astype(np.float32)

    assert len(trace(Rough).remarks) <= 1


@pytest.mark.parametrize("left", [None, 0.0])
def test_expect_zero_grad_takes_zeros_and_none(left):
    """A cleared gradient is zeros, or None."""

    class Clears(reference.SGD):
        def zero_grad(self):
            for parameter in self.parameters:
                parameter.grad = left if left is None else np.zeros_like(parameter.value)

    expect_zero_grad(student_with(SGD=Clears), np.random.default_rng(0), "SGD")


def test_expect_zero_grad_sees_what_is_left():
    """A gradient that is still there fails."""

    class Forgets(reference.SGD):
        def zero_grad(self):
            pass

    with pytest.raises(StudentFault, match=r"A gradient after `SGD.zero_grad\(\)` should be 0 at index"):
        expect_zero_grad(student_with(SGD=Forgets), np.random.default_rng(0), "SGD")
