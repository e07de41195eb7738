"""Turns values from the child into numbers to compare, or says in a sentence why that is not possible.

Shape comes before dtype, dtype before finiteness; values are compared elsewhere. May not import fence, report or reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.labels import described, shown_number, shown_shape
from grader.checks.notes import Notes
from grader.outcomes import Evidence, StudentFault, Why

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
# The largest float has 1024 bits.
_FLOAT_BITS = 1023
_MOST_AXES = 64
NO_RETURN = "Does the function end with a return statement?"


def expect_array(value: Any, shape: Sequence[int], *, what: str, notes: Notes | None = None) -> Floats:
    """Return ``value`` as finite float64 numbers of a shape.

    Parameters
    ----------
    value : object
        The value from the proxy, of any type.
    shape : sequence of int
        The shape it must have.
    what : str
        What the value is, as the beginning of a sentence: ``Linear.forward`` in backquotes.
    notes : Notes, optional
        Gets a remark if a list is used as an array.

    Raises
    ------
    StudentFault
        If there is no value, it is not an array of numbers, or its shape, dtype or finiteness is wrong.

    Examples
    --------
    >>> expect_array([[1, 2], [3, 4]], (2, 2), what="`f(x)`")
    array([[1., 2.],
           [3., 4.]])
    >>> expect_array(np.ones((2, 3)), (3, 2), what="`f(x)`")
    Traceback (most recent call last):
    grader.outcomes.StudentFault: `f(x)` must have shape (3, 2), but it has shape (2, 3).
    """
    try:
        return _numbers(as_array(value, shape, what=what, notes=notes), shape, what)
    except StudentFault as fault:
        fault.evidence = fault.evidence or Evidence(what, value)
        raise


def _numbers(array: NDArray[Any], shape: Sequence[int], what: str) -> Floats:
    if array.shape != tuple(shape):
        raise wrong_shape(array.shape, shape, what)
    if array.dtype.kind not in "biuf":
        raise StudentFault(
            Why.WRONG, f"{what} must hold real numbers, but its dtype is {array.dtype}.", actual=f"dtype {array.dtype}"
        )
    numbers = array.astype(np.float64)
    expect_finite(numbers, what)
    return numbers


def as_array(value: Any, shape: Sequence[int], *, what: str, notes: Notes | None = None) -> NDArray[Any]:
    """Return ``value`` as an array of any shape; nested lists of numbers are accepted.

    Raises
    ------
    StudentFault
        If it does not have a shape.

    Examples
    --------
    >>> as_array([1, 2, 3], (3,), what="`f(x)`").shape
    (3,)
    """
    wanted = f"an array of shape {shown_shape(shape)}" if len(tuple(shape)) else "a number"
    if isinstance(value, (np.ndarray, np.generic)):
        return np.asarray(value)
    if isinstance(value, (int, float, complex)):
        return np.asarray(_within_range(value))
    if isinstance(value, (list, tuple)):
        array = _from_list(value)
        if array is not None:
            if notes is not None:
                notes.remark(f"{what} is a {type(value).__name__}; it was taken as an array. Return a NumPy array.")
            return array
    if value is None:
        raise StudentFault(
            Why.WRONG, f"{what} is None, but it must be {wanted}.", hint=NO_RETURN, expected=wanted, actual="None"
        )
    raise StudentFault(
        Why.WRONG, f"{what} is {described(value)}, but it must be {wanted}.", expected=wanted, actual=described(value)
    )


def expect_number(value: Any, *, what: str, notes: Notes | None = None) -> float:
    """Return ``value`` as one finite float; an array with one entry is accepted, with a remark.

    Raises
    ------
    StudentFault
        If it is not a number, or not finite.

    Examples
    --------
    >>> expect_number(np.array([0.5]), what="The loss", notes=notes)
    0.5
    """
    array = as_array(value, (), what=what, notes=notes)
    if array.ndim and array.size == 1 and notes is not None:
        notes.remark(
            f"{what} is an array of shape {shown_shape(array.shape)}; it was taken as a number. Return a float."
        )
    return float(expect_array(array.reshape(()) if array.size == 1 else array, (), what=what))


def expect_finite(numbers: Floats, what: str) -> None:
    """Check that no entry is nan or infinite.

    Raises
    ------
    StudentFault
        If one is; the message names the first such entry.
    """
    bad = ~np.isfinite(numbers)
    if not bad.any():
        return
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    where = f" at index {index}" if numbers.ndim else ""
    count = f" {int(bad.sum())} of {numbers.size} entries are not finite." if numbers.size > 1 else ""
    raise StudentFault(
        Why.WRONG,
        f"{what} must be finite, but it is {shown_number(numbers[index])}{where}.{count}",
        hint="Look for an overflow in exp, a logarithm of zero, or a division by zero.",
        expected="finite numbers",
        actual=shown_number(numbers[index]),
    )


def wrong_shape(actual: Sequence[int], desired: Sequence[int], what: str) -> StudentFault:
    """Return the fault for a different shape, with a hint if the likely cause is known.

    Examples
    --------
    >>> raise wrong_shape((3,), (3, 1), "`f(x)`")
    Traceback (most recent call last):
    grader.outcomes.StudentFault: `f(x)` must have shape (3, 1), but it has shape (3,).
    """
    actual, desired = tuple(actual), tuple(desired)
    hint = None
    if len(desired) == 2 and actual == desired[::-1]:
        hint = "It is the transpose of what is asked for."
    elif desired == ():
        hint = "Take the mean over every element, so that one number is left."
    elif np.prod(actual) == np.prod(desired):
        hint = "The number of entries is right: reshape it, or keep the axes with keepdims."
    elif len(actual) == 2 and len(desired) == 2 and actual[0] == actual[1] == max(desired):
        hint = "A column against a row, or against a flat array, broadcasts to a square."
    return StudentFault(
        Why.WRONG,
        f"{what} must have shape {shown_shape(desired)}, but it has shape {shown_shape(actual)}.",
        hint=hint,
        expected=f"shape {shown_shape(desired)}",
        actual=f"shape {shown_shape(actual)}",
    )


def _from_list(value: Sequence[Any]) -> NDArray[Any] | None:
    """Return nested sequences of numbers and arrays as one array, or None if they are ragged or hold something else."""
    items = [_from_list(item) if isinstance(item, (list, tuple)) else item for item in value]
    numeric = all(isinstance(item, (int, float, complex, np.ndarray, np.generic)) for item in items)
    if not numeric or len({np.asarray(item).shape for item in items}) > 1:
        return None
    return np.array([_within_range(item) for item in items])


def _within_range(value: Any) -> Any:
    """Return a number unchanged, or, for an integer too large for NumPy, a float (infinite if a float cannot hold it)."""
    if not isinstance(value, int) or abs(value) < 2**63:
        return value
    return float(value) if value.bit_length() <= _FLOAT_BITS else np.copysign(np.inf, np.sign(value))


def as_integer(value: Any) -> int | None:
    """Return an integer of any type as an int; None if the value is not an integer or has more than 64 bits."""
    if isinstance(value, (np.ndarray, np.generic)) and value.ndim == 0 and value.dtype.kind in "iu":
        value = int(value)
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    return int(value) if whole else None


def as_shape(value: Any) -> tuple[int, ...] | None:
    """Return a shape as a tuple of int, or None if no array can have this shape.

    Examples
    --------
    >>> as_shape([3, 4]), as_shape("three")
    ((3, 4), None)
    """
    if not isinstance(value, (list, tuple)) or len(value) > _MOST_AXES:
        return None
    lengths = tuple(length for length in map(as_integer, value) if length is not None and length >= 0)
    return lengths if len(lengths) == len(value) else None
