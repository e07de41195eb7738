"""The judge's loop: forks a judge for each submission that it is told of. Writes RECORDED, imports no report."""

from __future__ import annotations

import gc
import json
import math
import os
import selectors
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from grader.files import write_atomically
from grader.judge.grading import grade_submission
from grader.judge.process import (
    FAILED,
    OUT_OF_MEMORY,
    JudgeLimits,
    cause_of,
    die_with_parent,
    limit_this_process,
    stay_on,
)
from grader.judge.setup import Setup
from grader.record.record import fault_of, fault_record, record_path, write_record
from grader.submissions import Submission

Send = Callable[[dict[str, Any]], None]


@dataclass
class Running:
    """A judge at work: its process, the job it has, its core, and whether its checks are over, so that another may begin.

    ``due`` is when it must have ended, on the clock of ``time.monotonic``; ``late`` says that it was killed then.
    """

    pid: int
    job: dict[str, Any]
    core: int | None
    checked: bool = False
    due: float = math.inf
    late: bool = False


class Loop:
    """Takes jobs as lines of JSON from the descriptor ``jobs`` and tells what became of them by ``send``.

    A line with ``at_once`` says how many submissions may be under way. While a judge that has nothing to explain writes its
    record and its child is taken down, the next one works already.
    """

    def __init__(self, jobs: int, send: Send) -> None:
        self.jobs, self.send = jobs, send
        self.running: dict[int, Running] = {}
        self.waiting: deque[dict[str, Any]] = deque()
        self.at_once = 1

    def serve(self, setup: Setup) -> None:
        """Serve jobs until their stream ends."""
        gc.freeze()
        gc.enable()
        self.send(
            {
                "event": "ready",
                "isolation": dict(setup.isolation),
                "checks": len(setup.checks),
                "remarks": [*setup.remarks],
            }
        )
        selector = selectors.DefaultSelector()
        selector.register(self.jobs, selectors.EVENT_READ)
        pending, listening = b"", True
        while listening or self.running or self.waiting:
            for key, _ in selector.select(self._patience()):
                if key.fd != self.jobs:
                    self._hear(key.fd, selector, setup.judge_limits)
                    continue
                received = os.read(self.jobs, 1 << 16)
                *lines, pending = (pending + received).split(b"\n")
                self._take(json.loads(line) for line in lines)
                if not received:
                    selector.unregister(self.jobs)
                    listening = False
            self._end_late()
            while self.waiting and self._has_room():
                selector.register(self._start(self.waiting.popleft(), setup), selectors.EVENT_READ)

    def _patience(self) -> float | None:
        """Return the seconds until the first judge must have ended; None when none is at work."""
        due = min((running.due for running in self.running.values() if not running.late), default=math.inf)
        return None if due == math.inf else max(0.0, due - time.monotonic())

    def _end_late(self) -> None:
        """Kill the judges that are late; their ends are collected like any other."""
        for running in self.running.values():
            if not running.late and time.monotonic() >= running.due:
                running.late = True
                os.kill(running.pid, signal.SIGKILL)

    def _has_room(self) -> bool:
        """Return whether another submission may begin; those that are finished but for their record are bounded, too."""
        checking = sum(not running.checked for running in self.running.values())
        return checking < self.at_once and len(self.running) < 2 * self.at_once

    def _take(self, messages: Iterable[dict[str, Any]]) -> None:
        for message in messages:
            if "at_once" in message:
                self.at_once = message["at_once"]
            else:
                self.waiting.append(message)

    def _hear(self, descriptor: int, selector: selectors.BaseSelector, limits: JudgeLimits) -> None:
        """Handle a judge's message that its checks are over, or its end."""
        if os.read(descriptor, 1):
            self.running[descriptor].checked = True
        else:
            selector.unregister(descriptor)
            self._finish(descriptor, limits)

    def _start(self, job: dict[str, Any], setup: Setup) -> int:
        """Fork a judge; return a descriptor that becomes readable when its checks are over, and again when it has ended."""
        ended, held = os.pipe()
        parent, core = os.getpid(), self._core()
        limits = setup.judge_limits
        pid = os.fork()
        if pid == 0:
            status = FAILED
            try:
                os.close(ended)
                die_with_parent(parent)
                limit_this_process(limits)
                if core is not None:
                    stay_on(core)
                judge(job, setup, lambda: os.write(held, b"."))
                status = 0
            except MemoryError:
                status = OUT_OF_MEMORY
            finally:
                # Without a word on the terminal: the record says what there is to say, and who started us that there is none.
                os._exit(status)
        os.close(held)
        begun = time.monotonic()
        self.running[ended] = Running(pid, job, core, due=begun + limits.wall_seconds)
        # The clock is that of the whole machine.
        self.send({"event": "begun", "slug": job["slug"], "at": begun})
        return ended

    def _core(self) -> int | None:
        """Return a core for the next judge and its child alone, where there is one for each submission under way.

        The two take turns, and passing the word to a process on another core takes longer than most answers do.
        """
        cores = sorted(os.sched_getaffinity(0))
        taken = {running.core for running in self.running.values() if not running.checked}
        return next((core for core in cores if core not in taken), None) if self.at_once == len(cores) else None

    def _finish(self, descriptor: int, limits: JudgeLimits) -> None:
        running = self.running.pop(descriptor)
        os.close(descriptor)
        _, ended = os.waitpid(running.pid, 0)
        status = os.waitstatus_to_exitcode(ended)
        cause = cause_of(status, limits, late=running.late)
        self.send({"event": "done", "slug": running.job["slug"], "status": status, "cause": cause})


def judge(job: dict[str, Any], setup: Setup, after_checks: Callable[[], object]) -> None:
    """Grade the submission of a job and write its record, and its executed notebook beside it; call ``after_checks`` in between.

    Where that fails, the record says so instead.
    """
    submission = Submission.from_job(job)
    path = record_path(setup.out, submission.slug)
    try:
        record, notebook = grade_submission(submission, setup, after_checks)
        record["repeat"] = job["repeat"]
        if notebook is not None:
            write_atomically(setup.out / "notebooks" / f"{submission.slug}.ipynb", notebook)
        write_record(path, record)
    except MemoryError:  # there may be none left to say so here
        raise
    except Exception as error:
        record = fault_record(submission, setup.assignment, fault_of("judge", error))
        record["repeat"] = job["repeat"]
        write_record(path, record)
