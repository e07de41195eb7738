"""Reads, loads and runs one submission in the fence: READ and CONFINED. May not import report or reference, nor look into a file."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from grader.checks.examination import Run
from grader.judge.endings import ended_early
from grader.judge.findings import NOTHING_TO_RUN, Examined
from grader.judge.setup import Bench
from grader.outcomes import StudentFault, Why
from grader.record.notebook import executed_notebook
from grader.submissions import Submission, TooLarge
from grader.wire.limits import KEPT_OUTPUT_BYTES, SHOWN_OUTPUT_BYTES
from grader.wire.session import Session

# What an honest child draws at most, and the picture of one more.
MOST_FIGURE_BYTES = 20 * 2**20
NO_PROBLEM: dict[str, Any] = {"why": "missing", "message": NOTHING_TO_RUN, "hint": None}
DEAD: dict[str, Any] = {"error": None, "figures": [], "cells": [], "remarks": [], "conflicts": []}


def loaded(submission: Submission, bench: Bench, seen: Examined, stack: ExitStack) -> Session | None:
    """Read and load the submission, run it as a script; return the session to check in, or None when nothing can be loaded."""
    limits = bench.assignment.limits
    try:
        contents = submission.contents(int(limits.submission_bytes))
        seen.files = contents.files
        seen.remarks += contents.left_out
    except TooLarge as error:
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
        return _alive(session, seen)
    seen.loading = _load(session, seen, "Loading", limits.load_cpu_seconds)
    if bench.runs_scripts:
        _run_as_script(submission, bench, seen)
    return _alive(session, seen)


def _alive(session: Session, seen: Examined) -> Session | None:
    """Return the session, unless loading has ended its child: then every check is told why."""
    return None if seen.load_fault is not None and seen.load_fault.fatal else session


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
        reading = _parsed(session, submission, bench, seen)
    except StudentFault as fault:
        seen.load_fault = _ended("Reading", fault)
        seen.load_fault.hint = "Hand in less: reading what is there takes too long, or too much memory."
        return {"kind": None, "entry": None, "files": [], "problems": [], "remarks": [], "forbidden": []}
    seen.remarks += reading["remarks"]
    seen.remarks += [_imports(found) for found in reading["forbidden"]]
    problems = reading["problems"]
    if reading["kind"] is None:
        first = problems[0] if problems else NO_PROBLEM
        seen.load_fault = StudentFault(Why(first["why"]), first["message"], hint=first["hint"], raised="unreadable")
    else:
        seen.remarks += [problem["message"] for problem in problems]
    return reading


def _parsed(session: Session, submission: Submission, bench: Bench, seen: Examined) -> Mapping[str, Any]:
    """Hand the files to the child of a session; return what it found in them."""
    return session.read(
        [(file.path, file.content) for file in seen.files],
        name=submission.path.name,
        form=submission.form,
        allowed_imports=bench.assignment.allowed_imports,
        harmless=bench.assignment.harmless_imports,
        given=[(path.name, path.read_bytes()) for path in bench.assignment.files],
        questions=_questions(bench),
        names=bench.assignment.names,
        entry=submission.entry,
    )


def _questions(bench: Bench) -> list[str]:
    """Return the ids of the questions whose answers are looked for."""
    rubric = bench.assignment.rubric
    return [question.id for question in rubric.questions] if rubric else []


def _imports(found: Mapping[str, Any]) -> str:
    return f"{found['file']}, line {found['line']}, imports {found['module']}, which this assignment does not allow."


def _load(session: Session, seen: Examined, doing: str, cpu_seconds: float) -> Mapping[str, Any]:
    """Load the submission for the checks; what stops it early is kept, not raised."""
    before = time.perf_counter()
    try:
        loading = session.load("submission", cpu_seconds=cpu_seconds, figures=False, cells=False)
        seen.load_fault = ended_early(loading, doing, cpu_seconds)
        seen.remarks += loading["remarks"]
    except StudentFault as died:
        seen.load_fault = _ended(doing, died)
        loading = {"status": str(died.why), "error": None, "conflicts": []}
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
        try:
            _parsed(session, submission, bench, seen)
        except StudentFault as fault:
            seen.run = _ended("Reading", fault)
            return
        _run(session, bench, seen, "Running", "__main__", bench.assignment.limits.run_cpu_seconds)


def _run(session: Session, bench: Bench, seen: Examined, doing: str, run_name: str, cpu_seconds: float) -> None:
    """Run the submission from top to bottom; keep what it printed and drew also when it ended early."""
    before = time.perf_counter()
    notebook = seen.reading["kind"] == "notebook"
    try:
        # A notebook keeps what all names were when one of these was defined.
        follow = bench.assignment.names if notebook else ()
        running = session.load(run_name, cpu_seconds=cpu_seconds, figures=True, cells=notebook, follow=follow)
        fault = ended_early(running, doing, cpu_seconds)
    except StudentFault as died:
        running, fault = DEAD | {"status": str(died.why)}, _ended(doing, died)
    output = session.output()
    cut_short = fault is not None and fault.why is Why.TIMED_OUT
    seen.running, seen.figures = running, _bounded(running["figures"])
    seen.remarks += [remark for remark in running["remarks"] if remark not in seen.remarks]
    if notebook:
        seen.loading, seen.load_fault = running, fault
        seen.notebook, printed = executed_notebook(running)
        if cut_short and printed:
            # What the other cells have printed does not depend on how far the one that was stopped has come.
            output = replace(output, stdout=printed[:SHOWN_OUTPUT_BYTES], printed=printed)
    if output.lost:
        kept = KEPT_OUTPUT_BYTES >> 20
        seen.remarks.append(
            f"Your code printed more than {kept} MiB; only the beginning and the end of that were read."
        )
    seen.output = output if cut_short else output.with_end()
    seen.run = Run(output.stdout if cut_short and not notebook else output.printed, tuple(seen.figures), fault)
    seen.seconds["run_seconds"] = time.perf_counter() - before
    seen.remark_use(doing, running.get("cpu_seconds", 0.0), cpu_seconds)


def _bounded(figures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return as many figures as an honest child may report, from the first on; only one that was tampered with reports more."""
    kept, left = [], MOST_FIGURE_BYTES
    for figure in figures:
        left -= len(figure["png"] or b"") + sum(map(_data_bytes, figure["axes"]))
        if left >= 0:
            kept.append(dict(figure))
    return kept


def _data_bytes(axes: Mapping[str, Any]) -> int:
    lines = sum(line["x"].nbytes + line["y"].nbytes for line in axes["lines"])
    return int(lines + sum(cloud["xy"].nbytes for cloud in axes["points"]))


def _ended(doing: str, fault: StudentFault) -> StudentFault:
    """Return the fault of a child that is gone, with what it was doing."""
    message = f"{doing} your submission did not come to its end. {fault.message}"
    return StudentFault(fault.why, message, hint=fault.hint, raised="death", fatal=fault.fatal)
