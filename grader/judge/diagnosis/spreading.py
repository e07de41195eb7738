"""What the causes that were named say of the checks that have none: a small slip, or the mistake of another check that shows here as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from grader.judge.diagnosis.likeness import Faults, evidence_of
from grader.judge.diagnosis.transformations import FACTOR, STEP_FACTOR, transformation
from grader.judge.verdict import CheckRun
from grader.outcomes import Diagnosis, StudentFault

# The mistake of one check is tried on so many others.
MOST_SPREAD = 12
Names = dict[str, dict[str, Diagnosis | None]]


class Knows(Protocol):
    """What knows the slips of the answer key, and what a mistake that was found gives elsewhere."""

    def slip(self, one: CheckRun) -> Diagnosis | None:
        """Return the words of the slip that a failed check shows."""

    def follows(self, one: CheckRun, diagnosis: Diagnosis) -> tuple[bool, bool]:
        """Return whether a check fails with a mistake, too, and whether it fails as it did."""


def add_slips(
    failed: Sequence[CheckRun], names: Names, catalogue: Knows, follows: Mapping[str, str] | None = None
) -> None:
    """Add the words of slips to the checks of which nothing else is known and that follow from no other failure.

    Parameters
    ----------
    follows : mapping of str to str, optional
        The check whose mistake fails this one as well. With it, checks that build on failed ones are looked at, too: where the mistakes of
        all of these are known, and none of them fails the check, it has a mistake of its own.
    """
    ids = {one.spec.id for one in failed}
    for one in failed:
        named = names.get(one.spec.id, {})
        bare = [part for part in one.faults if _is_bare(one.faults[part], named.get(part))]
        roots = ids & set(one.spec.builds_on)
        if roots:
            alone = follows is not None and one.spec.id not in follows and not any(named.values())
            alone = alone and all(_only(names.get(root, {})) for root in roots)
        else:
            alone = follows is None
        if bare and alone:
            slip = catalogue.slip(one)
            if slip is not None:
                names[one.spec.id] = {**named, **dict.fromkeys(bare, slip)}


def spread(failed: Sequence[CheckRun], names: Names, catalogue: Knows) -> dict[str, str]:
    """Give the mistake of one check to those of the same task, and to those that build on it, which fail as it makes them fail.

    Return by check which other one's mistake fails it as well, but in another way.
    """
    roots = {one.spec.id: _only(names.get(one.spec.id, {})) for one in failed}
    follows: dict[str, str] = {}
    for at, one in enumerate(failed[:MOST_SPREAD]):
        own = roots[one.spec.id]
        for place, other in enumerate(failed):
            diagnosis = roots[other.spec.id]
            builds, near = other.spec.id in one.spec.builds_on, other.spec.task == one.spec.task and own is None
            if other is one or diagnosis is None or own == diagnosis or not (builds or near) or one.spec.id in follows:
                continue
            fails, alike = catalogue.follows(one, diagnosis)
            if alike:
                names[one.spec.id] = dict.fromkeys(one.faults, diagnosis)
            if alike or (fails and own is None and (builds or place < at)):
                follows[one.spec.id] = other.spec.id
    return follows


def _only(named: Mapping[str, Diagnosis | None]) -> Diagnosis | None:
    """Return the first cause that a check shows."""
    return next((each for each in named.values() if each is not None), None)


def _is_bare(fault: StudentFault, named: Diagnosis | None) -> bool:
    """Return whether nothing is known yet of what a part failed with, or only a factor."""
    if named is not None or fault.diagnosis is not None or fault.of_forward:
        return False
    general = general_cause(fault)
    return general is None or general.id in (FACTOR.id, STEP_FACTOR.id)


def general_causes(faults: Faults) -> dict[str, Diagnosis]:
    """Return by part the transformation of the right value that came; a factor of the steps is one only where all parts that step show it."""
    causes = {part: cause for part, fault in faults.items() if (cause := general_cause(fault)) is not None}
    stepping = {
        part for part, fault in faults.items() if (shown := evidence_of(fault)) is not None and shown.moves is not None
    }
    factors = {causes[part].title if part in causes else None for part in stepping}
    if len(factors) > 1:
        causes = {part: cause for part, cause in causes.items() if cause.id != STEP_FACTOR.id}
    return causes


def general_cause(fault: StudentFault) -> Diagnosis | None:
    """Return the transformation of the right value that came."""
    evidence = evidence_of(fault)
    return None if evidence is None else transformation(evidence)
