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
from grader.judge.lasting import LOOK_SECONDS, computed, give_way
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
from grader.wire.limits import LONG_SECONDS, LONG_TIMES

Send = Callable[[dict[str, Any]], None]


@dataclass
class Running:
    """A running judge: its process, its job, its core, and whether its checks are over, so that another may begin.

    ``begun`` is since when, and ``due`` when it must have ended, on the clock of ``time.monotonic``; ``late`` says that it was killed
    then. One that is ``lasting`` goes on beside the others at a low priority; one that is ``put_back`` was ended and begins anew later.
    """

    pid: int
    job: dict[str, Any]
    core: int | None
    checked: bool = False
    begun: float = 0.0
    due: float = math.inf
    late: bool = False
    lasting: bool = False
    put_back: bool = False


class Loop:
    """Takes jobs as lines of JSON from the descriptor ``jobs`` and reports their results with ``send``.

    A line with ``at_once`` says how many submissions may be under way. While a judge that has nothing to explain writes its
    record and its child is taken down, the next one works already.

    One that has computed for ``LONG_SECONDS``, and has been at work for ``LONG_TIMES`` as long as those that have ended, does not keep
    others waiting: it goes on at a low priority, as many as may be under way at once, so that these have a quarter of the cores at
    most. Another one beyond that is put back, unless nobody has ended yet, and begins anew when nobody waits any more. A job that
    says ``lasting`` is known to be such a one and begins as one.
    """

    def __init__(self, jobs: int, send: Send) -> None:
        self.jobs, self.send = jobs, send
        self.running: dict[int, Running] = {}
        self.waiting: deque[dict[str, Any]] = deque()
        self.lasting: deque[dict[str, Any]] = deque()
        self.at_once = 1
        self._looks = 0.0
        self._took: list[float] = []

    def serve(self, setup: Setup, clean_parent: int) -> None:
        """Serve jobs until their stream ends; below the process ``clean_parent`` are the sessions of all judges."""
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
        while listening or self.running or self.waiting or self.lasting:
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
            self._look_for_lasting(clean_parent)
            while (job := self._next()) is not None:
                selector.register(self._start(job, setup), selectors.EVENT_READ)

    def _patience(self) -> float | None:
        """Return the seconds until the first judge must have ended, or one may have become lasting; None when none is at work."""
        now = time.monotonic()
        until = [running.due - now for running in self.running.values() if not running.late]
        if self.waiting:
            until += [max(running.begun + LONG_SECONDS - now, LOOK_SECONDS) for running in self._looked_at()]
        return max(0.0, min(until)) if until else None

    def _looked_at(self) -> list[Running]:
        """Return the judges whose checks go on."""
        return [each for each in self.running.values() if not (each.checked or each.put_back or each.late)]

    def _look_for_lasting(self, clean_parent: int) -> None:
        """Have those that have computed for long give way to who waits."""
        now = time.monotonic()
        for running in self._looked_at() if self.waiting and now >= self._looks else ():
            self._looks = now + LOOK_SECONDS
            if not running.lasting and running.begun > now - LONG_SECONDS:
                continue
            seconds, processes = computed(running.pid, clean_parent)
            if running.lasting:
                # What its judge has begun since the last look, too.
                give_way(processes)
            elif seconds >= LONG_SECONDS and now - running.begun >= LONG_TIMES * self._usual_seconds():
                self._let_others_pass(running, processes)

    def _usual_seconds(self) -> float:
        """Return how long one took that has ended, in the middle; 0 before the first one."""
        return sorted(self._took)[len(self._took) // 2] if self._took else 0.0

    def _let_others_pass(self, running: Running, processes: list[int]) -> None:
        if self._seats():
            running.lasting = True
            give_way(processes)
        elif self._took:
            # Where all take long, the first ones are no exception, and to begin anew would be in vain.
            running.put_back = True
            os.kill(running.pid, signal.SIGKILL)
        if (running.lasting or running.put_back) and not running.job.get("lasting"):
            self._set_aside(running.job, at_work=running.lasting)

    def _set_aside(self, job: dict[str, Any], *, at_work: bool) -> None:
        """Note that a job is a lasting one, and tell that this makes room for one more."""
        job["lasting"] = True
        self.send({"event": "aside", "slug": job["slug"], "at_work": at_work})

    def _seats(self) -> int:
        """Return how many more lasting ones may go on beside the others; none where one at a time was asked for, as for want of memory."""
        seats = self.at_once if self.at_once > 1 else 0
        return max(0, seats - sum(running.lasting for running in self.running.values()))

    def _end_late(self) -> None:
        """Kill the judges that are late; their ends are collected like any other."""
        for running in self.running.values():
            if not running.late and time.monotonic() >= running.due:
                running.late = True
                os.kill(running.pid, signal.SIGKILL)

    def _next(self) -> dict[str, Any] | None:
        """Return the next job that may begin now, None when none may; those that are finished but for their record are bounded, too."""
        lasting = sum(running.lasting for running in self.running.values())
        checking = sum(not (running.checked or running.lasting) for running in self.running.values())
        if self.waiting:
            if checking < self.at_once and len(self.running) - lasting < 2 * self.at_once:
                return self.waiting.popleft()
            return self.lasting.popleft() if self.lasting and self._seats() else None
        room = checking + lasting < self.at_once and len(self.running) < 2 * self.at_once
        return self.lasting.popleft() if self.lasting and room else None

    def _take(self, messages: Iterable[dict[str, Any]]) -> None:
        for message in messages:
            if "at_once" in message:
                self.at_once = message["at_once"]
            elif message.get("lasting"):
                self._set_aside(message, at_work=False)
                self.lasting.append(message)
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
        lasting = bool(self.waiting and job.get("lasting"))
        parent, core = os.getpid(), None if lasting else self._core()
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
        self.running[ended] = Running(pid, job, core, begun=begun, due=begun + limits.wall_seconds, lasting=lasting)
        # The clock is that of the whole machine.
        self.send({"event": "begun", "slug": job["slug"], "at": begun})
        return ended

    def _core(self) -> int | None:
        """Return a core for the next judge and its child alone, if there is one for each submission under way.

        The two take turns, and a message to a process on another core takes longer than most answers.
        """
        cores = sorted(os.sched_getaffinity(0))
        taken = {running.core for running in self.running.values() if not (running.checked or running.lasting)}
        return next((core for core in cores if core not in taken), None) if self.at_once == len(cores) else None

    def _finish(self, descriptor: int, limits: JudgeLimits) -> None:
        running = self.running.pop(descriptor)
        os.close(descriptor)
        _, ended = os.waitpid(running.pid, 0)
        if running.put_back:
            self.lasting.append(running.job)
            return
        self._took.append(time.monotonic() - running.begun)
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
