"""Compares an optimizer step by step with the answer key's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import numpy as np

from grader.checks import (
    Evidence,
    Floats,
    Notes,
    Program,
    Student,
    StudentFault,
    StudentObject,
    expect_array,
    expect_close,
    expect_kept,
)

# The first and the last are alike: what is kept by shape is shared between them. The one before the last never gets a gradient.
SHAPES = ((3, 4), (4,), (4, 2), (2,), (3, 4))
STILL = 3
SUMS = 6
ONCE = "The parameters may come from a generator, which can be gone through only once: keep them in a list."
ANEW = "What an optimizer remembers belongs to this one optimizer and begins at zero."


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
    may_be_none : bool
        Whether None stands for a gradient that was forgotten.
    """

    name: str
    attribute: str
    options: Mapping[str, Any] = field(default_factory=dict)
    wrapped: bool = False
    may_be_none: bool = False

    def gradient(self, program: Program, grad: Floats) -> Any:
        """Return a gradient as the student's parameters have it."""
        return getattr(program, self.name)(grad) if self.wrapped else grad


PARAMETERS = Kind("Parameter", "value")


@dataclass(frozen=True)
class Drive:
    """How optimizers are driven: by turns two of a kind, then a new one with the parameters of the first.

    Attributes
    ----------
    starts : sequence
        For each of the two, the values of its parameters.
    grads : sequence
        For each step, for each of the two, the gradients; the last entry is for the one step of the new one.
    """

    name: str
    learning_rate: float
    options: Mapping[str, Any]
    kind: Kind
    starts: Sequence[Sequence[Floats]]
    grads: Sequence[Sequence[Sequence[Floats]]]

    @classmethod
    def drawn(
        cls,
        rng: np.random.Generator,
        name: str,
        steps: int,
        learning_rate: float,
        options: Mapping[str, Any],
        kind: Kind,
    ) -> Drive:
        """Return drawn values, and a fresh drawn gradient for each step."""
        starts = [[rng.standard_normal(shape) for shape in SHAPES] for _ in range(2)]
        # A size of its own for each step: with gradients of one size, several wrong averages look right.
        grads = [[[_grad(rng, shape) for shape in SHAPES] for _ in range(2)] for _ in range(steps)]
        return cls(name, learning_rate, options, kind, starts, [*grads, [[_grad(rng, shape) for shape in SHAPES]]])

    @property
    def call(self) -> str:
        """The optimizer as it is written in messages."""
        said = "".join(f", {key}={value!r}" for key, value in self.options.items())
        return f"`{self.name}(parameters, {self.learning_rate:g}{said})`"

    def moments(self) -> Iterator[tuple[int, int, str]]:
        """Yield for each value that is looked at: the step, the parameter, and what it is."""
        for step in range(1, len(self.grads)):
            for _ in range(2):
                for place in range(len(SHAPES)):
                    told = " that never had a gradient" if place == STILL else ""
                    yield step, place, f"A parameter{told} after step {step} of {self.call}"
        for place in range(len(SHAPES)):
            yield 0, place, f"A parameter after the first step of another {self.call} with the same parameters"

    def run(
        self, owner: Any, keep: Callable[[Any], object], once: Callable[[Sequence[Any]], Any], gradient: Any
    ) -> None:
        """Make everything of what has the names, the answer key or a program, and drive it."""
        made = [
            [getattr(owner, self.kind.name)(value, **self.kind.options) for value in start] for start in self.starts
        ]
        optimizer = lambda given: getattr(owner, self.name)(given, self.learning_rate, **self.options)  # noqa: E731
        pairs = [(made[0], optimizer(made[0])), (made[1], optimizer(once(made[1])))]
        for number, of_step in enumerate(self.grads):
            if number == len(self.grads) - 1:
                pairs = [(made[0], optimizer(made[0]))]
            for (parameters, each), of_instance in zip(pairs, of_step, strict=True):
                for place, (parameter, grad) in enumerate(zip(parameters, of_instance, strict=True)):
                    if place != STILL:
                        parameter.grad = gradient(grad)
                each.step()
                for parameter in parameters:
                    keep(getattr(parameter, self.kind.attribute))


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
    """Run two optimizers of one kind alternately and compare every value after every step.

    Each has its own parameters, so that state which instances share shows; the second gets them from an iterator that
    can be used only once; each step has a new random gradient, except for one parameter that never has one. Finally, a
    new optimizer for the first one's parameters must start from the beginning.

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
        At the first step after which a value is different.

    Examples
    --------
    >>> expect_trace(student, reference, rng, notes, "SGD", steps=3, learning_rate=0.1)
    """
    drive = Drive.drawn(rng, name, steps, learning_rate, dict(options or {}), kind)
    desired: list[Floats] = []
    drive.run(reference, lambda value: desired.append(np.array(value)), list, lambda grad: grad)
    program = student.program(name)
    drive.run(program, program.keep, program.once, lambda grad: kind.gradient(program, grad))
    actual, of_both = program.run(), 2 * len(SHAPES) * steps
    error, apart, back = 0.0, Notes(), 2 * len(SHAPES)
    for index, (came, (step, _, what)) in enumerate(zip(actual, drive.moments(), strict=True)):
        behind = {"step-behind": desired[index - back]} if step > 1 else {}
        second = index % back >= len(SHAPES)
        hint = ANEW if step == 0 else ONCE if second and step > 1 and _stays(came, desired[index - back]) else None
        try:
            got = expect_close(came, desired[index], what=what, notes=apart, slips=behind, hint=hint)
        except StudentFault as fault:
            if step:
                fault.evidence = _of_all_steps(fault.evidence, drive.starts, actual[:of_both], desired[:of_both])
            raise
        error = max(error, float(np.max(np.abs(got - desired[index]))))
    notes.measured(f"largest error in {steps} steps of {drive.call}", error)
    for sentence in apart.remarks[:1]:
        notes.remark(sentence)


def _stays(came: Any, before: Floats) -> bool:
    return isinstance(came, np.ndarray) and came.shape == before.shape and bool(np.allclose(came, before))


def _of_all_steps(evidence: Evidence | None, starts: Any, actual: Sequence[Any], desired: Sequence[Floats]) -> Any:
    """Return evidence with what every step has changed, and should have; as it is where not every value is an array of its shape."""
    fitting = all(
        isinstance(came, np.ndarray)
        and came.shape == wanted.shape
        and came.dtype.kind == "f"
        and np.all(np.isfinite(came))
        for came, wanted in zip(actual, desired, strict=True)
    )
    if evidence is None or not fitting:
        return evidence
    moves = [_moves(starts, trace) for trace in (actual, desired)]
    # A few sums over all entries, each with other weights, are as good as all entries to tell two traces apart.
    weights = np.cos(np.outer(np.arange(1, SUMS + 1), np.arange(moves[0].size)))
    return replace(evidence, moves=(moves[0], moves[1]), whole=weights @ moves[0].ravel())


def _moves(starts: Any, trace: Sequence[Any]) -> Floats:
    """Return by how much each step changed the values of both optimizers, shape (steps, entries)."""
    first = [value for start in starts for value in start]
    ends = range(len(first), len(trace) + 1, len(first))
    rows = [first, *(trace[end - len(first) : end] for end in ends)]
    return np.diff([np.concatenate([np.ravel(value) for value in row]) for row in rows], axis=0)


def _grad(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return a drawn gradient whose last entries are zero and very small, where only a small epsilon tells what the step is."""
    grad: Floats = rng.lognormal() * rng.standard_normal(shape)
    grad.flat[-2:] = 0.0, 1e-8 * rng.lognormal()
    return grad


def expect_zero_grad(student: Student, rng: np.random.Generator, name: str, kind: Kind = PARAMETERS) -> None:
    """Check that ``zero_grad`` sets gradients to zero, however often it is called, and does not change the values.

    Raises
    ------
    StudentFault
        If a gradient is left, or a value has changed.

    Examples
    --------
    >>> expect_zero_grad(student, rng, "SGD")
    """
    values: Sequence[Floats] = [rng.standard_normal(shape) for shape in SHAPES]
    program = student.program(f"{name}.zero_grad")
    parameters = [getattr(program, kind.name)(value, **kind.options) for value in values]
    optimizer = getattr(program, name)(program.once(parameters), 0.1)
    for _ in range(2):
        for place, (parameter, value) in enumerate(zip(parameters, values, strict=True)):
            if place != STILL:
                parameter.grad = kind.gradient(program, 2.0 * value)
        optimizer.zero_grad()
        for parameter in parameters:
            program.keep(parameter.grad)
            program.keep(getattr(parameter, kind.attribute))
    came = program.run()
    for index, (grad, value) in enumerate(zip(came[::2], came[1::2], strict=True)):
        before, what = values[index % len(values)], "after" if index < len(values) else "after a second"
        grad = getattr(grad, kind.attribute) if isinstance(grad, StudentObject) else grad
        if grad is not None or not kind.may_be_none:
            hint = None if index < len(values) else ONCE
            expect_close(grad, np.zeros(before.shape), what=f"A gradient {what} `{name}.zero_grad()`", hint=hint)
        expect_array(value, before.shape, what=f"A parameter {what} `{name}.zero_grad()`")
        expect_kept(value, before, what=f"A parameter {what} `{name}.zero_grad()`")
