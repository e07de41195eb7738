"""Starts a student's process on the student's machine, before slow imports."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

INSIDE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "inside")
OUTPUTS = ("stdout", "stderr")
_SINGLE_THREADED = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class Started(NamedTuple):
    """A started process, and its own folder, where it works and prints."""

    process: subprocess.Popen[bytes]
    folder: str

    def remove(self) -> None:
        """Kill the process, and remove its files."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        shutil.rmtree(self.folder, ignore_errors=True)


class Plan(NamedTuple):
    """The settings of a student's process.

    Attributes
    ----------
    forks : bool
        Whether it may fork for each check.
    memory_bytes : int
        How much its memory may grow, if the system can limit it.
    preload : sequence of str
        Modules to import first.
    """

    forks: bool
    memory_bytes: int
    preload: Sequence[str] = ()

    def start(self) -> Started:
        """Start a process without waiting for it."""
        return self.told(begin_process(self.forks))

    def told(self, started: Started) -> Started:
        """Send the plan to a process that was started early, and return the process."""
        line = json.dumps({"memory_bytes": self.memory_bytes, "preload": list(self.preload)})
        # A process that has already ended is noticed when it is asked.
        with contextlib.suppress(OSError):
            started.process.stdin.write(f"{line}\n".encode("ascii"))  # type: ignore[union-attr]
            started.process.stdin.flush()  # type: ignore[union-attr]
        return started


def begin_process(forks: bool) -> Started:
    """Start a process that gets ready and then waits for the plan."""
    folder = tempfile.mkdtemp(prefix="precheck-")
    work = os.path.join(folder, "work")
    settings = {"fork": forks, "folder": work, **{name: os.path.join(folder, name) for name in OUTPUTS}}
    try:
        os.mkdir(work)
        process = subprocess.Popen(
            [sys.executable, "-P", INSIDE, "_home.start", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd=folder,
        )
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Started(process, folder)


def _environment() -> dict[str, str]:
    """Return the student's environment with settings that make runs reproducible."""
    fixed = {"MPLBACKEND": "Agg", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", **dict.fromkeys(_SINGLE_THREADED, "1")}
    dropped = ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONDONTWRITEBYTECODE")
    return {key: value for key, value in os.environ.items() if key not in dropped} | fixed
