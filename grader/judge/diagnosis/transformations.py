"""Simple transformations of the right value, recognised from the two values alone. Pure; imports NumPy and the outcomes only.

Each of them is a statement about the values, so it is said only when it holds for every entry, and when it is the only one that does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.judge.diagnosis.likeness import as_numbers, same
from grader.outcomes import Diagnosis, Evidence

SIGN = Diagnosis(
    "sign",
    "What came is the right value with the opposite sign.",
    "A gradient with the wrong sign makes every step climb the loss instead of descending it.",
    "Look for the difference whose two sides are exchanged, or for a minus that is missing or one too many.",
)
TRANSPOSE = Diagnosis(
    "transpose",
    "What came is the transpose of the right value.",
    "An array that lies the wrong way round fits nothing that it is combined with, or broadcasts quietly to wrong values.",
    "Write the shape of each factor beside the product, and see which of them must lead.",
)
FACTOR = Diagnosis(
    "factor",
    "What came is {factor} times the right value, in every entry{like}.",
    "A constant factor in a gradient acts like another learning rate, and factors of several layers multiply.",
    "Look for a factor that is missing or one too many: a 2 from a square, a number of samples, a number of elements.",
)
ROOT = Diagnosis(
    "root",
    "What came is the square root of the right value.",
    "A root changes large and small values by different factors, so what builds on them changes as well.",
    "Look for a root, or a norm, that the formula does not have.",
)
SQUARE = Diagnosis(
    "square",
    "What came is the square of the right value.",
    "A square changes large and small values by different factors, so what builds on them changes as well.",
    "Look for a square that the formula does not have, or for a root that is missing.",
)
BATCH_AVERAGE = Diagnosis(
    "batch-average",
    "What came is the right value averaged over its first axis, the batch.",
    "Each sample needs a value of its own; an average mixes them before they are used.",
    "See whether a mean over the batch stands where each sample should be kept.",
)
BATCH_SUM = Diagnosis(
    "batch-sum",
    "What came is the right value summed over its first axis, the batch.",
    "Each sample needs a value of its own; a sum mixes them before they are used.",
    "See whether a sum over the batch stands where each sample should be kept.",
)
TERM_MISSING = Diagnosis(
    "term-missing",
    "What came is the right value without one of its terms.",
    "Every term of the formula carries a part of the result; without one the rest is systematically off.",
    "Compare your expression with the formula term by term.",
)
STEP_BEHIND = Diagnosis(
    "step-behind",
    "What came is what would have been right one step earlier.",
    "A state that is used before it is brought up to date makes every update late by one step.",
    "See which line changes the state, and whether it stands before the line that uses it.",
)
FEW_DIGITS = Diagnosis(
    "few-digits",
    "What came is right to about three digits, no more, as half precision (float16) gives.",
    "Errors of a thousandth add up from layer to layer, and small steps vanish altogether.",
    "Look for float16 in an array's dtype or in astype, and for a rounding or a difference in place of a formula.",
)
LEFT_ALONE = Diagnosis(
    "left-alone",
    "The call has changed what it should leave alone.",
    "Who handed it over goes on to use it, and then it holds something else.",
    "Look for an assignment into an array, such as `x += y` or `x[...] = y`; `x = x + y` makes a new one.",
)
STEP_SIGN = Diagnosis(
    "step-sign",
    "Every step is the right one with the opposite sign.",
    "Steps along the gradient climb the loss instead of descending it.",
    "Look at the signs where the state is brought up to date and where the parameter is moved.",
)
STEP_FACTOR = Diagnosis(
    "step-factor",
    "Every step is {factor} times the right one.",
    "The direction is right, and all steps are too long or too short by one factor, as with another learning rate.",
    "Look for a factor that is missing or one too many in what is subtracted from the parameter.",
)
STANDSTILL = Diagnosis(
    "standstill",
    "No step changes any parameter.",
    "A step must assign a new value to every parameter that the optimizer was given.",
    "See what step goes through, and whether it assigns to the parameter itself and not to a name of its own.",
)
FIRST_STEP_ONLY = Diagnosis(
    "first-step-only",
    "Only the first step changes anything; no later one moves a parameter.",
    "What can be gone through only once, such as a generator, is empty the second time.",
    "Keep the parameters as a list, and see what is left of them after the first step.",
)
GENERAL = (
    FEW_DIGITS,
    LEFT_ALONE,
    *(ROOT, SQUARE),
    *(SIGN, TRANSPOSE, FACTOR, BATCH_AVERAGE, BATCH_SUM, TERM_MISSING, STEP_BEHIND, STEP_SIGN, STEP_FACTOR, STANDSTILL),
    FIRST_STEP_ONLY,
)
# Of a thousandth, as half precision rounds, and single precision never does.
LEAST_ERROR, LARGEST_ERROR = 1e-5, 3e-3
NEAR_ONE = 0.005
STEP_RTOL = 1e-3
MOST_DECIMALS = 5
BY_ID = {each.id: each for each in GENERAL}


def transformation(evidence: Evidence) -> Diagnosis | None:
    """Return the transformation that makes the right value into the one that came, when exactly one does."""
    if evidence.kept:
        return LEFT_ALONE if isinstance(evidence.actual, np.ndarray) else None
    actual, desired = as_numbers(evidence.actual), as_numbers(evidence.desired)
    if actual is None or desired is None or not np.all(np.isfinite(actual)):
        return None
    if evidence.moves is not None:
        return _of_moves(*evidence.moves)
    if same(actual, desired):
        return None
    fitting = [
        each for each, value in _transform(evidence, desired) if not same(value, desired) and same(actual, value)
    ]
    if not fitting and (factor := _factor(actual, desired)) is not None:
        title = FACTOR.title.format(factor=f"{factor:.6g}", like=_like(factor))
        fitting.append(Diagnosis(FACTOR.id, title, FACTOR.explanation, FACTOR.hint))
    if not fitting and _has_few_digits(actual, desired):
        fitting.append(FEW_DIGITS)
    return fitting[0] if len(fitting) == 1 else None


def _transform(evidence: Evidence, desired: NDArray[Any]) -> Iterator[tuple[Diagnosis, Any]]:
    """Yield each transformation with what it makes of the right value."""
    yield SIGN, -desired
    if np.all(desired >= 0.0):
        yield ROOT, np.sqrt(desired)
        yield SQUARE, desired**2
    if desired.ndim == 2:
        yield TRANSPOSE, desired.T
    if evidence.batched and desired.ndim and len(desired) > 1:
        for diagnosis, reduced in ((BATCH_AVERAGE, desired.mean(axis=0)), (BATCH_SUM, desired.sum(axis=0))):
            same_shape = np.shape(evidence.actual) == desired.shape
            yield diagnosis, np.broadcast_to(reduced, desired.shape) if same_shape else reduced
    for id_, value in evidence.slips.items():
        yield BY_ID[id_], value


def _like(factor: float) -> str:
    """Return what a factor is known from, as the end of a sentence."""
    for base in (2, 10):
        if np.isclose(factor * np.log(base), 1.0, rtol=1e-5):
            return f", as a logarithm to base {base} gives"
    return ""


def _has_few_digits(actual: NDArray[Any], desired: NDArray[Any]) -> bool:
    """Return whether what came is the right value with about three digits, all of them such as half precision or a rounding leaves.

    An error of a thousandth alone proves nothing: a constant that is a little off gives it as well.
    """
    if actual.shape != desired.shape or actual.size < 3 or actual.dtype.kind == "c":
        return False
    scale = float(np.linalg.norm(desired))
    if not (scale > 0.0 and LEAST_ERROR < float(np.linalg.norm(actual - desired)) / scale < LARGEST_ERROR):
        return False
    if np.max(np.abs(actual)) < np.finfo(np.float16).max and np.array_equal(actual, actual.astype(np.float16)):
        return True
    # Far nearer to its rounding than the last digit that this leaves, however large the numbers are.
    return any(
        np.max(np.abs(actual - np.round(actual, decimals))) < 1e-6 * 10.0**-decimals
        for decimals in range(1, MOST_DECIMALS)
    )


def _of_moves(moves: NDArray[Any], desired: NDArray[Any]) -> Diagnosis | None:
    """Return what was done to every step, where one thing was done to all of them; both are of shape (steps, entries)."""
    if not np.any(moves):
        return STANDSTILL
    if len(moves) > 1 and not np.any(moves[1:]):
        return FIRST_STEP_ONLY
    if len(moves) > 1 and not np.any(moves[0]) and same(moves[1:], desired[:-1]):
        return STEP_BEHIND
    # What keeps an optimizer from dividing by zero bends a factor a little.
    factor = _factor(moves, desired, rtol=STEP_RTOL)
    # A step that is as good as right has no factor that anybody has written.
    if factor is None or abs(factor - 1.0) < NEAR_ONE:
        return None
    if same(moves, -desired):
        return STEP_SIGN
    title = STEP_FACTOR.title.format(factor=f"{factor:.3g}")
    return Diagnosis(STEP_FACTOR.id, title, STEP_FACTOR.explanation, STEP_FACTOR.hint)


def _factor(actual: NDArray[Any], desired: NDArray[Any], rtol: float = 0.0) -> float | None:
    """Return the constant by which all entries differ, up to rounding or ``rtol``; None when there is none, or too few entries to tell."""
    if actual.shape != desired.shape or np.count_nonzero(desired) < 2:
        return None
    worst = np.unravel_index(int(np.argmax(np.abs(desired))), desired.shape)
    factor = float(actual[worst] / desired[worst])
    fits = same(actual, factor * desired) or bool(rtol and np.allclose(actual, factor * desired, rtol=rtol, atol=0.0))
    return factor if factor not in (0.0, 1.0) and fits else None
