"""Limits and settings of a trusted process, and the reason why one ended."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
# The exit status of a judge that an exception has stopped, and of one that ran out of memory.
FAILED, OUT_OF_MEMORY = 70, 71


@dataclass(frozen=True)
class JudgeLimits:
    """The limits of the judge of one submission: CPU time, memory in addition to what it had when it was forked, wall-clock time."""

    cpu_seconds: float
    memory_bytes: int
    wall_seconds: float


def limit_this_process(limits: JudgeLimits) -> None:
    """Make the kernel end this process when it has used up its CPU time, and refuse it more memory.

    Linux only: there is no grading elsewhere.
    """
    import resource  # not on Windows, where the students' pre-check imports this module

    seconds = max(1, math.ceil(limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (mapped_bytes() + limits.memory_bytes, hard))


def mapped_bytes() -> int:
    """Return the address space that this process has (Linux only)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


def cause_of(status: int, limits: JudgeLimits, *, late: bool) -> str | None:
    """Return, as the end of a sentence, why a judge ended early; None if it ran to its end.

    Parameters
    ----------
    status : int
        Its exit status, negative for a signal.
    limits : JudgeLimits
        Its limits.
    late : bool
        Whether it was killed because it took too long.
    """
    if status == 0:
        return None
    if late:
        return f"its judge did not end within {limits.wall_seconds:g} seconds"
    if status == -signal.SIGXCPU:
        return f"its judge used up its {limits.cpu_seconds:g} seconds of computing time"
    if status == OUT_OF_MEMORY:
        return f"its judge used up its {limits.memory_bytes / 2**20:.0f} MiB of memory"
    if status < 0:
        return f"its judge was killed by the signal {signal.Signals(-status).name}"
    return f"its judge ended with exit status {status}"


def die_with_parent(parent: int) -> None:
    """Make the kernel kill this process when its parent ends; exit at once if the parent has already ended (Linux only).

    Parameters
    ----------
    parent : int
        Process id of the parent, as given by the parent itself: this process cannot know whether its current parent is
        the original one.
    """
    if sys.platform != "linux":
        return
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def stay_on(core: int) -> None:
    """Use only this core, unless it is no longer available."""
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {core})


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
