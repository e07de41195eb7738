"""One submission from its bytes to its record: READ, CONFINED, CHECKED, SCORED. Runs in a judge that was forked for it alone."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from grader.checks.examination import Examination
from grader.judge.diagnosis.adding import explained
from grader.judge.diagnosis.naming import Failed
from grader.judge.findings import Examined, record_of
from grader.judge.load import loaded
from grader.judge.plugin import EXAMINATION
from grader.judge.setup import Bench
from grader.judge.verdict import failures, not_checked, outcome_of, run_check
from grader.outcomes import Result, StudentFault, Why
from grader.submissions import Submission
from grader.wire.session import Ask, Session


def examine(
    submission: Submission, bench: Bench, checked: Callable[[], object] = lambda: None
) -> tuple[dict[str, Any], bytes | None]:
    """Judge one submission; call ``checked`` when all checks are over and none failed: nothing that takes long is left then.

    Returns
    -------
    record : dict
        The record's fields; a fault of ours is in it as well, never an exception.
    notebook : bytes or None
        The executed notebook, when the submission is one.
    """
    started = time.perf_counter()
    seen = Examined()
    try:
        with ExitStack() as stack:
            session = loaded(submission, bench, seen, stack)
            failed = _check_all(bench, seen, session)
            if session is not None:
                seen.end_check(session.cpu_seconds())
            if not failed:
                checked()
        seen.outcomes = explained(seen.outcomes, failed, bench)
    except Exception as error:
        _own_fault(seen, "examination", error)
    _fill_up(bench, seen)
    seen.seconds["wall_seconds"] = time.perf_counter() - started
    return record_of(submission, bench, seen), seen.notebook


def examination_of(bench: Bench, seen: Examined, session: Session | None) -> Examination:
    """Return a loaded submission as the checks see it."""
    return Examination(
        assignment=bench.assignment,
        seed=bench.seed,
        open_check=lambda cpu_seconds: _open_check(bench, seen, session, cpu_seconds),
        run=seen.run,
        loading=seen.load_fault,
        source_names=frozenset(seen.reading["names"]) if seen.reading.get("kind") else frozenset(),
    )


def _check_all(bench: Bench, seen: Examined, session: Session | None) -> list[Failed]:
    """Run every check whose prerequisites passed; return those that failed."""
    failed: list[Failed] = []
    examination = examination_of(bench, seen, session)
    for item, spec in bench.checks:
        before = time.perf_counter()
        outcome = not_checked(spec, seen.outcomes)
        if outcome is None:
            item.config.stash[EXAMINATION] = examination
            outcome, exhibits, fault = run_check(item, spec)
            seen.exhibits += exhibits
            if outcome.result is Result.FAILED:
                failed.append(Failed(item, spec, failures(item)))
            if fault is not None:
                seen.faults.append({"where": spec.id, "message": str(fault), "traceback": fault.text})
        seen.outcomes[spec.id] = outcome
        seen.check_seconds[spec.id] = time.perf_counter() - before
    return failed


@contextmanager
def _open_check(bench: Bench, seen: Examined, session: Session | None, cpu_seconds: float) -> Iterator[Ask]:
    """Open a check child, unless nothing was loaded or the submission has used up its time."""
    if session is None:
        raise seen.load_fault or RuntimeError("nothing was loaded, and no reason was kept")
    limit = bench.assignment.limits.total_cpu_seconds
    used = session.cpu_seconds()
    seen.end_check(used)
    if seen.cpu_seconds + used > limit:
        raise StudentFault(
            Why.TIMED_OUT, f"Your submission has used up its {limit:g} seconds of computing time.", fatal=True
        )
    seen.begin_check(used, cpu_seconds)
    with session.check(cpu_seconds) as ask:
        yield ask


def _own_fault(seen: Examined, place: str, error: Exception) -> None:
    text = "".join(traceback.format_exception(error))
    seen.faults.append({"where": place, "message": f"{type(error).__name__}: {error}", "traceback": text})


def _fill_up(bench: Bench, seen: Examined) -> None:
    """Give every check that a fault of ours kept from running an outcome that says so."""
    for _, spec in bench.checks:
        if spec.id not in seen.outcomes:
            seen.outcomes[spec.id] = outcome_of(
                spec,
                result=Result.GRADER_FAULT,
                message="This check was not run because of a fault of the grader. It is not scored; your instructor is told.",
            )
