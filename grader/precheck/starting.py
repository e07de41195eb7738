"""Starts a student's process at home, before anything heavy is imported here: CONFINED. Imports the standard library only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

INSIDE = Path(__file__).parent / "inside"
FENCED = Path(__file__).parents[1] / "fence" / "inside"
OUTPUTS = ("stdout", "stderr")
_SINGLE_THREADED = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True)
class Started:
    """A process that was started, and the folder of its own that it works in and prints to."""

    process: subprocess.Popen[bytes]
    folder: str


@dataclass(frozen=True)
class Plan:
    """How a student's process is started.

    Attributes
    ----------
    forks : bool
        Whether it may fork for each check.
    memory_bytes : int
        How much it may grow by, where the system can hold it to that.
    preload : tuple of str
        Modules that it imports first.
    """

    forks: bool
    memory_bytes: int
    preload: Sequence[str] = ()

    def start(self) -> Started:
        """Start the process without waiting for it."""
        folder = tempfile.mkdtemp(prefix="precheck-")
        work = os.path.join(folder, "work")
        os.mkdir(work)
        settings = {
            "fork": self.forks,
            "memory_bytes": self.memory_bytes,
            "folder": work,
            "preload": list(self.preload),
        }
        settings |= {name: os.path.join(folder, name) for name in OUTPUTS}
        process = subprocess.Popen(
            [sys.executable, "-P", str(INSIDE), str(FENCED), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd=folder,
        )
        return Started(process, folder)


def _environment() -> dict[str, str]:
    """Return the student's own environment with what makes a run repeat."""
    fixed = {"MPLBACKEND": "Agg", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", **dict.fromkeys(_SINGLE_THREADED, "1")}
    dropped = ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONDONTWRITEBYTECODE")
    return {key: value for key, value in os.environ.items() if key not in dropped} | fixed
