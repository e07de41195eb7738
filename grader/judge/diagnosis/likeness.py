"""Whether what a submission gave is what a known mistake gives. Pure; imports NumPy and the outcomes only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.outcomes import Evidence, StudentFault

# Two mistakes are told apart by more than float32 arithmetic can do.
RTOL, SHARE = 1e-5, 1e-7
# So many mistakes that cannot be told apart are told together, and what stands between their ids.
TOLD, OR = 2, "|"
Faults = Mapping[str, StudentFault]


def as_numbers(value: Any) -> NDArray[Any] | None:
    """Return a value as an array of numbers, or None when it is none."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        return None
    return array if array.dtype.kind in "biufc" else None


def same(one: Any, other: Any) -> bool:
    """Return whether two values are equal up to rounding; two values that are not numeric are equal only if both are None."""
    left, right = as_numbers(one), as_numbers(other)
    if left is None or right is None:
        return one is None and other is None
    if left.shape != right.shape:
        return False
    largest = max(float(np.max(np.abs(each[np.isfinite(each)]), initial=0.0)) for each in (left, right))
    return bool(np.allclose(left, right, rtol=RTOL, atol=SHARE * (largest or 1.0), equal_nan=True))


def alike(one: StudentFault, other: StudentFault) -> bool:
    """Return whether two faults are of one comparison, with evidence that is the same."""
    if one.evidence is None or other.evidence is None:
        return False
    mine, others = one.evidence, other.evidence
    return mine.what == others.what and same(mine.actual, others.actual) and same(mine.whole, others.whole)


def begin_alike(ones: Faults, others: Faults) -> bool:
    """Return whether two runs of one check show the same first wrong value in some part, whatever comes behind it."""
    seen = ((ones[part].evidence, others[part].evidence) for part in set(ones) & set(others))
    return any(
        one is not None and other is not None and one.what == other.what and same(one.actual, other.actual)
        for one, other in seen
    )


def alike_throughout(ones: Faults, others: Faults) -> bool:
    """Return whether two runs of one check failed in the same parts, each with the same evidence or else the same message."""
    if set(ones) != set(others):
        return False
    return all(alike(ones[part], others[part]) or _is_said_alike(ones[part], others[part]) for part in ones)


def _is_said_alike(one: StudentFault, other: StudentFault) -> bool:
    return one.evidence is None and other.evidence is None and one.message == other.message


def fitting(faults: Faults, known: Mapping[str, Faults], passed: Collection[str] = frozenset()) -> dict[str, list[str]]:
    """Return by part the known mistakes that fit it; a mistake that fails a part which was passed fits none."""
    possible = {id_: others for id_, others in known.items() if not set(passed) & set(others)}
    hits = {
        part: [id_ for id_, others in possible.items() if part in others and alike(fault, others[part])]
        for part, fault in faults.items()
    }
    hits = {part: [id_ for id_ in ids if _fits_more(faults, possible[id_])] for part, ids in hits.items()}
    return {part: found for part, found in hits.items() if found}


def _fits_more(faults: Faults, others: Faults) -> bool:
    """Return whether a mistake fits more parts than there are in which it gives other values: where it fits by chance, it does not.

    A value of another shape says nothing against it: that is a mistake of its own.
    """
    both = [(faults[part], others[part]) for part in faults if part in others]
    fits = sum(alike(one, other) for one, other in both)
    against = sum(_of_one_shape(one, other) and not alike(one, other) for one, other in both)
    return fits > against


def _of_one_shape(one: StudentFault, other: StudentFault) -> bool:
    """Return whether both faults have evidence, of values that could be equal."""
    if one.evidence is None or other.evidence is None:
        return False
    left, right = as_numbers(one.evidence.actual), as_numbers(other.evidence.actual)
    return left is None or right is None or left.shape == right.shape


def tell_apart(
    faults: Faults,
    known: Mapping[str, Faults],
    passed: Collection[str] = frozenset(),
    seen: Mapping[str, int] | None = None,
) -> dict[str, list[str]]:
    """Return the known mistakes that each failed part shows: those that cannot be told apart, of which there is mostly one.

    Parameters
    ----------
    faults : mapping of str to StudentFault
        What the submission failed with, by part.
    known : mapping of str to mapping
        The same for each known mistake, by its id.
    passed : collection of str
        The parts that the submission has passed: a mistake that fails one of them is not the one.
    seen : mapping of str to int
        In how many failed checks each mistake fits.

    Returns
    -------
    dict
        By part, the ids of the mistakes; of several those that fit all the other parts of the check as well, and of these those
        that fit in the most checks. A part that none fits is not in it.
    """
    named: dict[str, list[str]] = {}
    for part, hits in fitting(faults, known, passed).items():
        if len(hits) > 1:
            hits = [id_ for id_ in hits if alike_throughout(faults, known[id_])] or hits
        if len(hits) > 1 and seen:
            most = max(seen.get(id_, 0) for id_ in hits)
            hits = [id_ for id_ in hits if seen.get(id_, 0) == most]
        named[part] = hits
    return named


def evidence_of(fault: StudentFault) -> Evidence | None:
    """Return the evidence that a fault carries when it is one of values: an exception or a missing name has none."""
    return fault.evidence if fault.raised is None and fault.missing is None else None
