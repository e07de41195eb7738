"""Follows an optimizer step by step beside the answer key's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from grader.checks import Floats, Notes, Program, Student, StudentObject, expect_array, expect_close

SHAPES = ((3, 4), (4,), (4, 2))


@dataclass(frozen=True)
class Kind:
    """What an optimizer moves.

    Attributes
    ----------
    name : str
        The class, made of a value.
    attribute : str
        Where it has the value; the gradient is in ``grad``.
    options : mapping
        Keyword arguments of the class.
    wrapped : bool
        Whether the student keeps gradients as objects of this class, too.
    """

    name: str
    attribute: str
    options: Mapping[str, Any] = field(default_factory=dict)
    wrapped: bool = False

    def gradient(self, program: Program, grad: Floats) -> Any:
        """Return a gradient as the student's parameters have it."""
        return getattr(program, self.name)(grad) if self.wrapped else grad


PARAMETERS = Kind("Parameter", "value")


def expect_trace(
    student: Student,
    reference: ModuleType,
    rng: np.random.Generator,
    notes: Notes,
    name: str,
    *,
    steps: int,
    learning_rate: float,
    options: Mapping[str, Any] | None = None,
    kind: Kind = PARAMETERS,
) -> None:
    """Drive two optimizers of one kind by turns and compare every value after every step.

    Each has parameters of its own, so state that instances share shows; each step has a fresh drawn gradient.

    Parameters
    ----------
    name : str
        The optimizer's class.
    steps : int
        Steps of each of the two.
    learning_rate : float
    options : mapping, optional
        Keyword arguments that differ from their defaults.
    kind : Kind
        What it moves.

    Raises
    ------
    StudentFault
        At the first step after which a value differs.

    Examples
    --------
    >>> expect_trace(student, reference, rng, notes, "SGD", steps=3, learning_rate=0.1)
    """
    starts = [[rng.standard_normal(shape) for shape in SHAPES] for _ in range(2)]
    # A size of its own for each step: with gradients of one size, several wrong averages look right.
    grads = [[[_grad(rng, s) for s in SHAPES] for _ in range(2)] for _ in range(steps)]
    arguments = dict(options or {})
    desired = _reference_trace(reference, name, starts, grads, learning_rate, arguments, kind)
    actual = _student_trace(student, name, starts, grads, learning_rate, arguments, kind)
    said = "".join(f", {key}={value!r}" for key, value in arguments.items())
    call, error, apart = f"`{name}(parameters, {learning_rate:g}{said})`", 0.0, Notes()
    for index, (came, wanted) in enumerate(zip(actual, desired, strict=True)):
        step = index // (2 * len(SHAPES)) + 1
        behind = {"step-behind": desired[index - 2 * len(SHAPES)]} if step > 1 else {}
        got = expect_close(came, wanted, what=f"A parameter after step {step} of {call}", notes=apart, slips=behind)
        error = max(error, float(np.max(np.abs(got - wanted))))
    notes.measured(f"largest error in {steps} steps of {call}", error)
    for sentence in apart.remarks[:1]:
        notes.remark(sentence)


def _grad(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return a drawn gradient whose last entries are zero and very small, where only a small epsilon tells what the step is."""
    grad: Floats = rng.lognormal() * rng.standard_normal(shape)
    grad.flat[-2:] = 0.0, 1e-8 * rng.lognormal()
    return grad


def _reference_trace(
    reference: ModuleType,
    name: str,
    starts: Any,
    grads: Any,
    learning_rate: float,
    arguments: Mapping[str, Any],
    kind: Kind,
) -> list[Floats]:
    pairs = []
    for start in starts:
        parameters = [getattr(reference, kind.name)(value, **kind.options) for value in start]
        pairs.append((parameters, getattr(reference, name)(parameters, learning_rate, **arguments)))
    trace = []
    for of_step in grads:
        for (parameters, each), of_instance in zip(pairs, of_step, strict=True):
            for parameter, grad in zip(parameters, of_instance, strict=True):
                parameter.grad = grad
            each.step()
            trace += [np.array(getattr(parameter, kind.attribute)) for parameter in parameters]
    return trace


def _student_trace(
    student: Student,
    name: str,
    starts: Any,
    grads: Any,
    learning_rate: float,
    arguments: Mapping[str, Any],
    kind: Kind,
) -> list[Any]:
    program = student.program(name)
    pairs = []
    for start in starts:
        parameters = [getattr(program, kind.name)(value, **kind.options) for value in start]
        pairs.append((parameters, getattr(program, name)(parameters, learning_rate, **arguments)))
    for of_step in grads:
        for (parameters, each), of_instance in zip(pairs, of_step, strict=True):
            for parameter, grad in zip(parameters, of_instance, strict=True):
                parameter.grad = kind.gradient(program, grad)
            each.step()
            for parameter in parameters:
                program.keep(getattr(parameter, kind.attribute))
    return program.run()


def expect_zero_grad(student: Student, rng: np.random.Generator, name: str, kind: Kind = PARAMETERS) -> None:
    """Require that ``zero_grad`` leaves gradients of zero, or None, and the values as they were.

    Raises
    ------
    StudentFault
        When a gradient is left, or a value has changed.

    Examples
    --------
    >>> expect_zero_grad(student, rng, "SGD")
    """
    values: Sequence[Floats] = [rng.standard_normal(shape) for shape in SHAPES]
    program = student.program(f"{name}.zero_grad")
    parameters = [getattr(program, kind.name)(value, **kind.options) for value in values]
    optimizer = getattr(program, name)(parameters, 0.1)
    for parameter, value in zip(parameters, values, strict=True):
        parameter.grad = kind.gradient(program, 2.0 * value)
    optimizer.zero_grad()
    for parameter in parameters:
        program.keep(parameter.grad)
        program.keep(getattr(parameter, kind.attribute))
    came = program.run()
    for grad, value, before in zip(came[::2], came[1::2], values, strict=True):
        grad = getattr(grad, kind.attribute) if isinstance(grad, StudentObject) else grad
        if grad is not None:
            expect_close(grad, np.zeros(before.shape), what=f"A gradient after `{name}.zero_grad()`")
        expect_array(value, before.shape, what=f"A parameter after `{name}.zero_grad()`")
        expect_close(value, before, what=f"A parameter after `{name}.zero_grad()`")
