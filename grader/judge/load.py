"""Reads, loads and runs one submission in the fence."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from grader.checks.examination import Run
from grader.judge.endings import early_end
from grader.judge.excerpts import place_of
from grader.judge.findings import NOTHING_TO_RUN, Findings
from grader.judge.near_names import near_names
from grader.judge.setup import Setup
from grader.judge.starting import HELP, asks_for_arguments, has_results, offers_choices, reply, starts, waits_for_input
from grader.outcomes import StudentFault, Why
from grader.record.notebook import executed_notebook
from grader.repeat import run_words
from grader.submissions import Start, Submission, TooLarge
from grader.wire.limits import KEPT_OUTPUT_BYTES, SHOWN_OUTPUT_BYTES, output_of
from grader.wire.session import Session

# What a program is asked for that could not be guessed, and how a person says it.
ASKS = "It asks {what}, and nobody answers; {words} does, once for each data set."
# How often a program may ask before nobody answers any more, and what is quoted of its question.
MOST_PROMPTS, MOST_QUOTED = 8, 60
_SEED = re.compile(r"\bseed\b|\b(?:default_rng|RandomState)\s{0,4}\(\s{0,4}[^\s)]")
_INPUT = re.compile(r"\binput\s{0,4}\(")
# The largest number of figures from an honest child, and one more.
MOST_FIGURE_BYTES = 20 * 2**20
NO_PROBLEM: dict[str, Any] = {"why": "missing", "message": NOTHING_TO_RUN, "hint": None}
DEAD: dict[str, Any] = {"error": None, "figures": [], "cells": [], "remarks": [], "conflicts": []}


def load_submission(submission: Submission, setup: Setup, findings: Findings, stack: ExitStack) -> Session | None:
    """Read and load the submission, and run it as a script; return the session for the checks, or None if nothing can be loaded."""
    limits = setup.assignment.limits
    findings.adapter = submission.adapter
    if not note_contents(submission, setup, findings):
        return None
    session = stack.enter_context(open_session(setup, findings))
    findings.reading = _read(session, submission, setup, findings)
    _note_names(submission, setup, findings)
    if findings.load_fault is not None:
        findings.run = findings.load_fault
        return None
    if findings.reading["kind"] == "notebook":
        seconds = limits.load_cpu_seconds + limits.run_cpu_seconds
        _run(session, setup, findings, "Loading", "__main__", seconds, _of_notebook(submission, setup, findings))
        if findings.reading["programs"] and not submission.runs:
            run_otherwise(submission, setup, findings)
        return _if_alive(session, findings)
    # If no name is asked for, only the run of the program is needed.
    findings.loading = _load(
        session, findings, "Loading", limits.load_cpu_seconds, submission, dry=not setup.assignment.names
    )
    if setup.runs_scripts:
        _run_as_script(submission, setup, findings)
        if setup.assignment.runs or submission.runs:
            run_otherwise(submission, setup, findings)
    return _if_alive(session, findings)


def note_contents(submission: Submission, setup: Setup, findings: Findings) -> bool:
    """Keep the files of a submission; return whether they could be read."""
    try:
        contents = submission.contents(int(setup.assignment.limits.submission_bytes))
    except TooLarge as error:
        findings.load_fault = StudentFault(Why.MISSING, f"The hand-in could not be read: {error}", raised="unreadable")
        findings.run = findings.load_fault
        return False
    findings.files, findings.folders = contents.files, contents.folders
    findings.remarks += contents.left_out
    return True


def run_notebook(session: Session, setup: Setup, findings: Findings, **more: Any) -> None:
    """Run a notebook of which ``more`` tells what is run in place of its cells, and who looks at it meanwhile."""
    limits = setup.assignment.limits
    _run(
        session,
        setup,
        findings,
        "Loading",
        "__main__",
        limits.load_cpu_seconds + limits.run_cpu_seconds,
        Start(),
        **more,
    )


def _of_notebook(submission: Submission, setup: Setup, findings: Findings) -> Start:
    """Return how a notebook is started, which runs only once: if it reads from the keyboard, as the assignment's first run."""
    runs = setup.assignment.runs
    reads = any(_INPUT.search(each["text"]) for each in findings.reading["texts"])
    return Start((), runs[0].stdin) if runs and reads and not submission.runs else _first(submission)


def _note_names(submission: Submission, setup: Setup, findings: Findings) -> None:
    """Keep which name is used for which: the assignment's aliases and, if they are accepted, similar names."""
    asked, aliases = setup.assignment.names, setup.assignment.aliases
    findings.near = near_names(asked, findings.reading.get("names") or (), aliases)
    accepted = findings.near if submission.accepts_names or findings.renamed else {}
    findings.aliases = {
        name: [*aliases.get(name, ()), *([accepted[name]] if name in accepted else [])]
        for name in {*aliases, *accepted}
    }
    if submission.accepts_names:
        findings.remarks += [
            f"`{other}` was taken for `{name}`, because the person who graded this accepts names that are near."
            for name, other in accepted.items()
        ]


def _known_as(findings: Findings) -> dict[str, Any]:
    return {"aliases": dict(sorted(findings.aliases.items()))} if findings.aliases else {}


def _if_alive(session: Session, findings: Findings) -> Session | None:
    """Return the session, unless loading has ended its child: then every check reports why."""
    return None if findings.load_fault is not None and findings.load_fault.fatal else session


@contextmanager
def open_session(setup: Setup, findings: Findings) -> Iterator[Session]:
    """Open a fenced session, and add what it used to the submission's account when it ends."""
    before = time.perf_counter()
    session = setup.sessions.open(setup.limits)
    findings.seconds["open_seconds"] = findings.seconds.get("open_seconds", 0.0) + time.perf_counter() - before
    try:
        yield session
        findings.cpu_seconds += session.cpu_seconds()
    finally:
        session.close()


def _read(session: Session, submission: Submission, setup: Setup, findings: Findings) -> Mapping[str, Any]:
    """Let the child parse the files; if nothing can be loaded, keep the reason."""
    try:
        reading = parse(session, submission, setup, findings)
    except StudentFault as fault:
        findings.load_fault = _death("Reading", fault)
        findings.load_fault.hint = "Hand in less: reading what is there takes too long, or too much memory."
        return {"kind": None, "entry": None, "files": [], "problems": [], "remarks": [], "forbidden": [], "texts": []}
    findings.remarks += reading["remarks"]
    findings.remarks += [_imports(found) for found in reading["forbidden"]]
    problems = reading["problems"]
    if reading["kind"] is None:
        first = problems[0] if problems else NO_PROBLEM
        frames = place_of(first, reading["texts"])
        findings.load_fault = StudentFault(
            Why(first["why"]), first["message"], hint=first["hint"], frames=frames, raised="unreadable"
        )
    else:
        findings.remarks += [problem["message"] for problem in problems]
    return reading


def parse(session: Session, submission: Submission, setup: Setup, findings: Findings) -> Mapping[str, Any]:
    """Hand the files to the child of a session; return what it found in them."""
    return session.read(
        [(file.path, file.content) for file in findings.files],
        name=submission.path.name,
        form=submission.form,
        folders=findings.folders,
        allowed_imports=[*setup.assignment.allowed_imports, *(("otter", "nose") if setup.author is not None else ())],
        cells=setup.author is not None,
        harmless=setup.assignment.harmless_imports,
        given=[(each.name, each.read_bytes()) for each in setup.assignment.files],
        questions=_questions(setup),
        names=[*setup.assignment.names, *(each for others in setup.assignment.aliases.values() for each in others)],
        entry=submission.entry,
        usual=setup.assignment.entry,
        about=[each.name for each in setup.assignment.runs],
        plain=findings.otherwise,
    )


def _questions(setup: Setup) -> list[str]:
    """Return the ids of the questions for which answers are expected."""
    rubric = setup.assignment.rubric
    return [question.id for question in rubric.questions] if rubric else []


def _imports(found: Mapping[str, Any]) -> str:
    return f"{found['file']}, line {found['line']}, imports {found['module']}, which this assignment does not allow."


def _load(
    session: Session, findings: Findings, doing: str, cpu_seconds: float, submission: Submission, *, dry: bool
) -> Mapping[str, Any]:
    """Load the submission for the checks; a fault that stops it early is kept, not raised."""
    before = time.perf_counter()
    try:
        loading = session.load(
            "submission",
            cpu_seconds=cpu_seconds,
            figures=False,
            cells=False,
            go_on=findings.otherwise,
            dry=dry,
            **_given(_first(submission)),
            **_known_as(findings),
        )
        findings.load_fault = early_end(loading, doing, cpu_seconds)
        findings.remarks += loading["remarks"]
    except StudentFault as died:
        findings.load_fault = _death(doing, died)
        loading = {"status": str(died.why), "error": None, "conflicts": []}
    findings.output = session.output()
    findings.seconds["load_seconds"] = time.perf_counter() - before
    findings.remark_use(doing, loading.get("cpu_seconds", 0.0), cpu_seconds)
    return loading


def _run_as_script(submission: Submission, setup: Setup, findings: Findings) -> None:
    """Run the submission as ``__main__`` in its own session, to collect its output and figures."""
    fault = findings.load_fault
    if fault is not None and fault.why in (Why.TIMED_OUT, Why.OUT_OF_MEMORY):
        findings.run = Run(findings.output.stdout, fault=fault)
        return
    if findings.reading["entry"] is None:
        findings.run = StudentFault(
            Why.MISSING,
            f"There is no {setup.assignment.entry} to run, and no other module with a main guard.",
            hint=f"Put what trains and prints into {setup.assignment.entry}.",
        )
        return
    with open_session(setup, findings) as session:
        try:
            parse(session, submission, setup, findings)
        except StudentFault as fault:
            findings.run = _death("Reading", fault)
            return
        limit = setup.assignment.limits.run_cpu_seconds
        _run(session, setup, findings, "Running", "__main__", limit, _first(submission))


def run_otherwise(submission: Submission, setup: Setup, findings: Findings) -> None:
    """Run a program once for each start that a person gave or, if the program asks what to do, that the assignment wants."""
    first = findings.run
    if not isinstance(first, Run):
        return
    programs = findings.reading["programs"]
    if submission.runs:
        runs = [first] + [_once_more(submission, setup, findings, start) for start in submission.runs[1:]]
    elif programs:
        runs = [first] + [
            _once_more(replace(submission, entry=each), setup, findings, Start(), beside=True)
            for each in programs
            if each != findings.reading["entry"]
        ]
    elif waits_for_input(first):
        runs = [_answered(first, index, submission, setup, findings) for index in range(len(setup.assignment.runs))]
        findings.remarks += [run.guessed for run in runs if run.guessed and not run.unanswered]
    else:
        runs = [
            _once_more(submission, setup, findings, start) for start in _asked_for(first, submission, setup, findings)
        ]
    ended = [run for run in runs if run.fault is None]
    if not runs or not (ended or submission.runs or programs):
        if runs:
            wants = _asks(first.output, (), submission) if waits_for_input(first) else _wants_words(submission)
            first = replace(first, unanswered=next((run.unanswered for run in runs if run.unanswered), wants))
            findings.remarks.append(first.unanswered)
        findings.runs = [first]
        return
    findings.runs = runs
    findings.run = Run(
        "\n".join(run.output for run in runs),
        tuple(figure for run in runs for figure in run.figures),
        None if ended else runs[0].fault,
    )
    findings.figures = _bound([dict(figure) for figure in findings.run.figures])
    text = "".join(f"[run with {Start(run.args, run.typed).told or 'nothing'}]\n{run.output}\n" for run in runs)
    findings.output = output_of((text.encode("utf-8", "replace"), b"", False), (b"", b"", False)).with_end()


def _answered(first: Run, index: int, submission: Submission, setup: Setup, findings: Findings) -> Run:
    """Return the run of a program whose questions are answered one after the other, as far as its prompts say how."""
    run, answers, seen, asked = first, list[str](), 0, list[str]()
    for _ in range(MOST_PROMPTS):
        prompt = run.output[seen:]
        line = _last_line(prompt)
        if line in asked:
            if has_results(run):
                # A menu that is shown again: what was chosen is done.
                return replace(run, fault=None, guessed=_guessed(answers))
            break
        asked.append(line)
        answer = reply(prompt, setup.assignment.runs, index, is_first=not answers)
        if answer is None:
            break
        answers.append(answer)
        seen = len(run.output)
        run = _once_more(submission, setup, findings, Start((), "".join(f"{each}\n" for each in answers)))
        if not waits_for_input(run):
            return replace(run, guessed=_guessed(answers))
    return replace(run, unanswered=_asks(prompt, answers, submission))


def _last_line(prompt: str) -> str:
    return (prompt.strip().splitlines() or [""])[-1]


def _asks(prompt: str, answers: Sequence[str], submission: Submission) -> str:
    """Return the sentence that says what a program asks for, and how a person answers it."""
    line = _last_line(prompt)[-MOST_QUOTED:].strip()
    words = run_words(submission.id, " ".join([*(f"<{answer}" for answer in answers), "<ANSWER"]))
    return ASKS.format(what=f"`{line}`" if line else "for a line to be typed", words=words)


def _wants_words(submission: Submission) -> str:
    words = run_words(submission.id, "--dataset xor")
    return ASKS.format(what="for words on its command line", words=words)


def _guessed(answers: Sequence[str]) -> str:
    """Return what was typed at a program that asks more than one thing, which may decide what it learns; else nothing."""
    words = ", ".join(f"`{answer}`" for answer in answers)
    return f"It asks, and was answered {words}; --run types something else." if len(answers) > 1 else ""


def _asked_for(first: Run, submission: Submission, setup: Setup, findings: Findings) -> list[Start]:
    """Return how to start a program that wants something on its command line; nothing where it does not."""
    wanted, errors = setup.assignment.runs, findings.output.stderr
    if asks_for_arguments(first.fault, errors):
        return list(starts(first, errors, wanted))
    if first.fault is None and offers_choices([each["text"] for each in findings.reading["texts"]]):
        told = _once_more(submission, setup, findings, HELP).output
        chosen = [start for start in starts(first, told, wanted) if start.args and start.args[0].startswith("-")]
        return chosen if len(chosen) == len(wanted) else []
    return []


def _once_more(submission: Submission, setup: Setup, findings: Findings, start: Start, *, beside: bool = False) -> Run:
    """Run a program in a session of its own, started in some way; one that stands beside the first is read anew."""
    one = Findings(
        files=findings.files, folders=findings.folders, reading=findings.reading, otherwise=findings.otherwise
    )
    with open_session(setup, findings) as session:
        try:
            reading = parse(session, submission, setup, one)
        except StudentFault as fault:
            return Run("", fault=_death("Reading", fault), args=start.args, typed=start.typed)
        one.reading = reading if beside else one.reading
        _run(session, setup, one, "Running", "__main__", setup.assignment.limits.run_cpu_seconds, start)
    if findings.running is None or findings.running["status"] != "loaded":
        findings.running = one.running
    assert isinstance(one.run, Run)
    return replace(one.run, args=start.args, typed=start.typed)


def _first(submission: Submission) -> Start:
    return submission.runs[0] if submission.runs else Start()


def _given(start: Start) -> dict[str, Any]:
    """Return a start in the form for the child; nothing for the usual one."""
    return {"args": list(start.args), "stdin": start.typed} if start != Start() else {}


def _run(
    session: Session,
    setup: Setup,
    findings: Findings,
    doing: str,
    run_name: str,
    cpu_seconds: float,
    start: Start,
    **more: Any,
) -> None:
    """Run the submission from top to bottom; keep its output and figures even if it ended early."""
    before = time.perf_counter()
    notebook = findings.reading["kind"] == "notebook"
    try:
        # A notebook keeps the values of all names at the moment when one of these was defined.
        follow = setup.assignment.names if notebook else ()
        running = session.load(
            run_name,
            cpu_seconds=cpu_seconds,
            figures=True,
            cells=notebook,
            follow=follow,
            go_on=findings.otherwise,
            **_given(start),
            **_known_as(findings),
            **more,
        )
        fault = early_end(running, doing, cpu_seconds)
    except StudentFault as died:
        running, fault = DEAD | {"status": str(died.why)}, _death(doing, died)
    output = session.output()
    cut_short = fault is not None and fault.why is Why.TIMED_OUT
    findings.running, findings.figures = running, _bound(running["figures"])
    findings.remarks += [remark for remark in running["remarks"] if remark not in findings.remarks]
    if notebook:
        findings.loading, findings.load_fault = running, fault
        findings.notebook, printed = executed_notebook(running)
        if cut_short and printed:
            # The output of the other cells does not depend on how far the stopped one had come.
            output = replace(output, stdout=printed[:SHOWN_OUTPUT_BYTES], printed=printed)
    if output.lost:
        kept = KEPT_OUTPUT_BYTES >> 20
        findings.remarks.append(
            f"Your code printed more than {kept} MiB; only the beginning and the end of that were read."
        )
    findings.output = output if cut_short else output.with_end()
    seeded = any(_SEED.search(each["text"]) for each in findings.reading["texts"])
    printed_text = output.stdout if cut_short and not notebook else output.printed
    # What a program logs goes to the other stream; on a screen there is no difference.
    printed_text = printed_text if printed_text.strip() else output.stderr
    findings.run = Run(
        printed_text,
        tuple(findings.figures),
        fault,
        is_seeded=seeded,
        asked=running.get("asked") is True,
        logged=output.stderr,
    )
    findings.seconds["run_seconds"] = time.perf_counter() - before
    findings.remark_use(doing, running.get("cpu_seconds", 0.0), cpu_seconds)


def _bound(figures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the first figures, up to the maximum of an honest child; only a manipulated child reports more."""
    kept, left = [], MOST_FIGURE_BYTES
    for figure in figures:
        left -= len(figure["png"] or b"") + sum(map(_data_bytes, figure["axes"]))
        if left >= 0:
            kept.append(dict(figure))
    return kept


def _data_bytes(axes: Mapping[str, Any]) -> int:
    lines = sum(line["x"].nbytes + line["y"].nbytes for line in axes["lines"])
    return int(lines + sum(cloud["xy"].nbytes for cloud in axes["points"]))


def _death(doing: str, fault: StudentFault) -> StudentFault:
    """Return the fault of a child that has ended, with what it was doing."""
    message = f"{doing} your submission did not come to its end. {fault.message}"
    return StudentFault(fault.why, message, hint=fault.hint, raised="death", fatal=fault.fatal)
