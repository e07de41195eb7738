"""Runs a student's layer once forward and twice backward, and keeps everything that can be observed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.compare import expect_close, expect_unchanged
from grader.checks.program import Deferred, Program
from grader.checks.proxy import Student
from grader.checks.received import Floats
from grader.outcomes import Diagnosis, Evidence, StudentFault

Make = Callable[[Program], Deferred]
LEFT_OVER = Diagnosis(
    "left-over",
    "Something is left over from an earlier `forward`: after one alone, `backward` raises nothing.",
    "A layer is used again and again, with batches of any size, and `backward` belongs to the `forward` that came last.",
    "When does `forward` keep its inputs, and when are they replaced?",
)
ADDED_UP = Diagnosis(
    "added-up",
    "A second, equal call of `backward` gives twice what one gives: gradients are added up.",
    "Here each `backward` replaces the gradients; what is left in them from before makes every later step too long.",
    "Look for a += where the gradient is kept.",
)
REPEATED = "Gradients are assigned, not added up, and `backward` must not change what `forward` has kept."


@dataclass(frozen=True)
class Forward:
    """The result of ``forward``, not yet validated."""

    outputs: Any


@dataclass(frozen=True)
class Backward:
    """The results of two equal calls of ``backward`` after one ``forward``, not yet validated.

    Attributes
    ----------
    grad_inputs, grad_inputs_again : object
        What each call returned.
    grads, grads_again : mapping of str to object
        The gradients of the named parameters after each call.
    inputs, grad_output : object
        The arguments after the calls.
    """

    grad_inputs: Any
    grad_inputs_again: Any
    grads: Mapping[str, Any]
    grads_again: Mapping[str, Any]
    inputs: Any
    grad_output: Any


def run_forward(student: Student, make: Make, inputs: Floats, what: str) -> Forward:
    """Make a layer in the child and run ``forward``.

    Parameters
    ----------
    make : callable
        Given a program, returns the layer.
    inputs : ndarray
    what : str
        The name of the call in messages.

    Raises
    ------
    StudentFault
        If something raises, or ``forward`` has written into its argument.

    Examples
    --------
    >>> came = run_forward(student, lambda program: program.Sigmoid(), np.zeros((2, 3)), "Sigmoid().forward(inputs)")
    >>> outputs = expect_close(came.outputs, np.full((2, 3), 0.5), what="`Sigmoid.forward`")
    """
    program = student.program(what)
    held = program.hold(inputs)
    program.keep(make(program).forward(held))
    program.keep_now(held)
    outputs, after = program.run()
    expect_unchanged(after, inputs, what=f"The argument of `{what}`")
    return Forward(outputs)


def run_backward(
    student: Student,
    make: Make,
    inputs: Floats,
    grad_output: Floats,
    what: str,
    names: Sequence[str] = (),
    before: Floats | None = None,
) -> Backward:
    """Make a layer in the child, run ``forward`` once and ``backward`` twice.

    Parameters
    ----------
    make : callable
        Given a program, returns the layer.
    inputs, grad_output : ndarray
    what : str
        The name of the call in messages.
    names : sequence of str
        Parameters whose gradients are wanted.
    before : ndarray, optional
        Inputs for an earlier ``forward``, which the later one must replace, and for another layer that ``make`` also
        makes.

    Raises
    ------
    StudentFault
        If something raises.

    Examples
    --------
    >>> inputs, grad_output = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    >>> came = run_backward(
    ...     student, lambda program: program.Linear(3, 2), inputs, grad_output, "Linear(3, 2).backward", ("weight", "bias")
    ... )
    >>> outputs = expect_close(came.grads["bias"], grad_output.sum(axis=0), what="`bias.grad`")
    """
    program = student.program(what)
    layer = make(program)
    if before is not None:
        layer.forward(before)
    held, held_grad = program.hold(inputs), program.hold(grad_output)
    layer.forward(held)
    if before is not None:
        # Another layer of the same kind runs in between: what `forward` keeps must belong to the layer alone.
        make(program).forward(before)
    for _ in range(2):
        program.keep(layer.backward(held_grad))
        for name in names:
            program.keep_now(getattr(layer, name).grad)
    program.keep_now(held)
    program.keep_now(held_grad)
    try:
        values = program.run()
    except StudentFault as fault:
        if before is not None and fault.raised and not fault.fatal:
            _tell_if_left_over(fault, lambda: run_backward(student, make, inputs, grad_output, what, names))
        raise
    size = 1 + len(names)
    first, again = values[:size], values[size : 2 * size]
    return Backward(
        first[0],
        again[0],
        dict(zip(names, first[1:], strict=True)),
        dict(zip(names, again[1:], strict=True)),
        *values[-2:],
    )


def _tell_if_left_over(fault: StudentFault, alone: Callable[[], Backward]) -> None:
    """Add to the fault of a `backward` that raised a note if it does not raise without another `forward` before its own."""
    try:
        alone()
    except StudentFault:
        return
    fault.diagnosis = LEFT_OVER


def expect_repeated(came: Backward, desired: Any, inputs: Floats, grad_output: Floats, what: str) -> None:
    """Check that the second ``backward`` returned the same, and that no argument was changed.

    Raises
    ------
    StudentFault
        If it did not, or an argument was changed.

    Examples
    --------
    >>> inputs, grad_output = np.zeros((2, 3)), np.ones((2, 3))
    >>> came = run_backward(student, lambda program: program.Sigmoid(), inputs, grad_output, "Sigmoid.backward")
    >>> expect_repeated(came, np.full((2, 3), 0.25), inputs, grad_output, "`Sigmoid.backward`")
    """
    again = f"What a second, equal call of {what} returns"
    _expect_again(came.grad_inputs_again, desired, again)
    expect_unchanged(came.grad_output, grad_output, what=f"The argument of {what}")
    expect_unchanged(came.inputs, inputs, what=f"The argument of `forward`, seen after {what},")


def expect_repeated_grad(came: Backward, name: str, desired: Any) -> None:
    """Check that the second ``backward`` left the same gradient of a parameter as a single call.

    Raises
    ------
    StudentFault
        If it did not.

    Examples
    --------
    >>> inputs, grad_output = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    >>> came = run_backward(
    ...     student, lambda program: program.Linear(3, 2), inputs, grad_output, "Linear(3, 2).backward", ("bias",)
    ... )
    >>> expect_repeated_grad(came, "bias", grad_output.sum(axis=0))
    """
    _expect_again(came.grads_again[name], desired, f"`{name}.grad` after a second, equal call of `backward`")


def _expect_again(value: Any, desired: Any, what: str) -> None:
    right = np.asarray(desired)
    try:
        expect_close(value, right, what=what, hint=REPEATED)
    except StudentFault as fault:
        fault.evidence = Evidence(what, value)
        if isinstance(value, np.ndarray) and value.shape == right.shape and np.allclose(value, 2.0 * right):
            # This lies in `backward` itself, whatever else is wrong.
            fault.diagnosis, fault.alone = ADDED_UP, True
        raise
