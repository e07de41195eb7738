"""Compares the values that a submission returned with the right ones, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.labels import shown_number, shown_shape
from grader.checks.notes import Notes
from grader.checks.received import Floats, expect_array, expect_number
from grader.outcomes import Evidence, StudentFault, Why

ROUGH_NORM = 1e-4
SHOWN_WHOLE = 12


@dataclass(frozen=True)
class Tolerance:
    """The allowed difference of an entry: ``rtol * |desired| + share * max|desired|``.

    Examples
    --------
    >>> Tolerance(rtol=1e-3, share=0.0).holds(np.array([1.0005, 2.1]), np.array([1.0, 2.0]))
    array([ True, False])
    """

    rtol: float
    share: float

    def holds(self, actual: Floats, desired: Floats) -> np.ndarray:
        """Return for each entry whether it is close enough."""
        largest = float(np.max(np.abs(desired), initial=0.0))
        near: np.ndarray = np.abs(actual - desired) <= self.rtol * np.abs(desired) + self.share * (largest or 1.0)
        return near


EXACT = Tolerance(rtol=1e-6, share=1e-9)
ROUGH = Tolerance(rtol=1e-3, share=1e-5)


def expect_close(
    value: Any,
    desired: Any,
    *,
    what: str,
    notes: Notes | None = None,
    hint: str | None = None,
    at: Floats | None = None,
    label: str | None = None,
    exact: Tolerance = EXACT,
    rough: Tolerance = ROUGH,
    slips: Mapping[str, Any] | None = None,
    batched: bool = False,
    start: Floats | None = None,
) -> Floats:
    """Check ``value`` against ``desired`` entry by entry and return it as an array.

    A value that is not within ``exact`` still passes, with a remark, if it is within ``rough`` and its norm-relative
    error is below 1e-4: float32 arithmetic and a small epsilon inside a logarithm are not mistakes.

    Parameters
    ----------
    value : object
        The value from the proxy.
    desired : array_like
        The right values; a number counts as an array of shape ().
    what : str
        What the value is, as the beginning of a sentence.
    notes : Notes, optional
        Gets the largest error and remarks.
    hint : str, optional
        Where to look if a value differs.
    at : ndarray, optional
        Inputs of an elementwise function, to report the input of the worst entry.
    label : str, optional
        The name under which the largest error of all comparisons with this label is reported; by default ``what``.
    exact, rough : Tolerance
        The tolerance to pass, and the tolerance to pass with a remark.
    slips : mapping of str to array_like, optional
        The values that known mistakes would give, for the diagnosis: ``{"step-behind": previous}``; the ids are those
        of ``grader.judge.diagnosis.transformations``.
    batched : bool
        Whether the first axis is the batch.
    start : ndarray, optional
        The value before the step that is judged: the diagnosis then looks at the step, not at the value.

    Raises
    ------
    StudentFault
        If shape, dtype, finiteness or a value is wrong.

    Examples
    --------
    >>> inputs = rng.standard_normal(5)
    >>> outputs = expect_close(student.softplus(inputs), np.logaddexp(0.0, inputs), what="`softplus(x)`", notes=notes)
    >>> expect_close([1.0, 2.0], [1.0, 2.5], what="`f(x)`")
    Traceback (most recent call last):
    grader.outcomes.StudentFault: `f(x)` should be 2.5 at index 1, but it is 2. 1 of 2 entries differ.
    """
    right = np.asarray(desired, dtype=np.float64)
    try:
        actual = (
            expect_array(value, right.shape, what=what, notes=notes)
            if right.ndim
            else np.asarray(expect_number(value, what=what, notes=notes))
        )
        near = exact.holds(actual, right).all()
        if not near and not (rough.holds(actual, right).all() and relative_error(actual, right) < ROUGH_NORM):
            raise wrong_value(actual, right, what=what, hint=hint, tolerance=exact, at=at)
    except StudentFault as fault:
        fault.evidence = Evidence(what, value, right, slips or {}, batched, moves=_moves(value, right, start))
        raise
    error = _largest_error(actual, right)
    if not near and notes is not None:
        notes.remark(
            f"{what} is right to {error:.1e} of its largest entry, which is enough; float64 arithmetic gives about 1e-15."
        )
    if notes is not None:
        notes.largest(f"largest error of {label or what.replace('What ', 'what ', 1)}", error)
    return actual


def _moves(value: Any, desired: Floats, start: Floats | None) -> tuple[Floats, Floats] | None:
    """Return the actual and the desired change of a value in one step, each as one row."""
    fits = isinstance(value, np.ndarray) and value.shape == desired.shape and value.dtype.kind in "iuf"
    if start is None or not fits:
        return None
    return (value - start).reshape(1, -1), (desired - start).reshape(1, -1)


def expect_unchanged(value: Any, before: Floats, *, what: str) -> None:
    """Check that an array is unchanged, bit for bit.

    Raises
    ------
    StudentFault
        If the student's code has written into it.

    Examples
    --------
    >>> inputs = np.ones(3)
    >>> held = student.hold(inputs)
    >>> outputs = student.softplus(held)
    >>> expect_unchanged(held.read(), inputs, what="The argument of `softplus`")
    """
    if isinstance(value, np.ndarray) and value.shape == before.shape and np.array_equal(value, before, equal_nan=True):
        return
    raise StudentFault(
        Why.WRONG,
        f"{what} was changed by the call, though it belongs to the caller.",
        hint="`x += y` and `x[...] = y` write into the caller's array; `x = x + y` makes a new one.",
        expected="unchanged",
        actual="changed",
        evidence=Evidence(what, value, kept=True),
    )


def expect_kept(value: Any, before: Any, *, what: str, hint: str | None = None) -> Floats:
    """Check that a value is unchanged, up to rounding, and return it.

    The message does not name a factor or a sign, since the change follows no formula.

    Raises
    ------
    StudentFault
        When it is not.

    Examples
    --------
    >>> expect_kept(np.ones(3), np.ones(3), what="`grad` after `backward`")
    array([1., 1., 1.])
    """
    try:
        return expect_close(value, before, what=what, hint=hint)
    except StudentFault as fault:
        fault.evidence = Evidence(what, value, kept=True)
        raise


def relative_error(actual: Floats, desired: Floats) -> float:
    """Return ``norm(actual - desired) / (norm(actual) + norm(desired))``, and 0 for two arrays of zeros.

    Examples
    --------
    >>> relative_error(np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    0.0
    """
    scale = float(np.linalg.norm(actual) + np.linalg.norm(desired))
    return float(np.linalg.norm(actual - desired)) / scale if scale else 0.0


def wrong_value(
    actual: Floats, desired: Floats, *, what: str, hint: str | None, tolerance: Tolerance, at: Floats | None = None
) -> StudentFault:
    """Return the fault for values that differ: the worst entry, how many differ, and small arrays whole."""
    error = np.abs(actual - desired)
    worst = tuple(int(i) for i in np.unravel_index(int(np.argmax(error)), error.shape)) if error.ndim else ()
    place = f" at index {worst[0] if len(worst) == 1 else shown_shape(worst)}" if worst else ""
    if at is not None and at.shape == actual.shape:
        place += f" (input {shown_number(at[worst])})"
    wrong = int(np.sum(~tolerance.holds(actual, desired)))
    count = f" {wrong} of {error.size} entries differ." if error.size > 1 else ""
    right, came = shown_number(desired[worst]), shown_number(actual[worst])
    return StudentFault(
        Why.WRONG,
        f"{what} should be {right}{place}, but it is {came}.{count}",
        hint=hint,
        expected=_shown(desired, f"{right}{place}"),
        actual=_shown(actual, f"{came}{place}"),
    )


def _largest_error(actual: Floats, desired: Floats) -> float:
    largest = float(np.max(np.abs(desired), initial=0.0))
    return float(np.max(np.abs(actual - desired), initial=0.0)) / (largest or 1.0)


def _shown(values: Floats, entry: str) -> str:
    whole: Sequence[int] = values.shape
    if whole and values.size <= SHOWN_WHOLE:
        return np.array2string(values, precision=6, max_line_width=100)
    return entry
