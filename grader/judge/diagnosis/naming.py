"""CHECKED: runs failed checks again on the known mistakes and names the one that gives what the submission gave.

Works in a fork, on trusted code alone, with the inputs that the submission had. What is tried is bounded by numbers of checks and
mistakes, never by time, so that a record does not depend on how busy a machine is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from grader.checks.examination import Examination
from grader.judge.diagnosis.likeness import Faults, evidence_of, told_apart
from grader.judge.diagnosis.transformations import transformation
from grader.judge.marks import CheckSpec
from grader.judge.plugin import EXAMINATION
from grader.judge.verdict import failures, run_check
from grader.material.assignment import Assignment
from grader.material.misconceptions import Misconception
from grader.outcomes import Diagnosis, StudentFault, Why

if TYPE_CHECKING:
    from grader.trusted import Loaded

MOST_CHECKS = 10
MOST_MISTAKES = 40
# Far beyond what the mistakes take; it ends one that never would.
CPU_SECONDS = 120.0
Named = dict[str, dict[str, Diagnosis]]


@dataclass(frozen=True)
class Failed:
    """A check that failed, and the faults it failed with, by part."""

    item: pytest.Item
    spec: CheckSpec
    faults: Faults


def diagnosed(
    failed: Sequence[Failed],
    known: Sequence[Misconception],
    assignment: Assignment,
    seed: str,
    passed: Collection[str] = (),
) -> Named:
    """Return for each check, and each of its parts, the likely cause, where just one is known that fits.

    Parameters
    ----------
    failed : sequence of Failed
        In the order of the data flow; the first ``MOST_CHECKS`` that have evidence are looked at.
    known : sequence of Misconception
        At most ``MOST_MISTAKES`` of them are tried on each check, in their order.
    passed : collection of str
        The checks that the submission has passed: a mistake that fails one of them is not the one.
    """
    told: Named = {one.spec.id: _own(one.faults) for one in failed}
    left = [mistake for mistake in known if not set(passed) & set(mistake.checks)]
    open_ones = [one for one in failed if candidates(one, left)][:MOST_CHECKS]
    # What was recorded needs no run, and so no process of its own.
    carried_out = _here if all(mistake.shows is not None for mistake in known) else _in_a_fork
    ids = (
        carried_out(lambda: {one.spec.id: _names(one, left, assignment, seed) for one in open_ones})
        if open_ones
        else {}
    )
    words = {mistake.id: mistake.diagnosis for mistake in known}
    for one in failed:
        for part, fault in one.faults.items():
            if part in told[one.spec.id]:
                continue
            fitting = ids.get(one.spec.id, {})
            diagnosis = words.get(fitting.get(part) or "")
            if diagnosis is None and fitting.get(part, "") is not None:
                diagnosis = _general(fault)
            if diagnosis is not None:
                told[one.spec.id][part] = diagnosis
    return told


def candidates(one: Failed, known: Sequence[Misconception]) -> list[Misconception]:
    """Return the mistakes worth trying on a failed check that has evidence."""
    mistakes = concerned(one.item, one.spec, known) if any(map(evidence_of, one.faults.values())) else []
    return mistakes[:MOST_MISTAKES]


def concerned(item: pytest.Item, spec: CheckSpec, known: Sequence[Misconception]) -> list[Misconception]:
    """Return the mistakes that may show in a check which needs no run as a script.

    They are those that name it, and those that name a check it builds on.
    """
    if "script" in getattr(item, "fixturenames", ()):
        return []
    checks = {spec.id, *spec.builds_on}
    return [mistake for mistake in known if checks & set(mistake.checks)]


def faults_of(
    item: pytest.Item, spec: CheckSpec, assignment: Assignment, seed: str, loaded: Loaded
) -> dict[str, StudentFault]:
    """Return the faults with which trusted code fails a check, by part; none when it passes."""
    from grader.trusted import InProcess

    item.config.stash[EXAMINATION] = Examination(
        assignment=assignment,
        seed=seed,
        open_check=lambda cpu_seconds: nullcontext(InProcess(loaded)),
        run=StudentFault(Why.MISSING, "Nothing was run as a script."),
    )
    run_check(item, spec)
    return failures(item)


def _names(one: Failed, known: Sequence[Misconception], assignment: Assignment, seed: str) -> dict[str, str | None]:
    """Return the id of the mistake that each part shows; None for a part that several fit."""
    shown = {mistake.id: shown_by(mistake, one.item, one.spec, assignment, seed) for mistake in candidates(one, known)}
    return told_apart(one.faults, shown)


def shown_by(mistake: Misconception, item: pytest.Item, spec: CheckSpec, assignment: Assignment, seed: str) -> Faults:
    """Return the faults with which a mistake fails a check, by part: as they were recorded, or by running it."""
    if mistake.shows is not None:
        return mistake.shows.get(spec.id, {})
    from grader.trusted import executed

    loaded = executed(mistake.source, task=spec.task, asked=assignment.names)
    return faults_of(item, spec, assignment, seed, loaded)


def _own(faults: Faults) -> dict[str, Diagnosis]:
    """Return the causes that the check itself has told."""
    return {part: fault.diagnosis for part, fault in faults.items() if fault.diagnosis is not None}


def _general(fault: StudentFault) -> Diagnosis | None:
    evidence = evidence_of(fault)
    return None if evidence is None else transformation(evidence)


def _here(work: Callable[[], Any]) -> dict[str, dict[str, str | None]]:
    return dict(work())


def _in_a_fork(work: Callable[[], Any]) -> dict[str, dict[str, str | None]]:
    from grader.trusted.forked import Forked

    found: dict[str, dict[str, str | None]] = Forked(work, CPU_SECONDS).result() or {}
    return found
