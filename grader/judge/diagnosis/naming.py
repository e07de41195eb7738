"""Runs failed checks again on the known mistakes and names the one that gives what the submission gave.

Works in a fork, on trusted code alone, with the inputs that the submission had. What is tried is bounded by numbers of checks and
mistakes, never by time, so that a record does not depend on how busy a machine is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import pytest

from grader.judge.diagnosis.likeness import Faults, evidence_of, tell_apart
from grader.judge.diagnosis.transformations import transformation
from grader.judge.marks import CheckSpec
from grader.judge.trusted_code import run_on_trusted
from grader.judge.verdict import CheckRun
from grader.material.assignment import Assignment
from grader.material.misconceptions import Misconception
from grader.outcomes import Diagnosis, StudentFault

MOST_CHECKS = 10
MOST_MISTAKES = 40
# Far beyond what the mistakes take; it ends one that never would.
CPU_SECONDS = 120.0
Named = dict[str, dict[str, Diagnosis]]


def name_causes(
    failed: Sequence[CheckRun],
    known: Sequence[Misconception],
    assignment: Assignment,
    seed: str,
    passed: Collection[str] = (),
) -> Named:
    """Return for each check, and each of its parts, the likely cause, where just one is known that fits.

    Parameters
    ----------
    failed : sequence of CheckRun
        In the order of the data flow; the first ``MOST_CHECKS`` that have evidence are looked at.
    known : sequence of Misconception
        At most ``MOST_MISTAKES`` of them are tried on each check, in their order.
    passed : collection of str
        The checks that the submission has passed: a mistake that fails one of them is not the one.
    """
    told: Named = {one.spec.id: _own_causes(one.faults) for one in failed}
    left = [mistake for mistake in known if not set(passed) & set(mistake.checks)]
    open_ones = [one for one in failed if candidates(one.item, one.spec, one.faults, left)][:MOST_CHECKS]
    # What was recorded needs no run, and so no process of its own.
    carried_out = _run_here if all(mistake.shows is not None for mistake in known) else _run_in_a_fork
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
                diagnosis = _general_cause(fault)
            if diagnosis is not None:
                told[one.spec.id][part] = diagnosis
    return told


def candidates(
    item: pytest.Item, spec: CheckSpec, faults: Faults, known: Sequence[Misconception]
) -> list[Misconception]:
    """Return the mistakes worth trying on a failed check that has evidence."""
    return mistakes_for(item, spec, known)[:MOST_MISTAKES] if any(map(evidence_of, faults.values())) else []


def mistakes_for(item: pytest.Item, spec: CheckSpec, known: Sequence[Misconception]) -> list[Misconception]:
    """Return the mistakes that may show in a check which needs no run as a script.

    They are those that name it, and those that name a check it builds on.
    """
    if "script" in getattr(item, "fixturenames", ()):
        return []
    checks = {spec.id, *spec.builds_on}
    return [mistake for mistake in known if checks & set(mistake.checks)]


def _names(one: CheckRun, known: Sequence[Misconception], assignment: Assignment, seed: str) -> dict[str, str | None]:
    """Return the id of the mistake that each part shows; None for a part that several fit."""
    check = one.item, one.spec
    mistakes = candidates(*check, one.faults, known)
    shown = {mistake.id: faults_shown_by(mistake, *check, assignment, seed) for mistake in mistakes}
    return tell_apart(one.faults, shown)


def faults_shown_by(
    mistake: Misconception, item: pytest.Item, spec: CheckSpec, assignment: Assignment, seed: str
) -> Faults:
    """Return the faults with which a mistake fails a check, by part: as they were recorded, or by running it."""
    if mistake.shows is not None:
        return mistake.shows.get(spec.id, {})
    from grader.trusted import executed

    loaded = executed(mistake.source, task=spec.task, asked=assignment.names)
    return run_on_trusted(item, spec, loaded, assignment, seed).faults


def _own_causes(faults: Faults) -> dict[str, Diagnosis]:
    """Return the causes that the check itself has told."""
    return {part: fault.diagnosis for part, fault in faults.items() if fault.diagnosis is not None}


def _general_cause(fault: StudentFault) -> Diagnosis | None:
    evidence = evidence_of(fault)
    return None if evidence is None else transformation(evidence)


def _run_here(work: Callable[[], Any]) -> dict[str, dict[str, str | None]]:
    return dict(work())


def _run_in_a_fork(work: Callable[[], Any]) -> dict[str, dict[str, str | None]]:
    from grader.trusted.forked import Forked

    found: dict[str, dict[str, str | None]] = Forked(work, CPU_SECONDS).result() or {}
    return found
