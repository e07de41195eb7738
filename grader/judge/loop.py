"""The judge's loop: forks a judge for each submission. RECORDED: writes the records, imports no report."""

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
    """A running judge: its process, its job, its core, and whether its checks are over, so that another may begin.

    ``due`` is its deadline on the clock of ``time.monotonic``; ``late`` says that it was killed because of it.
    """

    pid: int
    job: dict[str, Any]
    core: int | None
    checked: bool = False
    due: float = math.inf
    late: bool = False


class Loop:
    """Takes jobs as lines of JSON from the descriptor ``jobs`` and reports their results with ``send``.

    A line with ``at_once`` says how many submissions may be under way. While a judge that has nothing to explain
    writes its record and its child is shut down, the next one already works.
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
        self.send({"event": "ready", "isolation": dict(setup.isolation), "checks": len(setup.checks)})
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
        """Return the seconds until the first deadline of a judge; None if no judge is running."""
        due = min((running.due for running in self.running.values() if not running.late), default=math.inf)
        return None if due == math.inf else max(0.0, due - time.monotonic())

    def _end_late(self) -> None:
        """Kill the judges that are late; their ends are collected like any other."""
        for running in self.running.values():
            if not running.late and time.monotonic() >= running.due:
                running.late = True
                os.kill(running.pid, signal.SIGKILL)

    def _has_room(self) -> bool:
        """Return whether another submission may begin; the number of those that only write their record is limited, too."""
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
                # Print nothing: the record reports the error, and if there is no record, the parent process says so.
                os._exit(status)
        os.close(held)
        begun = time.monotonic()
        self.running[ended] = Running(pid, job, core, due=begun + limits.wall_seconds)
        # The clock is the same for all processes of the machine.
        self.send({"event": "begun", "slug": job["slug"], "at": begun})
        return ended

    def _core(self) -> int | None:
        """Return a core for the next judge and its child alone, if there is one for each submission under way.

        The two take turns, and a message to a process on another core takes longer than most answers.
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

    If grading fails, the record says so instead.
    """
    submission = Submission.from_job(job)
    path = record_path(setup.out, submission.slug)
    try:
        record, notebook = grade_submission(submission, setup, after_checks)
        record["repeat"] = job["repeat"]
        if notebook is not None:
            write_atomically(setup.out / "notebooks" / f"{submission.slug}.ipynb", notebook)
        write_record(path, record)
    except MemoryError:  # there may be no memory left to say so here
        raise
    except Exception as error:
        record = fault_record(submission, setup.assignment, fault_of("judge", error))
        record["repeat"] = job["repeat"]
        write_record(path, record)
