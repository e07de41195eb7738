"""Runs commands and looks meanwhile: when each result appears, and what computing time the processes of ours use."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peer_tools.tools import descendants

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
# What all processes of a tool may have together is bounded for it by a container; here by this, for each process.
MOST_BYTES = 4 << 30


@dataclass
class Watched:
    """What a run took: wall and CPU seconds, when each result was there (seconds from the start, sorted), CPU seconds by process."""

    wall_seconds: float
    cpu_seconds: float
    results: list[float]
    stages: dict[str, float] = field(default_factory=dict)
    failed: int = 0

    def until(self, share: float, students: int) -> float:
        """Return when this share of the students had a result; infinite when so many never had."""
        number = max(1, round(share * students))
        return self.results[number - 1] if number <= len(self.results) else float("inf")


def watched(
    commands: Iterable[Sequence[str]],
    cwd: Path,
    environment: dict[str, str],
    results: Callable[[], Iterable[Path]],
    seconds: float | None = None,
) -> Watched:
    """Run commands one after another.

    Parameters
    ----------
    results : callable
        Returns the files that stand for results; when each was written last is when its student had one.
    seconds : float, optional
        After so long a command is ended, as by ``timeout``.
    """
    before, wall, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), time.time()
    stages: dict[str, float] = {}
    over = threading.Event()
    looking = threading.Thread(target=_look, args=(stages, over), daemon=True)
    looking.start()
    failed = 0
    for command in commands:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=_bound,
            start_new_session=True,
        )
        try:
            failed += process.wait(seconds) != 0
        except subprocess.TimeoutExpired:
            failed += 1
            below = descendants(process.pid)
            for each in (process.pid, *below):
                try:
                    os.kill(each, 9)
                except ProcessLookupError:
                    continue
            process.wait()
    wall = time.perf_counter() - wall
    over.set()
    looking.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Watched(wall, cpu, sorted(path.stat().st_mtime - clock for path in results()), stages, failed)


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


def _look(stages: dict[str, float], over: threading.Event) -> None:
    """Keep what the lasting processes have used until now, themselves and those that they have waited for."""
    known: dict[int, str] = {}
    while not over.wait(0.5):
        for process in descendants(os.getpid()):
            told = _used(process)
            if told is None:
                continue
            name, own, waited = told
            # A fork has its parent's words: the first process with them is the parent.
            if name not in known.values():
                known[process] = name
            if known.get(process) == name:
                stages[name] = own
                stages[f"below {name}"] = waited


def _used(process: int) -> tuple[str, float, float] | None:
    """Return which part of this grader a process is, and the CPU seconds of itself and of the children that it has waited for."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    name = next((_PARTS[word] for word in words if word in _PARTS), None)
    own, waited = (sum(map(int, fields[first : first + 2])) / TICKS for first in (11, 13))
    return None if name is None else (name, own, waited)


_PARTS = {"grade": "the command", "grader.judge": "the judges' parent", "_walls.clean_parent": "the clean parent"}
