"""One submission from its bytes to its record: READ, CONFINED, CHECKED, SCORED. Runs in a judge that was forked for it alone."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from grader.checks.examination import CheckLimits, Examination
from grader.judge.diagnosis.adding import add_causes
from grader.judge.findings import Findings, record_of
from grader.judge.load import load_submission
from grader.judge.setup import Setup
from grader.judge.verdict import outcome_of, run_checks
from grader.outcomes import Result, StudentFault, Why
from grader.submissions import Submission
from grader.wire.session import Ask, Session


def grade_submission(
    submission: Submission, setup: Setup, after_checks: Callable[[], object] = lambda: None
) -> tuple[dict[str, Any], bytes | None]:
    """Judge one submission; call ``after_checks`` when all are over and none failed: nothing that takes long is left then.

    Returns
    -------
    record : dict
        The record's fields; a fault of ours is in it as well, never an exception.
    notebook : bytes or None
        The executed notebook, when the submission is one.
    """
    started = time.perf_counter()
    findings = Findings()
    try:
        with ExitStack() as stack:
            session = load_submission(submission, setup, findings, stack)
            examination = examination_of(setup, findings, session)
            failed = [run for run in findings.keep_all(run_checks(setup.checks, lambda: examination)) if run.failed]
            if session is not None:
                findings.end_check(session.cpu_seconds())
            if not failed:
                after_checks()
        findings.outcomes = add_causes(findings.outcomes, failed, setup)
    except Exception as error:
        _add_own_fault(findings, "examination", error)
    _fill_up(setup, findings)
    findings.seconds["wall_seconds"] = time.perf_counter() - started
    return record_of(submission, setup, findings), findings.notebook


def examination_of(setup: Setup, findings: Findings, session: Session | None) -> Examination:
    """Return a loaded submission as the checks see it."""
    return Examination(
        assignment=setup.assignment,
        seed=setup.seed,
        open_check=lambda limits: _open_check(setup, findings, session, limits),
        run=findings.run,
        loading=findings.load_fault,
        source_names=frozenset(findings.reading["names"]) if findings.reading.get("kind") else frozenset(),
    )


@contextmanager
def _open_check(setup: Setup, findings: Findings, session: Session | None, limits: CheckLimits) -> Iterator[Ask]:
    """Open a check child, unless nothing was loaded or the submission has used up its time."""
    if session is None:
        raise findings.load_fault or RuntimeError("nothing was loaded, and no reason was kept")
    total = setup.assignment.limits.total_cpu_seconds
    used = session.cpu_seconds()
    findings.end_check(used)
    if findings.cpu_seconds + used > total:
        raise StudentFault(
            Why.TIMED_OUT, f"Your submission has used up its {total:g} seconds of computing time.", fatal=True
        )
    findings.begin_check(used, limits.cpu_seconds)
    memory = {} if limits.memory_bytes is None else {"memory_bytes": limits.memory_bytes}
    with session.check(limits.cpu_seconds, **memory) as ask:
        yield ask


def _add_own_fault(findings: Findings, place: str, error: Exception) -> None:
    text = "".join(traceback.format_exception(error))
    findings.faults.append({"where": place, "message": f"{type(error).__name__}: {error}", "traceback": text})


def _fill_up(setup: Setup, findings: Findings) -> None:
    """Give every check that a fault of ours kept from running an outcome that says so."""
    for _, spec in setup.checks:
        if spec.id not in findings.outcomes:
            findings.outcomes[spec.id] = outcome_of(
                spec,
                result=Result.GRADER_FAULT,
                message="This check was not run because of a fault of the grader. It is not scored; your instructor is told.",
            )
