"""Pairs of functions: a forward pass that returns outputs and a cache, and a backward pass that takes the cache.

The content of a cache is the student's choice: it stays in the child, and no check looks into it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import Notes, Parts, Student, StudentFault, Why, described, expect_close

CACHED = "The gradients belong to the call that the cache comes from, whatever was called since."


@dataclass(frozen=True)
class Call:
    """The arguments of a forward pass, and what tells them from those of other calls, in words."""

    arguments: tuple[Any, ...]
    said: str

    def fresh(self) -> tuple[Any, ...]:
        """Return the arguments once more, for a function that may write into them."""
        return copy.deepcopy(self.arguments)


def outputs_are_right(
    student: Student, reference: Any, notes: Notes, name: str, calls: Sequence[Call], hint: str | None = None
) -> None:
    """Compare the outputs of a forward pass with the answer key's.

    Raises
    ------
    StudentFault
        When it does not return outputs and a cache, or the outputs differ.
    """
    with expected_pair(student, name, calls[0].arguments, "the outputs and the cache"):
        program = student.program(name)
        for call in calls:
            program.keep(getattr(program, name)(*call.arguments)[0])
        for call, outputs in zip(calls, program.run(), strict=True):
            desired = getattr(reference, name)(*call.fresh())[0]
            what = f"The outputs of `{name}` {call.said}"
            expect_close(outputs, desired, what=what, notes=notes, label=f"outputs of `{name}`", hint=hint)


def gradients_are_right(
    student: Student,
    reference: Any,
    rng: np.random.Generator,
    parts: Parts,
    notes: Notes,
    passes: tuple[str, str],
    points: Mapping[str, float],
    calls: Sequence[Call],
    hints: Mapping[str, str] | None = None,
) -> None:
    """Compare what a backward pass returns with the answer key's, each gradient in a part of its own.

    Between the two passes of a call another one goes forward.

    Parameters
    ----------
    passes : pair of str
        The names of forward and backward pass.
    points : mapping of str to float
        The points of each gradient, in the order in which they are returned.
    hints : mapping of str to str, optional
        Where to look, by gradient.

    Raises
    ------
    StudentFault
        When one of the two cannot be called, or does not return what it must.
    """
    forward, backward = passes
    came = {name: [] for name in points}  # type: dict[str, list[Any]]
    right = {name: [] for name in points}  # type: dict[str, list[Any]]
    for call, other in zip(calls, [*calls[1:], calls[0]], strict=True):
        outputs, cache = getattr(reference, forward)(*call.fresh())
        dout = rng.standard_normal(outputs.shape)
        program = student.program(f"{backward}(dout, cache)")
        result = getattr(program, forward)(*call.arguments)
        getattr(program, forward)(*other.arguments)
        program.keep(getattr(program, backward)(dout, result[1]))
        with expected_pair(student, forward, call.arguments, "the outputs and the cache"):
            (value,) = program.run()
        desired = getattr(reference, backward)(dout, cache)
        words = ", ".join(points)
        values = [value] if len(points) == 1 else expect_several(student, value, len(points), f"`{backward}`", words)
        for name, grad, wanted in zip(points, values, [desired] if len(points) == 1 else desired, strict=False):
            came[name].append(grad)
            right[name].append(wanted)
    for name, worth in points.items():
        with parts(name, points=worth):
            for call, grad, wanted in zip(calls, came[name], right[name], strict=True):
                what, hint = f"`{name}` of `{backward}` {call.said}", (hints or {}).get(name)
                expect_close(grad, wanted, what=what, notes=notes, label=f"`{name}` of `{backward}`", hint=hint)


@contextmanager
def expected_pair(student: Student, name: str, arguments: Sequence[Any], words: str) -> Iterator[None]:
    """When something fails inside the block, look first whether a function returns two things at all; ``words`` says which."""
    try:
        yield
    except StudentFault as fault:
        if not fault.fatal:
            expect_several(student, getattr(student, name)(*arguments), 2, f"`{name}`", words)
        raise


def expect_several(student: Student, value: Any, count: int, what: str, words: str) -> list[Any]:
    """Return what a function returned as a list of at least ``count`` things; ``words`` says which they are.

    Raises
    ------
    StudentFault
        When it is one thing, or fewer things.
    """
    try:
        items = student.list(value, what)
        came = f"{len(items)}"
    except StudentFault as fault:
        if fault.fatal:
            raise
        items, came = [], described(value)
    if len(items) < count:
        raise StudentFault(
            Why.WRONG,
            f"{what} must return {count} things ({words}), but it returned {came}.",
            expected=f"{count} things",
            actual=came,
        )
    return items


def as_dictionary(student: Student, value: Any, what: str) -> dict[Any, Any]:
    """Return a dictionary of the submission, whatever class of dictionaries it is.

    Raises
    ------
    StudentFault
        When it is something else.
    """
    if isinstance(value, dict):
        return value
    program = student.program(what)
    try:
        program.keep(program.on(value).items())
        (pairs,) = program.run()
        return dict(pairs)
    except (StudentFault, AttributeError, TypeError, ValueError) as error:
        if isinstance(error, StudentFault) and error.fatal:
            raise
        raise StudentFault(Why.WRONG, f"{what} must be a dictionary.", expected="a dictionary") from error


def entry_of(dictionary: Mapping[Any, Any], key: str, what: str) -> Any:
    """Return the value behind a key of a dictionary.

    Raises
    ------
    StudentFault
        When it has no such key.
    """
    if key not in dictionary:
        keys = ", ".join(repr(name)[:40] for name in list(dictionary)[:12]) or "none"
        raise StudentFault(
            Why.WRONG, f"{what} must have the key {key!r}, but its keys are: {keys}.", expected=f"the key {key!r}"
        )
    return dictionary[key]
