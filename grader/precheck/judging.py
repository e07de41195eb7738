"""Judges one submission with the public checks by the judge's own steps: reads, loads, checks. READ to CHECKED. May not import reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from grader.judge.diagnosis.adding import explained
from grader.judge.diagnosis.naming import Failed
from grader.judge.examine import examination_of
from grader.judge.findings import Examined
from grader.judge.load import loaded
from grader.judge.marks import CheckSpec
from grader.judge.plugin import EXAMINATION
from grader.judge.setup import Bench
from grader.judge.verdict import failures, not_checked, run_check
from grader.material.assignment import Assignment
from grader.material.misconceptions import Misconception
from grader.outcomes import Result
from grader.record.score import CheckOutcome
from grader.submissions import Submission
from grader.wire.session import Sessions

# The inputs that everybody may know. Official grading draws others, from a seed that nobody knows.
PUBLIC_SEED = "public"
Checks = Sequence[tuple[pytest.Item, CheckSpec]]
Told = Callable[[CheckOutcome], None]


@dataclass(frozen=True)
class Judged:
    """What became of a submission: its outcomes in the order of the checks, and what is to be said of it as a whole.

    ``unreadable`` says in one sentence why nothing of it could be run.
    """

    outcomes: tuple[CheckOutcome, ...]
    remarks: tuple[str, ...]
    faults: tuple[dict[str, str], ...]
    unreadable: str | None = None


def judged(
    submission: Submission,
    assignment: Assignment,
    checks: Checks,
    launcher: Sessions,
    key: Callable[[], Any],
    told: Told = lambda outcome: None,
    known: tuple[Misconception, ...] = (),
) -> Judged:
    """Judge a submission.

    Parameters
    ----------
    checks : sequence of (Item, CheckSpec)
        Each after those it requires.
    launcher : Sessions
        Opens the processes: without a fence, or behind it.
    key : callable
        Returns what stands for the answer key, anew for each check.
    told : callable
        Takes each outcome as soon as it is there.
    known : tuple of Misconception
        The mistakes that a failed check is compared with.
    """
    seen = Examined()
    bench = bench_of(assignment, checks, launcher, known)
    failed: list[Failed] = []
    with ExitStack() as stack:
        session = loaded(submission, bench, seen, stack)
        fault = seen.load_fault
        if fault is not None and fault.raised == "unreadable":
            return Judged((), (), (), " ".join(filter(None, (fault.message, fault.hint))))
        examination = examination_of(bench, seen, session)
        for item, spec in checks:
            outcome = not_checked(spec, seen.outcomes)
            if outcome is None:
                item.config.stash[EXAMINATION] = replace(examination, reference=key())
                outcome, _, ours = run_check(item, spec)
                if outcome.result is Result.FAILED:
                    failed.append(Failed(item, spec, failures(item)))
                if ours is not None:
                    seen.faults.append({"where": spec.id, "message": str(ours), "traceback": ours.text})
            seen.outcomes[spec.id] = outcome
            told(outcome)
    remarks = tuple(dict.fromkeys(seen.remarks))
    outcomes = explained(seen.outcomes, failed, bench)
    return Judged(tuple(outcomes.values()), remarks, tuple(seen.faults))


def bench_of(assignment: Assignment, checks: Checks, launcher: Any, known: tuple[Misconception, ...]) -> Bench:
    """Return what the judge's steps need to know, at home."""
    runs = any("script" in getattr(item, "fixturenames", ()) for item, _ in checks)
    return Bench(assignment, checks, PUBLIC_SEED, launcher, {}, Path(), runs_scripts=runs, known=known)
