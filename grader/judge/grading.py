"""One submission from its bytes to its record. Runs in a judge that was forked for it alone."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from grader.checks.examination import CheckLimits, Examination
from grader.judge.diagnosis.adding import add_causes
from grader.judge.diagnosis.substitution import add_what_mending_brings
from grader.judge.endings import has_ended_itself, stopped_at
from grader.judge.findings import Findings, files_unread, record_of
from grader.judge.load import load_submission
from grader.judge.setup import Setup
from grader.judge.verdict import CheckRun, outcome_of, run_checks
from grader.outcomes import NEAR_NAMES, Result, StudentFault, Why
from grader.record.fields import Record
from grader.record.score import Score, score
from grader.submissions import Submission
from grader.wire.session import Ask, Session

# The share of its time that a submission may have used and still be examined once more, past the error that stopped it.
MOST_USED_BEFORE = 0.3
# The number of similar names in one sentence.
MOST_NEAR = 8


def grade_submission(
    submission: Submission, setup: Setup, after_checks: Callable[[], object] = lambda: None
) -> tuple[Record, bytes | None]:
    """Judge one submission; call ``after_checks`` when all checks are over and none failed, since only quick work is left then.

    Returns
    -------
    record : dict
        The record's fields; a fault of ours is also recorded there, never raised.
    notebook : bytes or None
        The executed notebook, if the submission is one.
    """
    started = time.perf_counter()
    findings = Findings()
    try:
        with ExitStack() as stack:
            if setup.author is not None:
                from grader.judge.foreign.grading import judge_foreign

                judge_foreign(submission, setup, findings, partial(open_check_of, setup, findings), after_checks)
            else:
                _examine(submission, setup, findings, stack, after_checks)
    except Exception as error:
        _add_own_fault(findings, "examination", error)
    _fill_up(setup, findings)
    if not findings.faults and setup.author is None:
        findings.remarks += _points_otherwise(submission, setup, findings)
        findings.remarks += _points_renamed(submission, setup, findings)
    findings.seconds["wall_seconds"] = time.perf_counter() - started
    return record_of(submission, setup, findings), findings.notebook


def _examine(
    submission: Submission, setup: Setup, findings: Findings, stack: ExitStack, after_checks: Callable[[], object]
) -> None:
    """Load a submission, run its checks and look for the causes of what failed."""
    session = load_submission(submission, setup, findings, stack)
    failed = _run_all(setup, findings, session)
    if session is not None:
        findings.end_check(session.cpu_seconds())
    if not failed:
        after_checks()
    findings.outcomes = add_causes(findings.outcomes, failed, setup, findings.reading)
    if failed and session is not None:
        open_check = partial(open_check_of, setup, findings, session)
        findings.outcomes = add_what_mending_brings(findings.outcomes, failed, setup, open_check)


def examination_of(setup: Setup, findings: Findings, session: Session | None) -> Examination:
    """Return a loaded submission as the checks see it."""
    return Examination(
        assignment=setup.assignment,
        seed=setup.seed,
        open_check=lambda limits: open_check_of(setup, findings, session, limits),
        run=findings.run,
        runs=tuple(findings.runs),
        adapter=findings.adapter,
        loading=findings.load_fault,
        source_names=frozenset(findings.reading["names"]) if findings.reading.get("kind") else frozenset(),
    )


@contextmanager
def open_check_of(setup: Setup, findings: Findings, session: Session | None, limits: CheckLimits) -> Iterator[Ask]:
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


def _run_all(setup: Setup, findings: Findings, session: Session | None) -> list[CheckRun]:
    """Run every check whose prerequisites passed; return those that failed."""
    examination = examination_of(setup, findings, session)
    return [run for run in findings.keep_all(run_checks(setup.checks, lambda: examination)) if run.failed]


def _points_otherwise(submission: Submission, setup: Setup, findings: Findings) -> list[str]:
    """Return a remark on points that were lost only because of how the code was saved, or of lines that stopped it; usually none."""
    before = _score(setup, findings)
    limit = setup.assignment.limits.total_cpu_seconds
    if before.points >= before.total or not _stumbled(findings) or findings.cpu_seconds > MOST_USED_BEFORE * limit:
        return []
    again = Findings(otherwise=True)
    try:
        with ExitStack() as stack:
            _run_all(setup, again, load_submission(submission, setup, again, stack))
    except Exception:
        # The submission was already examined without a fault; this second look is optional.
        return []
    _fill_up(setup, again)
    after, reasons = _score(setup, again), _reasons(findings, again)
    if again.faults or not reasons or after.points <= before.points:
        return []
    return [f"If {' and '.join(reasons)}, this submission would earn {after.points:g} of {after.total:g} points."]


def _points_renamed(submission: Submission, setup: Setup, findings: Findings) -> list[str]:
    """Return a remark on names that are similar to the required ones, and on what the work would earn with them; usually none."""
    if not findings.near or submission.accepts_names:
        return []
    wrote = ", ".join(f"`{other}`" for other in list(findings.near.values())[:MOST_NEAR])
    asks = ", ".join(f"`{name}`" for name in list(findings.near)[:MOST_NEAR])
    told = NEAR_NAMES.format(wrote=wrote, asks=asks)
    before, limit = _score(setup, findings), setup.assignment.limits.total_cpu_seconds
    if findings.cpu_seconds > MOST_USED_BEFORE * limit:
        return [told]
    again = Findings(renamed=True)
    try:
        with ExitStack() as stack:
            _run_all(setup, again, load_submission(submission, setup, again, stack))
    except Exception:
        return [told]
    _fill_up(setup, again)
    after = _score(setup, again)
    if again.faults or after.sum <= before.sum:
        return []
    return [f"{told} With these names, this submission would earn {after.sum:g} of {after.total:g} points."]


def _stumbled(findings: Findings) -> bool:
    """Return whether some of a submission's code could not be read, or was stopped."""
    faults = findings.faults_of_runs()
    return bool(findings.reading.get("problems") or stopped_at(*faults) or any(map(has_ended_itself, faults)))


def _reasons(findings: Findings, again: Findings) -> list[str]:
    """Return what cost a submission its points: files that can be read in another way, and the first line that fails."""
    unread, place = files_unread(findings), stopped_at(*findings.faults_of_runs(), *again.faults_of_runs())
    mended = [file for file in unread if file not in files_unread(again)]
    reasons = [f"{', '.join(mended)} were saved as plain UTF-8 text"] if mended else []
    return reasons + ([f"Python went on after each line that fails, as {place} does"] if place else [])


def _score(setup: Setup, findings: Findings) -> Score:
    return score([findings.outcomes[spec.id] for _, spec in setup.checks], setup.assignment.tasks)


def _add_own_fault(findings: Findings, place: str, error: Exception) -> None:
    text = "".join(traceback.format_exception(error))
    findings.faults.append({"where": place, "message": f"{type(error).__name__}: {error}", "traceback": text})


def _fill_up(setup: Setup, findings: Findings) -> None:
    """Give an outcome to every check that could not run because of a fault of ours."""
    for _, spec in setup.checks:
        if spec.id not in findings.outcomes:
            findings.outcomes[spec.id] = outcome_of(
                spec,
                result=Result.GRADER_FAULT,
                message="This check was not run because of a fault of the grader. It is not scored; your instructor is told.",
            )
