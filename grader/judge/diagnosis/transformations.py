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
    "What came is {factor} times the right value, in every entry.",
    "A constant factor in a gradient acts like another learning rate, and factors of several layers multiply.",
    "Look for a factor that is missing or one too many: a 2 from a square, a number of samples, a number of elements.",
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
GENERAL = (SIGN, TRANSPOSE, FACTOR, BATCH_AVERAGE, BATCH_SUM, TERM_MISSING, STEP_BEHIND)
BY_ID = {each.id: each for each in GENERAL}


def transformation(evidence: Evidence) -> Diagnosis | None:
    """Return the transformation that makes the right value into the one that came, when exactly one does."""
    actual, desired = as_numbers(evidence.actual), as_numbers(evidence.desired)
    if actual is None or desired is None or not np.all(np.isfinite(actual)) or same(actual, desired):
        return None
    fitting = [
        each for each, value in _transform(evidence, desired) if not same(value, desired) and same(actual, value)
    ]
    if not fitting and (factor := _factor(actual, desired)) is not None:
        title = FACTOR.title.format(factor=f"{factor:.6g}")
        fitting.append(Diagnosis(FACTOR.id, title, FACTOR.explanation, FACTOR.hint))
    return fitting[0] if len(fitting) == 1 else None


def _transform(evidence: Evidence, desired: NDArray[Any]) -> Iterator[tuple[Diagnosis, Any]]:
    """Yield each transformation with what it makes of the right value."""
    yield SIGN, -desired
    if desired.ndim == 2:
        yield TRANSPOSE, desired.T
    if desired.ndim and len(desired) > 1:
        for diagnosis, reduced in ((BATCH_AVERAGE, desired.mean(axis=0)), (BATCH_SUM, desired.sum(axis=0))):
            same_shape = np.shape(evidence.actual) == desired.shape
            yield diagnosis, np.broadcast_to(reduced, desired.shape) if same_shape else reduced
    for id_, value in evidence.slips.items():
        yield BY_ID[id_], value


def _factor(actual: NDArray[Any], desired: NDArray[Any]) -> float | None:
    """Return the constant by which all entries differ; None when there is none, or too few entries to tell."""
    if actual.shape != desired.shape or np.count_nonzero(desired) < 2:
        return None
    worst = np.unravel_index(int(np.argmax(np.abs(desired))), desired.shape)
    factor = float(actual[worst] / desired[worst])
    return factor if factor not in (0.0, 1.0) and same(actual, factor * desired) else None
