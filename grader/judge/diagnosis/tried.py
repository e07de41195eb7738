"""Tries small slips of the answer key on a failed check, and words the one that gives what the submission gave.

It comes last, after all known mistakes. A slip is told only when it gives the same in every failed part, when it fails no check that the
submission has passed, and when all slips that do so have the same words. First each is asked for one value that the submission has wrong, which does
not depend on the submission, so that judges of a run share it; the few that give the same are then tried to the end. Where that value stands in no reply
as it is compared, each is tried up to the first part that it fails.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.judge.diagnosis.likeness import Faults, alike, alike_throughout, as_numbers, evidence_of
from grader.judge.diagnosis.slipped import rank, slipped
from grader.judge.marks import CheckSpec
from grader.judge.plugin import PARTS
from grader.judge.trusted_code import run_on_trusted
from grader.judge.verdict import CheckRun
from grader.material.assignment import Assignment
from grader.material.misconceptions import Misconception
from grader.outcomes import Evidence, StudentFault, Why
from grader.wire.session import Ask

if TYPE_CHECKING:
    from grader.trusted import Loaded

MOST_SLIPS = 200
# So many slips may begin alike; more of them say that what is compared tells little.
MOST_ALIKE = 12
# Of numbers that are alike, so many are no chance.
FEW = 2
# A class and its method, or an object's.
_METHOD = re.compile(r"\b([A-Z]\w*)(?:\([^()]*\))?\.([a-z_]\w*)")
# A method of an object with a short name.
_CALLED = re.compile(r"\b[a-z]\.([a-z_]\w*)\(")


class StopsAtFirst:
    """An ``ask`` that ends a check as soon as one part of it has failed."""

    def __init__(self, ask: Ask, item: pytest.Item) -> None:
        self._ask, self._item = ask, item

    def __call__(self, request: Mapping[str, Any], reply_bytes: int | None = None) -> dict[str, Any]:
        """Return the reply to one request, unless a part has failed."""
        parts = self._item.stash.get(PARTS, None)
        if parts is not None and parts.first_fault is not None:
            raise StudentFault(Why.WRONG, "One part has failed.", fatal=True)
        return self._ask(dict(request), reply_bytes)


def tells(faults: Faults) -> bool:
    """Return whether what a check failed with has numbers that nothing gives by chance: in each part one with a long fraction."""
    return bool(faults) and all(map(is_telling, faults.values()))


def is_telling(fault: StudentFault) -> bool:
    """Return whether what a part failed with has a number with many digits, or several that should have them."""
    evidence = evidence_of(fault)
    if evidence is None:
        return False
    came, desired = as_numbers(evidence.actual), as_numbers(evidence.desired)
    if came is None or came.dtype.kind != "f":
        return False
    return _has_digits(came) or (
        desired is not None and desired.size >= FEW and came.shape == desired.shape and _has_digits(desired)
    )


def _has_digits(values: NDArray[Any]) -> bool:
    """Return whether one of some numbers is neither a short decimal fraction nor one of a small power of two."""
    found = np.isfinite(values)
    for unit in (1e4, 1024):
        scaled = np.where(found, values, 0.0) * unit
        found = found & (np.abs(scaled - np.round(scaled)) > 1e-6 * np.maximum(1.0, np.abs(scaled)))
    return bool(np.any(found))


def slips_for(one: CheckRun, assignment: Assignment, key: str | None) -> Sequence[Misconception]:
    """Return the slips worth trying on a failed check: those of the names of its task, where it is quick and needs no run as a script."""
    if key is None or not is_quick(one.item, one.spec, assignment):
        return ()
    slips = slipped(key, tuple(assignment.task(one.spec.task).names))
    # Where what was compared is of one method, the others are not looked at.
    said = [
        [".".join(pair) for pair in _METHOD.findall(fault.evidence.what)]
        for fault in one.faults.values()
        if fault.evidence is not None
    ]
    if not all(said):
        # Of an object that a check calls `a`, only the method is known.
        said = [_CALLED.findall(fault.evidence.what) for fault in one.faults.values() if fault.evidence is not None]
    methods = {each for found in said for each in found}
    places = {slip.place for slip in slips if slip.place in methods or slip.place.partition(".")[2] in methods}
    if places and all(said):
        # What backward needs is kept by forward, and what both need by the class.
        names = {each.partition(".")[0] for each in places}
        places |= {*names, *(f"{name}.forward" for name in names if f"{name}.backward" in places)}
        slips = tuple(slip for slip in slips if slip.place in places)
    return [slip.mistake for slip in slips[:MOST_SLIPS]]


def is_quick(item: pytest.Item, spec: CheckSpec, assignment: Assignment) -> bool:
    """Return whether a check trains nothing for long, and needs no run as a script."""
    return spec.limits.cpu_seconds <= assignment.limits.check_cpu_seconds and "script" not in getattr(
        item, "fixturenames", ()
    )


def run_slip(mistake: Misconception, spec: CheckSpec, assignment: Assignment) -> Loaded | None:
    """Return the names that a slip defines; None where it is no program at all."""
    from grader.trusted import executed

    try:
        with warnings.catch_warnings():
            # A list may well be called or indexed by a slip; nobody has written it.
            warnings.simplefilter("ignore", SyntaxWarning)
            return executed(mistake.source, task=spec.task, asked=assignment.names)
    except Exception:
        return None


def first_fault(
    mistake: Misconception, item: pytest.Item, spec: CheckSpec, assignment: Assignment, seed: str
) -> Faults:
    """Return the fault of the first part of a check that a mistake fails, by its name; nothing where it fails none."""
    from grader.trusted import InProcess

    loaded = run_slip(mistake, spec, assignment)
    if loaded is None:
        return {}
    faults = run_on_trusted(
        item, spec, loaded, assignment, seed, answer=lambda loaded: StopsAtFirst(InProcess(loaded), item)
    ).faults
    return dict(list(faults.items())[:1])


def telling(fault: StudentFault) -> Evidence | None:
    """Return what a part gave and should have given, where the right value is one that stands nowhere by chance."""
    evidence = evidence_of(fault)
    desired = None if evidence is None else as_numbers(evidence.desired)
    known = desired is not None and desired.dtype.kind == "f" and _has_digits(desired)
    return evidence if known else None


def slips_that_begin(one: CheckRun, slips: Sequence[Misconception], first: Mapping[str, Faults]) -> list[Misconception]:
    """Return the slips that fail the first part that the submission failed as it did.

    Parameters
    ----------
    first : mapping
        The fault of the first part that each slip fails, by its id.
    """
    part, fault = next(iter(one.faults.items()))
    return [slip for slip in slips if part in first[slip.id] and alike(fault, first[slip.id][part])]


def slips_that_fit(
    one: CheckRun,
    begin: Sequence[Misconception],
    run: Callable[[Misconception, CheckRun], Faults],
    passed: Sequence[CheckRun],
) -> list[Misconception]:
    """Return the slips that give what the submission gave, one of each wording.

    Parameters
    ----------
    one : CheckRun
        The failed check.
    begin : sequence of Misconception
        The slips that begin alike; of more than `MOST_ALIKE` none is told.
    run : callable
        Runs a slip on a check and returns all its faults.
    passed : sequence of CheckRun
        The checks that were passed and may show that a slip is not the one.
    """
    if not begin or len(begin) > MOST_ALIKE:
        return []
    fit = [
        slip
        for slip in begin
        if alike_throughout(one.faults, run(slip, one)) and not any(run(slip, each) for each in passed)
    ]
    # What is one change of the formula is also one of a piece of it: a turned sign of a product is that of a factor.
    first_rank = min(map(rank, fit), default=0)
    return list({slip.diagnosis: slip for slip in reversed(fit) if rank(slip) == first_rank}.values())[::-1]
