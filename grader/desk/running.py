"""Starts, watches and stops a run of ``grade`` from the desk, as a process of its own, the same as by hand."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from grader.desk.pages import Desktop, address
from grader.desk.state import Assignment
from grader.desk.web import Reply, Request, go
from grader.fence.folders import Folder
from grader.repeat import shell_line
from grader.report.text import visible
from grader.report.wording import duration

MOST_PRINTED = 20_000
_runs: dict[str, Run] = {}
_lock = threading.Lock()


@dataclass
class Run:
    """The current run, or the last one.

    Attributes
    ----------
    words : tuple of str
        The command.
    told : Folder
        The folder in which the run reports its progress.
    stopped : bool
        Whether it was stopped from this desk.
    """

    words: tuple[str, ...]
    process: subprocess.Popen[bytes]
    told: Folder
    printed: IO[bytes]
    begun: float = field(default_factory=time.monotonic)
    taken: float | None = None
    stopped: bool = False

    @property
    def status(self) -> int | None:
        """The exit status; None while it is running."""
        status = self.process.poll()
        if status is not None and self.taken is None:
            self.taken = time.monotonic() - self.begun
        return status

    def stop(self) -> None:
        """Interrupt the run like Ctrl-C; everything graded so far is kept."""
        if self.status is None:
            self.stopped = True
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGINT)

    def far(self) -> dict[str, Any]:
        """Return the progress: ``done``, ``total``, and the students being graded now, with their seconds."""
        try:
            found = json.loads(Path(self.told.path, "progress").read_bytes())
            passed = max(0.0, time.time() - float(found["at"]))
            at_work = [(str(name), float(seconds) + passed) for name, seconds in found["at_work"]]
            return {"done": int(found["done"]), "total": int(found["total"]), "at_work": at_work}
        except (OSError, ValueError, LookupError, TypeError):
            return {"done": 0, "total": 0, "at_work": []}

    def text(self) -> str:
        """Return the end of the run's output."""
        self.printed.flush()
        size = os.fstat(self.printed.fileno()).st_size
        return os.pread(self.printed.fileno(), MOST_PRINTED, max(0, size - MOST_PRINTED)).decode("utf-8", "replace")


def reply(pages: Desktop, request: Request, assignment: Assignment, words: Sequence[str]) -> Reply:
    """Show, start or stop the run of an assignment."""
    if words:
        return pages.missing(request)
    if request.method == "POST":
        with _lock:
            return _act(pages, request, assignment)
    return _shown(pages, request, assignment)


def _act(pages: Desktop, request: Request, assignment: Assignment) -> Reply:
    run = _runs.get(assignment.name)
    if request.one("do") == "stop":
        if run is not None:
            run.stop()
    elif run is not None and run.status is None:
        return _shown(pages, request, assignment, "A run is already in progress; stop it first.", 409)
    else:
        words = [*pages.state.desk.command(assignment.name)]
        if not words:
            return _shown(pages, request, assignment, _nowhere(assignment), 409)
        words += ["--again"] if request.one("again") else []
        _runs[assignment.name] = _start(tuple(words))
    return go(address("a", assignment.name, "run"))


def _start(words: tuple[str, ...]) -> Run:
    told = Folder("grader-run-")
    printed = open(Path(told.path, "printed"), "w+b")  # noqa: SIM115  (as long as the run)
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=printed,
        stderr=subprocess.STDOUT,
        env=os.environ | {"GRADER_PROGRESS": str(Path(told.path, "progress")), "NO_COLOR": "1", "COLUMNS": "100"},
        start_new_session=True,
    )
    return Run(words, process, told, printed)


def _nowhere(assignment: Assignment) -> str:
    return (
        f"The desk does not know where the submissions of {assignment.name} are: add `submissions` to its table in grader.toml, "
        "or start the desk with --submissions PATH."
    )


def _shown(pages: Desktop, request: Request, assignment: Assignment, sentence: str = "", status: int = 200) -> Reply:
    run = _runs.get(assignment.name)
    words = pages.state.desk.command(assignment.name)
    far: dict[str, Any] = run.far() if run else {"done": 0, "total": 0, "at_work": []}
    goes_on = run is not None and run.status is None
    left = ""
    if run is not None and goes_on and far["done"]:
        passed = time.monotonic() - run.begun
        left = duration(passed / far["done"] * (far["total"] - far["done"]))
    return pages.render(
        request,
        "run.html",
        status=status,
        about=assignment,
        sentence=sentence,
        nowhere="" if words else _nowhere(assignment),
        line=shell_line(run.words if run else words) if run or words else "",
        run=run,
        goes_on=goes_on,
        ended=_ended(run) if run else "",
        far=far,
        left=left,
        taken=duration((run.taken if run.taken is not None else time.monotonic() - run.begun) if run else 0),
        at_work=[(name, duration(seconds)) for name, seconds in far["at_work"]] if goes_on else [],
        printed=visible(run.text()) if run else "",
    )


def _ended(run: Run) -> str:
    """Return in words how a run ended; empty while it is running."""
    status = run.status
    if status is None:
        return ""
    if run.stopped:
        return "Stopped. Everything graded so far is kept; the next run continues from there."
    return {
        0: "Graded.",
        1: "Graded; a score is below the limit of --fail-under.",
        2: "Not started: the command or the assignment is wrong, as printed below.",
        3: "Ended with a fault of the grader, as printed below.",
    }.get(status, f"Ended with the status {status}, as printed below.")


def stop_all() -> None:
    """Interrupt all runs of this desk and wait for them to end."""
    for run in _runs.values():
        run.stop()
    for run in _runs.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.process.wait(timeout=20)
        run.printed.close()
        run.told.close()


def grade_command(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the command that runs ``grade`` with these arguments and this Python."""
    return (sys.executable, "-m", "grader", "grade", *arguments)
