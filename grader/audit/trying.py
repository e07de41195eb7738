"""Tries one answer on checks and finds those that reject it, for mutants, variants and the answer key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.audit.setup import AuditSetup, Check, judge_trusted, passed, uses_run
from grader.checks.examination import Run
from grader.judge.trusted_code import NO_RUN
from grader.judge.verdict import Fault
from grader.material.percent import is_percent
from grader.outcomes import Result, StudentFault, Why
from grader.trusted import Loaded, pin_entropy, run_of
from grader.trusted.execution import FILE
from grader.trusted.forked import Forked
from grader.trusted.notebook import needs_all_cells

CPU_SECONDS = 120.0
BROKEN = str(Result.GRADER_FAULT)


def try_answer(
    source: str, checks: Iterable[Check], setup: AuditSetup, seed: str, *, stop: bool, runs: bool = True
) -> dict[str, Any]:
    """Run checks on an answer, and return the outcome of each as plain data.

    Parameters
    ----------
    source : str
        A script.
    checks : iterable
        In the order to run them.
    stop : bool
        Whether to stop at the first check that rejects the answer.
    runs : bool
        Whether the answer may behave differently as a script; if not, the answer key's run is used.

    Returns
    -------
    dict
        By check: ``earned``, ``points``, ``why``, ``message`` and ``hint`` of a failure, ``remarks``, and the names of the ``parts`` that failed.
    """
    pin_entropy()
    whole: Loaded | None = None
    found: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    run = setup.run if not runs else None
    for check in checks:
        if uses_run(check) and run is None:
            run = run_of(source)
        its_run = run if uses_run(check) and run is not None else NO_RUN
        if is_percent(source) and needs_all_cells(source, FILE, check[1].task):
            whole = whole or setup.load(source)
            found[check[1].id] = _of_fork(whole, check, setup, seed, its_run)
        else:
            found[check[1].id] = _of_one(source, check, setup, seed, its_run, kept)
        if stop and rejections(found):
            break
    return found


def _of_one(
    source: str, check: Check, setup: AuditSetup, seed: str, run: Run | StudentFault, kept: dict[str, Any]
) -> dict[str, Any]:
    try:
        loaded = setup.load(source, check[1].task)
    except Exception as error:
        return _nothing(check, str(Why.CRASHED), f"It raised {type(error).__name__} when it was loaded: {error}")
    return _of_loaded(loaded, check, setup, seed, run, kept)


def _of_fork(loaded: Loaded, check: Check, setup: AuditSetup, seed: str, run: Run | StudentFault) -> dict[str, Any]:
    """Run a check on a fork of a notebook that has already run, as the judge does; running all cells again takes minutes."""
    found: dict[str, Any] | None = Forked(lambda: _of_loaded(loaded, check, setup, seed, run), CPU_SECONDS).result()
    return found or _nothing(check, str(Why.TIMED_OUT), f"It took more than {CPU_SECONDS:g} seconds.")


def _of_loaded(
    loaded: Loaded,
    check: Check,
    setup: AuditSetup,
    seed: str,
    run: Run | StudentFault,
    kept: dict[str, Any] | None = None,
) -> dict[str, Any]:
    try:
        outcome = judge_trusted(check, loaded, setup.assignment, seed, run, kept=kept)
    except Fault as fault:
        return _nothing(check, BROKEN, str(fault))
    return {
        "earned": outcome.earned,
        "points": outcome.points,
        "why": None if passed(outcome) else str(outcome.why or outcome.result),
        "message": outcome.message,
        "hint": outcome.hint,
        "remarks": len(outcome.remarks),
        "measured": [list(pair) for pair in outcome.measured],
        "parts": [part.name for part in outcome.parts if part.earned < part.points],
    }


def rejections(found: dict[str, Any] | None) -> list[str]:
    """Return the checks that did not pass, or the time limit if the answer never finished."""
    if found is None:
        return ["(time limit)"]
    return [name for name, each in found.items() if each["why"] not in (None, BROKEN)]


def points_lost(found: dict[str, Any] | None) -> float:
    """Return the number of points that the answer lost."""
    return sum(each["points"] - each["earned"] for each in (found or {}).values())


def broken_checks(found: dict[str, Any] | None) -> list[str]:
    """Return the checks that broke on the answer, each with the exception: these are defects of the checks."""
    return [f"{name}: {each['message']}" for name, each in (found or {}).items() if each["why"] == BROKEN]


def _nothing(check: Check, why: str, message: str) -> dict[str, Any]:
    return {
        "earned": 0.0, "points": check[1].points, "why": why, "message": message, "hint": None, "remarks": 0, "measured": [], "parts": [],
    }  # fmt: skip
