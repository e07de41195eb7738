"""Central differences of a student's own ``forward``: used without an answer key, and to choose a message.

May not import fence, report or reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks.compare import relative_error
from grader.checks.layers import Make
from grader.checks.notes import Notes
from grader.checks.proxy import Student
from grader.checks.received import Floats, Mask, expect_array
from grader.outcomes import StudentFault, Why

Evaluate = Callable[[list[Floats]], list[Any]]
STEP = float(np.finfo(np.float64).eps) ** (1 / 3)
PASSES, PASSES_WITH_REMARK = 1e-5, 1e-3
KINK = 1e-4
MOST_KINKS = 0.1
OF_FORWARD = "This is the gradient of your own `forward`, so look for the mistake in `forward`."
OF_NOTHING = "This is not the gradient of your own `forward` either, so look for the mistake in `backward`."


def central_differences(
    evaluate: Evaluate, point: Floats, grad_output: Floats, *, step: float = STEP
) -> tuple[Floats, Mask]:
    """Return the gradient of ``sum(grad_output * f(x))`` at a point by central differences.

    Parameters
    ----------
    evaluate : callable
        Given points, returns ``f`` of each; all of them come in one call, so that one request can serve them.
    point : ndarray
    grad_output : ndarray, shape of ``f(point)``
    step : float
        Half the distance between the two points, times ``max(1, |x|)``; the distance left after rounding is used.

    Returns
    -------
    differences : ndarray, shape of ``point``
    kinks : ndarray of bool, shape of ``point``
        True where the differences at the step and at half the step disagree, so that they mean nothing.

    Raises
    ------
    StudentFault
        If a value is not an array with the shape of ``grad_output``.

    Examples
    --------
    >>> square = lambda points: [point**2 for point in points]
    >>> differences, kinks = central_differences(square, np.array([1.0, 3.0]), np.ones(2))
    >>> differences.round(6), kinks
    (array([2., 6.]), array([False, False]))
    """
    whole, half = (_differences(evaluate, point, grad_output, width) for width in (step, step / 2))
    floor = 1e-6 * max(1.0, float(np.max(np.abs(whole), initial=0.0)))
    return whole, np.abs(whole - half) > KINK * (np.maximum(np.abs(whole), np.abs(half)) + floor)


def _differences(evaluate: Evaluate, point: Floats, grad_output: Floats, step: float) -> Floats:
    points, distances = [], []
    for index in np.ndindex(point.shape):
        above, below = point.copy(), point.copy()
        above[index] += step * max(1.0, abs(float(point[index])))
        below[index] -= step * max(1.0, abs(float(point[index])))
        points += [above, below]
        distances.append(above[index] - below[index])
    values = [expect_array(value, grad_output.shape, what="What `forward` returns") for value in evaluate(points)]
    sums = np.array([float(np.sum(value * grad_output)) for value in values])
    return ((sums[::2] - sums[1::2]) / np.array(distances)).reshape(point.shape)


def expect_differences(
    actual: Any, evaluate: Evaluate, point: Floats, grad_output: Floats, *, what: str, notes: Notes
) -> None:
    """Judge a gradient by central differences of the student's own ``forward``; 1e-3 passes with a remark, 1e-5 without.

    Raises
    ------
    StudentFault
        If it does not match them.
    ValueError
        If more than a tenth of the entries are kinks, so that another point must be drawn.

    Examples
    --------
    >>> point, upstream = rng.standard_normal(4), rng.standard_normal(4)
    >>> def evaluate(points):
    ...     program = student.program("softplus(x)")
    ...     for each in points:
    ...         program.keep(program.softplus(each))
    ...     return program.run()
    >>> actual = upstream * student.softplus_grad(point)
    >>> expect_differences(actual, evaluate, point, upstream, what="`softplus_grad`", notes=notes)
    """
    values = expect_array(actual, point.shape, what=what, notes=notes)
    differences, kinks = central_differences(evaluate, point, grad_output)
    if np.mean(kinks) > MOST_KINKS:
        raise ValueError("more than a tenth of the entries are kinks, so the point must be drawn again")
    error = relative_error(values[~kinks], differences[~kinks])
    if error > PASSES_WITH_REMARK:
        worst = np.unravel_index(int(np.argmax(np.where(kinks, 0.0, np.abs(values - differences)))), values.shape)
        raise StudentFault(
            Why.WRONG,
            f"{what} is not the gradient of your `forward`: their relative difference is {error:.2g}, and 1e-9 is usual.",
            expected=f"{differences[worst]:.6g} at index {tuple(int(i) for i in worst)}",
            actual=f"{values[worst]:.6g}",
        )
    notes.measured(f"relative difference of {what} from central differences", error)
    if error > PASSES:
        notes.remark(f"{what} matches central differences to {error:.1g} only; correct code matches to 1e-9.")


def tell_whose_gradient(
    fault: StudentFault, student: Student, make: Make, actual: Any, inputs: Floats, grad_output: Floats
) -> None:
    """Add a hint to the fault of a wrong layer gradient: whether it is the gradient of the student's ``forward``, which is then wrong.

    Nothing is added if the student's code fails on the way.

    Examples
    --------
    >>> fault = StudentFault(Why.WRONG, "The gradient is wrong.")
    >>> tell_whose_gradient(fault, student, lambda program: program.Sigmoid(), np.ones((2, 3)), np.zeros((2, 3)), np.ones((2, 3)))
    >>> fault.hint
    'This is not the gradient of your own `forward` either, so look for the mistake in `backward`.'
    """
    belongs = is_own_gradient(student, make, actual, inputs, grad_output)
    if belongs is not None:
        fault.of_forward = belongs
        fault.hint = OF_FORWARD if belongs else fault.hint or OF_NOTHING


def is_own_gradient(student: Student, make: Make, actual: Any, inputs: Floats, grad_output: Floats) -> bool | None:
    """Return whether a gradient of a layer is that of the student's ``forward``; None if the student's code fails on the way."""

    def evaluate(points: list[Floats]) -> list[Any]:
        program = student.program("forward")
        layer = make(program)
        for point in points:
            program.keep(layer.forward(point))
        return program.run()

    try:
        values = expect_array(actual, inputs.shape, what="The gradient")
        differences, kinks = central_differences(evaluate, inputs, grad_output)
    except StudentFault:
        return None
    return relative_error(values[~kinks], differences[~kinks]) <= PASSES_WITH_REMARK
