"""Judges one submission with the public checks by the judge's own steps: read, load, check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from grader.judge.diagnosis.adding import add_causes
from grader.judge.findings import Findings
from grader.judge.grading import examination_of
from grader.judge.load import load_submission
from grader.judge.marks import CheckSpec
from grader.judge.setup import Setup
from grader.judge.verdict import run_checks
from grader.material.assignment import Assignment
from grader.material.misconceptions import Misconception
from grader.record.fields import GraderFaultFields
from grader.record.score import CheckOutcome
from grader.submissions import Submission
from grader.wire.session import Sessions

# The seed of public inputs. Official grading draws others, from a secret seed.
PUBLIC_SEED = "public"
Checks = Sequence[tuple[pytest.Item, CheckSpec]]
Told = Callable[[CheckOutcome], None]


@dataclass(frozen=True)
class Judgement:
    """The result for a submission: the outcomes in the order of the checks, and remarks on it as a whole.

    ``unreadable`` says in one sentence why nothing could be run.
    """

    outcomes: tuple[CheckOutcome, ...]
    remarks: tuple[str, ...]
    faults: tuple[GraderFaultFields, ...]
    unreadable: str | None = None


def judge(
    submission: Submission,
    assignment: Assignment,
    checks: Checks,
    launcher: Sessions,
    key: Callable[[], Any],
    told: Told = lambda outcome: None,
    known: tuple[Misconception, ...] = (),
) -> Judgement:
    """Judge a submission.

    Parameters
    ----------
    checks : sequence of (Item, CheckSpec)
        Each after those it requires.
    launcher : Sessions
        Opens the processes, with or without a fence.
    key : callable
        Returns a fresh stand-in for the answer key, for each check.
    told : callable
        Called with each outcome as soon as it is known.
    known : tuple of Misconception
        The mistakes with which a failed check is compared.
    """
    findings = Findings()
    setup = setup_of(assignment, checks, launcher, known)
    failed = []
    with ExitStack() as stack:
        session = load_submission(submission, setup, findings, stack)
        fault = findings.load_fault
        if fault is not None and fault.raised == "unreadable":
            return Judgement((), (), (), " ".join(filter(None, (fault.message, fault.hint))))
        examination = examination_of(setup, findings, session)
        for run in findings.keep_all(run_checks(checks, lambda: replace(examination, reference=key()))):
            failed += [run] if run.failed else []
            told(run.outcome)
    remarks = tuple(dict.fromkeys(findings.remarks))
    outcomes = add_causes(findings.outcomes, failed, setup, findings.reading)
    return Judgement(tuple(outcomes.values()), remarks, tuple(findings.faults))


def setup_of(assignment: Assignment, checks: Checks, launcher: Any, known: tuple[Misconception, ...]) -> Setup:
    """Return the setup for the judge's steps, on the student's machine."""
    runs = any("script" in getattr(item, "fixturenames", ()) for item, _ in checks)
    return Setup(assignment, checks, PUBLIC_SEED, launcher, {}, Path(), runs_scripts=runs, known=known)
