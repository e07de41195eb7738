"""CHECKED: follows an optimizer step by step beside the answer key's. May not import fence, report or reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from grader.checks.compare import expect_close
from grader.checks.notes import Notes
from grader.checks.proxy import Student
from grader.checks.received import Floats, expect_array

SHAPES = ((3, 4), (4,), (4, 2))


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

    Raises
    ------
    StudentFault
        At the first step after which a value differs.
    """
    starts = [[rng.standard_normal(shape) for shape in SHAPES] for _ in range(2)]
    # A size of its own for each step: with gradients of one size, several wrong averages look right.
    grads = [[[rng.lognormal() * rng.standard_normal(s) for s in SHAPES] for _ in range(2)] for _ in range(steps)]
    arguments = dict(options or {})
    desired = _reference_trace(reference, name, starts, grads, learning_rate, arguments)
    actual = _student_trace(student, name, starts, grads, learning_rate, arguments)
    said = "".join(f", {key}={value!r}" for key, value in arguments.items())
    call, error, apart = f"`{name}(parameters, {learning_rate:g}{said})`", 0.0, Notes()
    for index, (came, wanted) in enumerate(zip(actual, desired, strict=True)):
        step = index // (2 * len(SHAPES)) + 1
        got = expect_close(came, wanted, what=f"A parameter after step {step} of {call}", notes=apart)
        error = max(error, float(np.max(np.abs(got - wanted))))
    notes.measured(f"largest error in {steps} steps of {call}", error)
    for sentence in apart.remarks[:1]:
        notes.remark(sentence)


def _reference_trace(
    reference: ModuleType, name: str, starts: Any, grads: Any, learning_rate: float, arguments: Mapping[str, Any]
) -> list[Floats]:
    pairs = []
    for start in starts:
        parameters = [reference.Parameter(value) for value in start]
        pairs.append((parameters, getattr(reference, name)(parameters, learning_rate, **arguments)))
    trace = []
    for of_step in grads:
        for (parameters, optimizer), of_instance in zip(pairs, of_step, strict=True):
            for parameter, grad in zip(parameters, of_instance, strict=True):
                parameter.grad = grad
            optimizer.step()
            trace += [np.array(parameter.value) for parameter in parameters]
    return trace


def _student_trace(
    student: Student, name: str, starts: Any, grads: Any, learning_rate: float, arguments: Mapping[str, Any]
) -> list[Any]:
    program = student.program(name)
    pairs = []
    for start in starts:
        parameters = [program.Parameter(value) for value in start]
        pairs.append((parameters, getattr(program, name)(parameters, learning_rate, **arguments)))
    for of_step in grads:
        for (parameters, optimizer), of_instance in zip(pairs, of_step, strict=True):
            for parameter, grad in zip(parameters, of_instance, strict=True):
                parameter.grad = grad
            optimizer.step()
            for parameter in parameters:
                program.keep(parameter.value)
    return program.run()


def expect_zero_grad(student: Student, rng: np.random.Generator, name: str) -> None:
    """Require that ``zero_grad`` leaves gradients of zero, or None, and the values as they were.

    Raises
    ------
    StudentFault
        When a gradient is left, or a value has changed.
    """
    values: Sequence[Floats] = [rng.standard_normal(shape) for shape in SHAPES]
    program = student.program(f"{name}.zero_grad")
    parameters = [program.Parameter(value) for value in values]
    optimizer = getattr(program, name)(parameters, 0.1)
    for parameter, value in zip(parameters, values, strict=True):
        parameter.grad = 2.0 * value
    optimizer.zero_grad()
    for parameter in parameters:
        program.keep(parameter.grad)
        program.keep(parameter.value)
    came = program.run()
    for grad, value, before in zip(came[::2], came[1::2], values, strict=True):
        if grad is not None:
            expect_close(grad, np.zeros(before.shape), what=f"A gradient after `{name}.zero_grad()`")
        expect_array(value, before.shape, what=f"A parameter after `{name}.zero_grad()`")
        expect_close(value, before, what=f"A parameter after `{name}.zero_grad()`")
