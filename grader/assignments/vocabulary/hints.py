"""Hints chosen by the student's value: each is shown only for the fault that it explains."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.checks import Diagnosis, Floats, StudentFault

MEAN = "The loss is the mean over every element, of all samples and all outputs."
ROOT = "This is the root of the right loss: the formula ends with the mean."
ROUNDED = "This is the right share, rounded: return it as it is, and round only what is printed."
BASES = {2.0: "The logarithm is the natural one; this loss is that of a logarithm to base 2.", 10.0: ""}
BASES[10.0] = BASES[2.0].replace("base 2", "base 10")


def of_loss(value: Any, desired: float, shape: Sequence[int]) -> str | None:
    """Return where to look for what is wrong with a loss over elements of a shape; None where its value tells nothing."""
    number = np.asarray(value) if isinstance(value, (int, float, np.ndarray, np.generic)) else np.zeros(0)
    if (
        number.size != 1
        or number.dtype.kind not in "iuf"
        or not desired
        or not math.isfinite(came := float(number.item()))
    ):
        return None
    size = int(np.prod(shape))
    # Summed over all, over the samples, over the outputs.
    summed = {size, *(size // length for length in shape), *shape} - {1}
    if any(math.isclose(came, desired * factor, rel_tol=1e-6) for factor in summed):
        return MEAN
    if math.isclose(came * came, desired, rel_tol=1e-6):  # a power would overflow with an error
        return ROOT
    near = (hint for base, hint in BASES.items() if math.isclose(came * math.log(base), desired, rel_tol=1e-6))
    return next(near, None)


EXCHANGED = Diagnosis(
    "arguments-exchanged",
    "The two arguments are exchanged: with predictions and targets in each other's place, the right value comes.",
    "The loss of the task is not symmetric: what the network says must stand where the formula has it.",
    "Compare the order of the arguments in the task with that in your code.",
)


def exchanged(desired: Any, other: Callable[[], Any]) -> Diagnosis | None:
    """Return, when a function gives the right value for exchanged arguments, that they are; ``other`` calls it so."""
    try:
        value = other()
    except StudentFault:
        return None
    array = value if isinstance(value, (int, float, np.ndarray, np.generic)) else np.zeros(0)
    same = np.shape(array) == np.shape(desired) and np.asarray(array).dtype.kind in "iuf"
    return EXCHANGED if same and np.allclose(array, desired, rtol=1e-6) else None


def of_accuracy(value: float, desired: float, count: int, broadcast: float) -> str | None:
    """Return where to look for what is wrong with a share of right answers.

    Parameters
    ----------
    count : int
        How many answers there are.
    broadcast : float
        What comes of comparing every answer with every target.
    """
    others = {
        100.0 * desired: "Return the share itself, from 0 to 1, and not a percentage.",
        1.0 - desired: "This is the share of wrong answers.",
        desired * count: "This is how many answers are right: divide by the number of all.",
        broadcast: "(n,) compared with (n, 1) broadcasts to (n, n).",
    }
    others = {round(desired, digits): ROUNDED for digits in (1, 2)} | others
    return next((hint for other, hint in others.items() if math.isclose(value, other, abs_tol=1e-9)), None)


def is_probable(value: Any) -> bool:
    """Return whether a value is an array of numbers between 0 and 1, as a sigmoid gives."""
    array: Floats = value if isinstance(value, np.ndarray) else np.zeros(0)
    return array.dtype.kind == "f" and array.size > 0 and bool(np.all((array > 0.0) & (array < 1.0)))
