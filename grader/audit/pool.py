"""Runs work on many cases in forks, several in parallel."""

from __future__ import annotations

import os
import select
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from grader.fence.folders import Folder
from grader.trusted.forked import Forked

Case = TypeVar("Case")
TICK_SECONDS = 5.0


def in_forks(
    cases: Iterable[Case], work: Callable[[Case], Any], *, jobs: int, cpu_seconds: float
) -> Iterator[tuple[Case, Any]]:
    """Yield each case with the result of ``work``, in the order they finish; None if it timed out or crashed.

    A fork works in a scratch folder, where answers leave the pictures that they save.
    """
    with Folder("grader-audit-") as folder:

        def one(case: Case) -> Any:
            os.chdir(folder)
            tempfile.tempdir = str(folder)
            return work(case)

        yield from _in_forks(cases, one, jobs=jobs, cpu_seconds=cpu_seconds)


def _in_forks(
    cases: Iterable[Case], work: Callable[[Case], Any], *, jobs: int, cpu_seconds: float
) -> Iterator[tuple[Case, Any]]:
    waiting, running = iter(cases), dict[int, tuple[Forked, Case]]()
    exhausted = False
    while running or not exhausted:
        while len(running) < jobs and not exhausted:
            try:
                case = next(waiting)
            except StopIteration:
                exhausted = True
                break
            fork = Forked(lambda case=case: work(case), cpu_seconds)  # type: ignore[misc]
            running[fork.fileno()] = (fork, case)
        for descriptor in select.select(list(running), [], [], TICK_SECONDS)[0] if running else ():
            fork, case = running[descriptor]
            if fork.receive():
                del running[descriptor]
                yield case, fork.ended()
        for fork, _ in running.values():
            if time.monotonic() > fork.deadline:
                fork.kill()
