"""The judge's pytest session: collects the checks once, then forks itself for each submission. Writes RECORDED, imports no report."""

from __future__ import annotations

import gc
import json
import os
import selectors
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GraderError
from grader.judge.bench import Bench
from grader.judge.examine import examine
from grader.judge.process import die_with_parent
from grader.record import record_path, write_atomically, write_record
from grader.submissions import Submission

Send = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Running:
    """A judge at work: its process and the job it has."""

    pid: int
    job: dict[str, Any]


class Loop:
    """A pytest plugin that takes jobs as lines of JSON from the descriptor ``jobs`` and tells what became of them by ``send``."""

    def __init__(self, make_bench: Callable[[list[pytest.Item]], Bench], jobs: int, send: Send) -> None:
        self.make_bench, self.jobs, self.send = make_bench, jobs, send
        self.running: dict[int, Running] = {}
        self.error: GraderError | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve jobs until their stream ends, instead of running the checks once."""
        try:
            bench = self.make_bench(session.items)
        except GraderError as error:
            self.error = error
            return True
        gc.collect()
        gc.freeze()
        self.send({"event": "ready", "isolation": dict(bench.isolation), "checks": len(bench.checks)})
        self._serve(bench)
        return True

    def _serve(self, bench: Bench) -> None:
        selector = selectors.DefaultSelector()
        selector.register(self.jobs, selectors.EVENT_READ)
        pending, listening = b"", True
        while listening or self.running:
            for key, _ in selector.select():
                if key.fd != self.jobs:
                    selector.unregister(key.fd)
                    self._finish(key.fd)
                    continue
                received = os.read(self.jobs, 1 << 16)
                *lines, pending = (pending + received).split(b"\n")
                for line in lines:
                    selector.register(self._start(json.loads(line), bench), selectors.EVENT_READ)
                if not received:
                    selector.unregister(self.jobs)
                    listening = False

    def _start(self, job: dict[str, Any], bench: Bench) -> int:
        """Fork a judge; return a descriptor that becomes readable when it has ended."""
        ended, held = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            status = 70
            try:
                os.close(ended)
                die_with_parent(parent)
                judge(job, bench)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        os.close(held)
        self.running[ended] = Running(pid, job)
        return ended

    def _finish(self, descriptor: int) -> None:
        running = self.running.pop(descriptor)
        os.close(descriptor)
        _, status = os.waitpid(running.pid, 0)
        self.send({"event": "done", "slug": running.job["slug"], "status": os.waitstatus_to_exitcode(status)})


def judge(job: dict[str, Any], bench: Bench) -> None:
    """Examine the submission of a job and write its record, and its executed notebook beside it."""
    submission = Submission(job["id"], job["slug"], Path(job["path"]), job["form"], job["unreadable"])
    record, notebook = examine(submission, bench)
    record["repeat"] = job["repeat"]
    if notebook is not None:
        write_atomically(bench.out / "notebooks" / f"{submission.slug}.ipynb", notebook)
    write_record(record_path(bench.out, submission.slug), record)
