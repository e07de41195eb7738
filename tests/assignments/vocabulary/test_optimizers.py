"""Tests of following an optimizer step by step."""

from dataclasses import replace

import numpy as np
import pytest

import reference
from grader.assignments.vocabulary.optimizers import PARAMETERS, expect_trace, expect_zero_grad
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


class ClearsToNone(reference.SGD):
    """Leaves None for a gradient."""

    def zero_grad(self):
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None


def test_expect_zero_grad_takes_none_where_it_may_be_none():
    """Whether None stands for a gradient that was forgotten is said by what is moved."""
    student = student_with(SGD=ClearsToNone)
    expect_zero_grad(student, np.random.default_rng(0), "SGD", replace(PARAMETERS, may_be_none=True))
    with pytest.raises(StudentFault) as caught:
        expect_zero_grad(student, np.random.default_rng(0), "SGD")
    assert (
        caught.value.message == "A gradient after `SGD.zero_grad()` is None, but it must be an array of shape (3, 4)."
    )


class AsTheyCome(reference.Momentum):
    """Keeps the parameters as they come."""

    def __init__(self, parameters, learning_rate):
        held = list(parameters)
        super().__init__(held, learning_rate)
        self.parameters = parameters if isinstance(parameters, list) else iter(held)


def test_expect_trace_gives_parameters_that_can_be_gone_through_once():
    """Who does not keep them in a list moves once, then never, and is told so."""
    with pytest.raises(StudentFault) as caught:
        trace(AsTheyCome)
    assert caught.value.message.startswith("A parameter after step 2 of `Momentum(parameters, 0.1)` should be ")
    assert (
        caught.value.hint
        == "The parameters may come from a generator, which can be gone through only once: keep them in a list."
    )


class ByShape(reference.Momentum):
    """Keeps one velocity for all parameters of a shape."""

    def step(self):
        """Move every parameter."""
        for parameter in self.parameters:
            first = [each.value.shape for each in self.parameters].index(parameter.value.shape)
            self.velocities[first] = self.momentum * self.velocities[first] + parameter.grad
            parameter.value = parameter.value - self.learning_rate * self.velocities[first]


class GoesOn(reference.Momentum):
    """Continues with the velocities of the optimizer that had the parameter before."""

    kept: dict = {}  # noqa: RUF012

    def step(self):
        """Move every parameter."""
        for parameter in self.parameters:
            velocity = self.momentum * self.kept.get(parameter, 0.0) + parameter.grad
            self.kept[parameter] = velocity
            parameter.value = parameter.value - self.learning_rate * velocity


def test_expect_trace_has_two_parameters_of_one_shape():
    """State by shape shows as soon as both have moved."""
    with pytest.raises(StudentFault, match=r"^A parameter after step 1 of `Momentum\(parameters, 0.1\)` should be"):
        trace(ByShape)


def test_expect_trace_begins_anew():
    """A second optimizer of the same parameters must not go on where the first one was."""
    with pytest.raises(StudentFault) as caught:
        trace(GoesOn)
    assert caught.value.message.startswith(
        "A parameter after the first step of another `Momentum(parameters, 0.1)` with the same parameters should be "
    )
    assert caught.value.hint == "What an optimizer remembers belongs to this one optimizer and begins at zero."


def test_expect_zero_grad_sees_what_is_left():
    """A gradient that is still there fails."""

    class Forgets(reference.SGD):
        def zero_grad(self):
            pass

    with pytest.raises(StudentFault, match=r"A gradient after `SGD.zero_grad\(\)` should be 0 at index"):
        expect_zero_grad(student_with(SGD=Forgets), np.random.default_rng(0), "SGD")
