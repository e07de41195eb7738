"""One submission from its bytes to its record: READ, CONFINED, CHECKED, SCORED. Runs in a judge that was forked for it alone."""

from __future__ import annotations

import base64
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from grader import __version__
from grader.checks.examination import Ask, Examination, Run
from grader.checks.plugin import EXAMINATION
from grader.checks.verdict import not_checked, run_check
from grader.fence import Output, Session
from grader.judge.bench import Bench
from grader.judge.loading import ended_early
from grader.judge.notebook import executed_notebook
from grader.outcomes import Result, StudentFault, Why
from grader.record import check_fields, score_fields
from grader.score import CheckOutcome, lead, score
from grader.seed import seed_id
from grader.submissions import Submission, SubmittedFile, TooLarge
from grader.submissions.submission import digest

NOTHING_TO_RUN: dict[str, Any] = {"why": "missing", "message": "Nothing in the hand-in can be run.", "hint": None}
DEAD: dict[str, Any] = {"error": None, "figures": [], "cells": [], "remarks": [], "conflicts": []}
NOTHING = Output(stdout="", stderr="", truncated=False)


@dataclass
class Examined:
    """What is known of a submission while it is examined; turned into a record at the end."""

    files: tuple[SubmittedFile, ...] = ()
    reading: Mapping[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    loading: Mapping[str, Any] | None = None
    running: Mapping[str, Any] | None = None
    load_fault: StudentFault | None = None
    run: Run | StudentFault = field(default_factory=lambda: StudentFault(Why.MISSING, NOTHING_TO_RUN["message"]))
    output: Output = NOTHING
    figures: list[dict[str, Any]] = field(default_factory=list)
    notebook: bytes | None = None
    outcomes: dict[str, CheckOutcome] = field(default_factory=dict)
    exhibits: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, str]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    close_calls: list[str] = field(default_factory=list)
    check_seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: float = 0.0

    def remark_use(self, doing: str, used: float, limit: float) -> None:
        """Say so when half of a limit was used: on a slower machine it might decide."""
        if used > 0.5 * limit:
            sentence = f"{doing} used {used:.0f} of its {limit:g} seconds of computing time."
            self.close_calls = list(dict.fromkeys([*self.close_calls, sentence]))


def examine(submission: Submission, bench: Bench) -> tuple[dict[str, Any], bytes | None]:
    """Judge one submission.

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
            _check_all(bench, seen, session)
    except Exception as error:
        _own_fault(seen, "examination", error)
    _fill_up(bench, seen)
    seen.seconds["wall_seconds"] = time.perf_counter() - started
    return _record(submission, bench, seen), seen.notebook


def loaded(submission: Submission, bench: Bench, seen: Examined, stack: ExitStack) -> Session | None:
    """Read and load the submission, run it as a script; return the session to check in, or None when nothing can be loaded."""
    limits = bench.assignment.limits
    try:
        seen.files = submission.read(int(limits.submission_bytes))
    except (TooLarge, OSError) as error:
        seen.load_fault = StudentFault(Why.MISSING, f"The hand-in could not be read: {error}", raised="unreadable")
        seen.run = seen.load_fault
        return None
    session = stack.enter_context(_session(bench, seen))
    seen.reading = _read(session, submission, bench, seen)
    if seen.load_fault is not None:
        seen.run = seen.load_fault
        return None
    if seen.reading["kind"] == "notebook":
        _run(session, bench, seen, "Loading", "__main__", limits.load_cpu_seconds + limits.run_cpu_seconds)
        return session
    seen.loading = _load(session, seen, "Loading", limits.load_cpu_seconds)
    _run_as_script(submission, bench, seen)
    return session


@contextmanager
def _session(bench: Bench, seen: Examined) -> Iterator[Session]:
    """Open a fenced session, and add what it used to the submission's account when it ends."""
    before = time.perf_counter()
    session = bench.zygote.open(bench.limits)
    seen.seconds["open_seconds"] = seen.seconds.get("open_seconds", 0.0) + time.perf_counter() - before
    try:
        yield session
        seen.cpu_seconds += session.cpu_seconds()
    finally:
        session.close()


def _read(session: Session, submission: Submission, bench: Bench, seen: Examined) -> Mapping[str, Any]:
    """Have the child parse the files, and keep why nothing can be loaded, if so."""
    try:
        reading = session.read(
            [(file.path, file.content) for file in seen.files],
            name=submission.path.name,
            form=submission.form,
            allowed_imports=bench.assignment.allowed_imports,
            harmless=bench.assignment.harmless_imports,
        )
    except StudentFault as fault:
        seen.load_fault = fault
        return {"kind": None, "entry": None, "files": [], "problems": [], "remarks": [], "forbidden": []}
    seen.remarks += reading["remarks"]
    seen.remarks += [_imports(found) for found in reading["forbidden"]]
    problems = reading["problems"]
    if reading["kind"] is None:
        first = problems[0] if problems else NOTHING_TO_RUN
        seen.load_fault = StudentFault(Why(first["why"]), first["message"], hint=first["hint"], raised="unreadable")
    else:
        seen.remarks += [problem["message"] for problem in problems]
    return reading


def _imports(found: Mapping[str, Any]) -> str:
    return f"{found['file']}, line {found['line']}, imports {found['module']}, which this assignment does not allow."


def _load(session: Session, seen: Examined, doing: str, cpu_seconds: float) -> Mapping[str, Any]:
    """Load the submission for the checks; what stops it early is kept, not raised."""
    before = time.perf_counter()
    try:
        loading = session.load("submission", cpu_seconds=cpu_seconds, figures=False, cells=False)
        seen.load_fault = ended_early(loading, doing, cpu_seconds)
        seen.remarks += loading["remarks"]
    except StudentFault as fault:
        seen.load_fault = fault
        loading = {"status": str(fault.why), "error": None, "conflicts": []}
    seen.output = session.output()
    seen.seconds["load_seconds"] = time.perf_counter() - before
    seen.remark_use(doing, loading.get("cpu_seconds", 0.0), cpu_seconds)
    return loading


def _run_as_script(submission: Submission, bench: Bench, seen: Examined) -> None:
    """Run the submission as ``__main__`` in a session of its own, for what it prints and draws."""
    fault = seen.load_fault
    if fault is not None and fault.why in (Why.TIMED_OUT, Why.OUT_OF_MEMORY):
        seen.run = Run(seen.output.stdout, fault=fault)
        return
    if seen.reading["entry"] is None:
        seen.run = StudentFault(
            Why.MISSING,
            f"There is no {bench.assignment.entry} to run, and no other module with a main guard.",
            hint=f"Put what trains and prints into {bench.assignment.entry}.",
        )
        return
    with _session(bench, seen) as session:
        session.read(
            [(file.path, file.content) for file in seen.files],
            name=submission.path.name,
            form=submission.form,
            allowed_imports=bench.assignment.allowed_imports,
            harmless=bench.assignment.harmless_imports,
        )
        _run(session, bench, seen, "Running", "__main__", bench.assignment.limits.run_cpu_seconds)


def _run(session: Session, bench: Bench, seen: Examined, doing: str, run_name: str, cpu_seconds: float) -> None:
    """Run the submission from top to bottom; keep what it printed and drew also when it ended early."""
    before = time.perf_counter()
    notebook = seen.reading["kind"] == "notebook"
    try:
        running = session.load(run_name, cpu_seconds=cpu_seconds, figures=True, cells=notebook)
        fault = ended_early(running, doing, cpu_seconds)
    except StudentFault as died:
        running, fault = DEAD | {"status": str(died.why)}, died
    output = session.output()
    seen.running, seen.figures = running, list(running["figures"])
    seen.remarks += [remark for remark in running["remarks"] if remark not in seen.remarks]
    if notebook:
        seen.loading, seen.load_fault = running, fault
        seen.notebook, printed = executed_notebook(running)
        output = Output(stdout=printed or output.stdout, stderr=output.stderr, truncated=output.truncated)
    if output.truncated:
        seen.remarks.append("Your code printed more than 256 KiB; only the beginning and the end of that were read.")
    seen.output = output
    cut_short = fault is not None and fault.why is Why.TIMED_OUT
    seen.run = Run(output.stdout if cut_short or notebook else output.printed, tuple(seen.figures), fault)
    seen.seconds["run_seconds"] = time.perf_counter() - before
    seen.remark_use(doing, running.get("cpu_seconds", 0.0), cpu_seconds)


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


def _check_all(bench: Bench, seen: Examined, session: Session | None) -> None:
    """Run every check whose prerequisites passed."""
    examination = examination_of(bench, seen, session)
    for item, spec in bench.checks:
        before = time.perf_counter()
        outcome = not_checked(spec, seen.outcomes)
        if outcome is None:
            item.config.stash[EXAMINATION] = examination
            outcome, exhibits, fault = run_check(item, spec)
            seen.exhibits += exhibits
            if fault is not None:
                seen.faults.append({"where": spec.id, "message": str(fault), "traceback": fault.text})
        seen.outcomes[spec.id] = outcome
        seen.check_seconds[spec.id] = time.perf_counter() - before


@contextmanager
def _open_check(bench: Bench, seen: Examined, session: Session | None, cpu_seconds: float) -> Iterator[Ask]:
    """Open a check child, unless nothing was loaded or the submission has used up its time."""
    if session is None:
        assert seen.load_fault is not None
        raise seen.load_fault
    limit = bench.assignment.limits.total_cpu_seconds
    if seen.cpu_seconds + session.cpu_seconds() > limit:
        raise StudentFault(
            Why.TIMED_OUT, f"Your submission has used up its {limit:g} seconds of computing time.", fatal=True
        )
    before = session.cpu_seconds()
    with session.check(cpu_seconds) as ask:
        yield ask
    seen.remark_use("A check", session.cpu_seconds() - before, cpu_seconds)


def _own_fault(seen: Examined, place: str, error: Exception) -> None:
    text = "".join(traceback.format_exception(error))
    seen.faults.append({"where": place, "message": f"{type(error).__name__}: {error}", "traceback": text})


def _fill_up(bench: Bench, seen: Examined) -> None:
    """Give every check that a fault of ours kept from running an outcome that says so."""
    for _, spec in bench.checks:
        if spec.id not in seen.outcomes:
            seen.outcomes[spec.id] = CheckOutcome(
                id=spec.id,
                title=spec.title,
                task=spec.task,
                points=spec.points,
                visibility=spec.visibility,
                result=Result.GRADER_FAULT,
                message="This check was not run because of a fault of the grader. It is not scored; your instructor is told.",
            )


def _record(submission: Submission, bench: Bench, seen: Examined) -> dict[str, Any]:
    assignment = bench.assignment
    outcomes = [seen.outcomes[spec.id] for _, spec in bench.checks]
    total = score(outcomes, assignment.tasks)
    bonus = {task.number: task.bonus for task in assignment.tasks}
    return {
        "grader_version": __version__,
        "assignment": {
            "id": assignment.id,
            "title": assignment.title,
            "total": assignment.total,
            "bonus": assignment.bonus,
        },
        "student": submission.id,
        "slug": submission.slug,
        "submission": {
            "name": submission.path.name.encode("utf-8", "backslashreplace").decode(),
            "form": submission.form,
            "kind": seen.reading.get("kind"),
            "entry": seen.reading.get("entry"),
            "sha256": digest(seen.files),
            "files": [{"path": file["path"], "bytes": file["size"]} for file in seen.reading.get("files", [])],
        },
        "isolation": dict(bench.isolation),
        "seed_id": seed_id(bench.seed),
        "status": "grader_fault" if seen.faults else "graded",
        "score": score_fields(total),
        "tasks": [vars(task) for task in total.tasks],
        "checks": [check_fields(outcome, bonus[outcome.task]) for outcome in outcomes],
        "lead": lead(outcomes, bonus),
        "remarks": list(dict.fromkeys(seen.remarks)),
        "loading": _ended(seen.loading, seen.load_fault),
        "running": _ended(seen.running, seen.run.fault if isinstance(seen.run, Run) else seen.run),
        "output": {"stdout": seen.output.stdout, "stderr": seen.output.stderr, "truncated": seen.output.truncated},
        "figures": [_figure(figure) for figure in seen.figures if figure.get("png")],
        "exhibits": seen.exhibits,
        "notebook": f"notebooks/{submission.slug}.ipynb" if seen.notebook else None,
        "faults": seen.faults,
        "repeat": "",
        "times": {
            "graded_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "cpu_seconds": seen.cpu_seconds,
            "checks": seen.check_seconds,
            "remarks": seen.close_calls,
        }
        | seen.seconds,
    }


def _ended(ended: Mapping[str, Any] | None, fault: StudentFault | None) -> dict[str, Any] | None:
    """Return how a loading or a run ended, as the record keeps it."""
    if ended is None and fault is None:
        return None
    status = ended["status"] if ended else "unreadable"
    fields = None if fault is None else fault.as_fields() | {"frames": [vars(frame) for frame in fault.frames]}
    return {"status": status, "fault": fields, "conflicts": list(ended["conflicts"]) if ended else []}


def _figure(figure: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "png": base64.b64encode(figure["png"]).decode("ascii"),
        "width": figure["width"],
        "height": figure["height"],
    }
