"""Runs a tool in its own environment and measures the cost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MIB = 2**20


@dataclass(frozen=True)
class Cost:
    """The cost of a run: wall and CPU seconds of all its processes, and their peak memory, with shared pages in proportion."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Tool:
    """A virtual environment with a tool."""

    folder: Path

    @classmethod
    def installed(cls, folder: Path, *requirements: str) -> Tool:
        """Create the environment, unless an earlier run has left it."""
        if not (folder / "complete").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *requirements]
            subprocess.run(pip, check=True)
            (folder / "complete").touch()
        return cls(folder)

    def environment(self) -> dict[str, str]:
        """Return the variables for finding its commands and kernels, and for limiting every tool to one thread."""
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {**os.environ, **threads, "PATH": path, "VIRTUAL_ENV": str(self.folder)}

    def run(self, *command: str, cwd: Path) -> None:
        """Run a command of the tool silently; raise ``CalledProcessError`` with its output if it fails."""
        words = [str(self.folder / "bin" / command[0]), *command[1:]]
        subprocess.run(words, cwd=cwd, env=self.environment(), check=True, capture_output=True)


def measured(commands: Sequence[Sequence[str]], cwd: Path, environment: dict[str, str]) -> Cost:
    """Run the commands one after another; raise ``RuntimeError`` with the output of one that fails."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    peak = Peak()
    with peak:
        for command in commands:
            done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    wall = time.perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, peak.highest)


def one_thread() -> dict[str, str]:
    """Return this process's environment with one thread for NumPy."""
    return {**os.environ, **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")}


class Peak:
    """Samples the memory of all descendants of this process several times a second while its block runs."""

    def __init__(self, seconds: float = 0.25) -> None:
        self.highest, self._seconds, self._over = 0, seconds, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._seconds):
            self.highest = max(self.highest, sum(map(proportional_bytes, descendants(os.getpid()))))


def descendants(process: int) -> list[int]:
    """Return the process ids of all descendants of a process."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    below, new = [], [process]
    while new:
        new = [child for child, parent in parents.items() if parent in new]
        below += new
    return below


def proportional_bytes(process: int) -> int:
    """Return a process's proportional share of memory; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
