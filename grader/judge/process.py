"""What a trusted process asks of the kernel for itself. Imports nothing of the grader."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; exit at once when the parent is gone already (Linux only).

    Parameters
    ----------
    parent : int
        Process id of the parent, told by the parent itself: this process cannot know whether the one it has now is the first.
    """
    if sys.platform != "linux":
        return
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def stay_on(core: int) -> None:
    """Use this core only, unless it has been taken away meanwhile."""
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {core})


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
