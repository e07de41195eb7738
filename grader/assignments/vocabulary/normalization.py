"""Batch normalization with running averages that a dictionary keeps, of rows or of images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.assignments.vocabulary.passes import Call, as_dictionary, entry_of
from grader.checks import Notes, Student, expect_close

MOVES = "running = momentum * running + (1 - momentum) * sample, with mean and variance of the batch."
# With such inputs the variance is about as large as the usual eps.
CLOSE = 0.003
STAYS = "In a test mean and variance are the running averages, and these do not move."


def parameters(rng: np.random.Generator, size: int) -> tuple[Any, Any]:
    """Return gamma and beta (size,), away from the one and the zero that they begin with."""
    return rng.uniform(0.5, 2.0, size), rng.standard_normal(size)


def spread(rng: np.random.Generator, shape: Sequence[int]) -> Any:
    """Return inputs whose mean is not zero and whose variance is not one, along every axis."""
    columns = rng.uniform(0.5, 3.0, shape[1:]) * rng.standard_normal(shape) + rng.uniform(-2.0, 2.0, shape[1:])
    return columns + rng.uniform(-1.0, 1.0, (shape[0],) + (1,) * (len(shape) - 1))


def calls_in_training(rng: np.random.Generator, shapes: Sequence[Sequence[int]]) -> list[Call]:
    """Return calls in training: the first leaves the settings out and has inputs so close together that eps shows; the others give eps."""
    calls = []
    for number, shape in enumerate(shapes):
        options = {"eps": round(float(rng.uniform(0.1, 0.5)), 3)} if number else {}
        inputs, pair = (1.0 if number else CLOSE) * spread(rng, shape), parameters(rng, shape[1])
        said = f"for `x` of shape {tuple(shape)}, in training{' with eps' if number else ''}"
        calls.append(Call((inputs, *pair, {"mode": "train", **options}), said))
    return calls


def running_averages_are_right(
    student: Student, rng: np.random.Generator, notes: Notes, name: str, shape: Sequence[int], options: dict[str, float]
) -> None:
    """Judge the running averages that two calls in training leave in ``bn_param``, the second with other inputs.

    Raises
    ------
    StudentFault
        When they are missing or wrong.
    """
    momentum, size = options.get("momentum", 0.9), shape[1]
    axes = (0, *range(2, len(shape)))
    program, mean, var = student.program(f"{name} in training"), np.zeros(size), np.zeros(size)
    param = program.hold({"mode": "train", **options})
    gamma, beta = parameters(rng, size)
    for _ in range(2):
        inputs = spread(rng, shape)
        getattr(program, name)(inputs, gamma, beta, param)
        program.keep_now(param)
        mean = momentum * mean + (1.0 - momentum) * inputs.mean(axis=axes)
        var = momentum * var + (1.0 - momentum) * inputs.var(axis=axes)
    said = f"after two calls of `{name}` in training"
    left = as_dictionary(student, program.run()[1], f"`bn_param` {said}")
    for key, desired in (("running_mean", mean), ("running_var", var)):
        what = f"`bn_param[{key!r}]` {said}{' with momentum' if options else ''}"
        value = entry_of(left, key, f"`bn_param` {said}")
        expect_close(value, desired, what=what, notes=notes, label=f"running averages of `{name}`", hint=MOVES)


def mode_test_is_right(
    student: Student,
    reference: Any,
    rng: np.random.Generator,
    notes: Notes,
    name: str,
    shape: Sequence[int],
    options: dict[str, float],
) -> None:
    """Judge the outputs of a test with running averages that are given, and that these stay as they are.

    Raises
    ------
    StudentFault
        When the outputs are wrong, or the running averages have moved.
    """
    size = shape[1]
    mean, var = rng.standard_normal(size), rng.uniform(0.5, 4.0, size)
    given = {"mode": "test", "running_mean": mean, "running_var": var, **options}
    inputs, (gamma, beta) = spread(rng, shape), parameters(rng, size)
    program = student.program(f"{name} in a test")
    param = program.hold(given)
    program.keep(getattr(program, name)(inputs, gamma, beta, param)[0])
    program.keep_now(param)
    outputs, after = program.run()
    desired = getattr(reference, name)(inputs, gamma, beta, dict(given))[0]
    said = f"`{name}` in a test{' with eps' if options else ''}"
    expect_close(outputs, desired, what=f"The outputs of {said}", notes=notes, label=f"outputs of {said}", hint=STAYS)
    left = as_dictionary(student, after, f"`bn_param` after {said}")
    for key, right in (("running_mean", mean), ("running_var", var)):
        value = entry_of(left, key, f"`bn_param` after {said}")
        expect_close(value, right, what=f"`bn_param[{key!r}]` after {said}", hint=STAYS)
