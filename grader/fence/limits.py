"""What one fenced session may use: CONFINED. Imports nothing of the grader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MEBIBYTE = 2**20


@dataclass(frozen=True)
class SessionLimits:
    """Limits of one session; the kernel holds them for each process but `scratch_*` and `session_*`.

    Parameters
    ----------
    memory_bytes : int
        Address space beyond what the clean parent already has.
    scratch_bytes, scratch_files : int
        Size of the writable folder and number of files and folders in it.
    processes : int
        Processes and threads at one time.
    open_files : int
        Descriptors of one process.
    file_bytes : int
        Size of one file.
    cpu_seconds : float
        The most that any one process may use, whatever it asks for; loading and checks set lower limits.
    session_cpu_seconds : float
        The most that all processes of the session may use together; the trusted init counts.
    """

    memory_bytes: int = 1024 * MEBIBYTE
    scratch_bytes: int = 64 * MEBIBYTE
    scratch_files: int = 4000
    processes: int = 64
    open_files: int = 128
    file_bytes: int = 32 * MEBIBYTE
    cpu_seconds: float = 1200.0
    session_cpu_seconds: float = 3600.0


@dataclass(frozen=True)
class Output:
    """What a submission printed: the head of each stream, and for checks of the output also its tail.

    ``printed`` is head and tail of stdout; after a time-out its tail is a matter of chance.
    """

    stdout: str
    stderr: str
    truncated: bool
    printed: str = ""


def limited(request: dict[str, Any], reply_bytes: int | None) -> dict[str, Any]:
    """Return a request that tells the child how large the value of its reply may be, so that it says so itself when it is larger."""
    return request if reply_bytes is None else {**request, "reply_bytes": reply_bytes}
