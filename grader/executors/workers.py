"""Starts the judge's worker and hands it submissions. Used by the command line; imports neither checks nor fence."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from grader.errors import GraderError
from grader.repeat import repeat_line
from grader.submissions import Submission

PROJECT = Path(__file__).resolve().parents[2]


class WorkerError(GraderError):
    """The worker reported an error, or ended without one."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(*message.split("\n"))
        self.exit_status = status


class Ending(int):
    """The exit status of a judge, with ``cause``: why it ended early, as the end of a sentence; None if it did not."""

    cause: str | None = None

    @classmethod
    def of(cls, event: dict[str, Any]) -> Ending:
        """Return the end of a judge as the loop reported it."""
        ending = cls(event["status"])
        ending.cause = event["cause"]
        return ending


@dataclass(frozen=True)
class Order:
    """The information that a worker needs before the first submission.

    ``provenance`` stands for all that a record depends on besides the submission, and ``seed_id`` for the seed, both as this
    machine alone can compute them; ``installation`` is what another one must have the same of. ``isolation`` is the lowest level
    to accept, None for the default; ``notebooks`` says whether any may come, ``rubric`` whether questions that do not count are
    asked, too, ``allow`` what may be imported besides; ``submissions`` are the files and folders that were named,
    ``rehearsed`` whether the checks were tried on the answer key before, ``evidence`` the weakest verdict of another tool's test that counts.
    """

    assignment: Path
    seed: str
    out: Path
    provenance: str
    isolation: str | None = None
    notebooks: bool = True
    rubric: bool = False
    seed_id: str = ""
    installation: str = ""
    allow: tuple[str, ...] = ()
    submissions: tuple[str, ...] = ()
    rehearsed: bool = False
    evidence: str | None = None


@dataclass
class UnderWay:
    """The submissions under way, their start times on the clock of ``time.monotonic``, and the durations of those that are done."""

    since: dict[str, float] = field(default_factory=dict)
    done: int = 0
    seconds: float = 0.0

    def end(self, student: str) -> None:
        """Count one as done."""
        begun = self.since.pop(student, None)
        if begun is not None:
            self.done += 1
            self.seconds += time.monotonic() - begun

    @property
    def usual_seconds(self) -> float | None:
        """How long one took on average; None before the first is done."""
        return self.seconds / self.done if self.done else None


class Worker:
    """One worker process, which starts before its order is known; use it as a context manager, so that no process is left behind.

    Attributes
    ----------
    under_way : UnderWay
    """

    def __init__(self) -> None:
        self.under_way = UnderWay()
        self._aside: set[str] = set()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader.judge", str(os.getpid())],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONUNBUFFERED": "1", **dict.fromkeys(THREADS, "1")},
            # Ctrl-C is for the command line, which ends the worker; here it would print a traceback of the code that is
            # running.
            start_new_session=True,
        )

    def order(self, order: Order) -> None:
        """Send the worker its order, without waiting until it is ready."""
        self._send(
            {
                "assignment": str(order.assignment),
                "seed": order.seed,
                "seed_id": order.seed_id,
                "out": str(order.out.resolve()),
                "provenance": order.provenance,
                "installation": order.installation,
                "isolation": order.isolation,
                "notebooks": order.notebooks,
                "rubric": order.rubric,
                "allow": list(order.allow),
                "submissions": list(order.submissions),
                "rehearsed": order.rehearsed,
                "evidence": order.evidence,
            }
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exception: object) -> None:
        if any(exception):
            self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                _stream(stream).close()
        self.process.wait()

    def ready(self) -> dict[str, Any]:
        """Wait until the worker has collected its checks; return its isolation and the number of checks.

        Raises
        ------
        WorkerError
            If the assignment, the fence or pytest does not allow grading.
        """
        return self._event()

    def grade(
        self,
        submissions: Sequence[Submission],
        jobs: int | None,
        repeat: str,
        lasting: Collection[str] = (),
    ) -> Iterator[tuple[Submission, int]]:
        """Yield each submission when its record is written, with the exit status of its judge.

        ``jobs`` are under way at once; None is one for each core. ``lasting`` are the slugs of those that are known to last long.
        """
        by_slug = {submission.slug: submission for submission in submissions}
        waiting, at_once = iter(submissions), jobs or _cores()
        self._send({"at_once": at_once})

        def send(number: int) -> None:
            for submission in islice(waiting, number):
                told = {"repeat": repeat_line(repeat, submission), "lasting": submission.slug in lasting}
                self._send(submission.as_job() | told)

        # As many again wait at the worker, so that it never waits for us while we write reports.
        send(2 * at_once)
        for _ in submissions:
            event = self._done(by_slug, lambda: send(1))
            # What was set aside has made room already.
            if event["slug"] not in self._aside:
                send(1)
            yield by_slug[event["slug"]], Ending.of(event)

    def _done(self, by_slug: Mapping[str, Submission], one_more: Callable[[], object]) -> dict[str, Any]:
        """Return the next end of a judge, and keep meanwhile who is under way; where one lets others pass, one more is sent."""
        while (event := self._event())["event"] in ("begun", "aside"):
            student = by_slug[event["slug"]].id
            if event["event"] == "begun":
                self.under_way.since[student] = event["at"]
                continue
            self._aside.add(event["slug"])
            if not event["at_work"]:
                self.under_way.since.pop(student, None)
            one_more()
        self.under_way.end(by_slug[event["slug"]].id)
        return event

    def _send(self, message: dict[str, Any]) -> None:
        stdin = _stream(self.process.stdin)
        with contextlib.suppress(BrokenPipeError):  # the next event says why
            stdin.write(json.dumps(message).encode() + b"\n")
            stdin.flush()

    def _event(self) -> dict[str, Any]:
        line = _stream(self.process.stdout).readline()
        if not line:
            status = self.process.wait()
            raise WorkerError(
                f"The judge ended without a word (exit status {status}); nothing more could be graded.", 3
            )
        event: dict[str, Any] = json.loads(line)
        if event["event"] == "error":
            raise WorkerError(event["message"], event["status"])
        return event


THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
