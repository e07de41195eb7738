"""What a trusted process asks of the kernel for itself. Imports nothing of the grader."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4


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


def hide_memory() -> None:
    """Keep other processes of the same user from reading this one's memory and descriptors (Linux only)."""
    if sys.platform == "linux":
        _prctl(PR_SET_DUMPABLE, 0)


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
