"""The limits of one fenced session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

MEBIBYTE = 2**20
# This much of a stream is kept for the checks; of longer output, the beginning and the end are kept.
KEPT_OUTPUT_BYTES = 32 * MEBIBYTE
# A record holds this much; pages show less.
SHOWN_OUTPUT_BYTES = 256 * 1024
# One that has computed for so long, and has taken so many times as long as usual ones, does not keep others waiting.
LONG_SECONDS, LONG_TIMES = 10.0, 3.0


@dataclass(frozen=True)
class SessionLimits:
    """Limits of one session; the kernel enforces them for each process, except `scratch_*` and `session_*`.

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
        The maximum for any one process; loading and checks set lower limits.
    session_cpu_seconds : float
        The maximum for all processes of the session together; the trusted init counts it.
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
    """What a submission printed.

    Parameters
    ----------
    stdout, stderr : str
        The part that is shown: the beginning of each stream.
    truncated : bool
        Whether more was printed than is shown.
    printed : str
        The text that checks of the output read: stdout up to a limit, and the end of the rest.
    lost : bool
        Whether a part of stdout is in neither.
    """

    stdout: str
    stderr: str
    truncated: bool
    printed: str = ""
    lost: bool = False

    def with_end(self) -> Output:
        """Return the output with the end of stdout shown as well. After a time-out the end depends on chance."""
        if len(self.printed) <= len(self.stdout):
            return self
        half = SHOWN_OUTPUT_BYTES // 2
        left_out = len(self.printed) - 2 * half
        if left_out <= 0:
            return replace(self, stdout=self.printed)
        told = f"\n\n[… {left_out:,} characters are not shown …]\n\n"
        return replace(self, stdout=self.printed[:half] + told + self.printed[-half:])


def output_of(stdout: tuple[bytes, bytes, bool], stderr: tuple[bytes, bytes, bool]) -> Output:
    """Return the output, given for each stream its beginning, the end of the rest, and whether something between was lost."""
    (head, tail, lost), (errors, more, lost_errors) = stdout, stderr
    whole = head + (b"\n" if lost else b"") + tail
    return Output(
        stdout=head[:SHOWN_OUTPUT_BYTES].decode("utf-8", "replace"),
        stderr=errors[:SHOWN_OUTPUT_BYTES].decode("utf-8", "replace"),
        truncated=len(whole) > SHOWN_OUTPUT_BYTES or len(errors + more) > SHOWN_OUTPUT_BYTES or lost_errors,
        printed=whole.decode("utf-8", "replace"),
        lost=lost,
    )


def limited(request: dict[str, Any], reply_bytes: int | None) -> dict[str, Any]:
    """Return a request that tells the child the maximum size of the reply's value, so that the child itself reports a larger one."""
    return request if reply_bytes is None else {**request, "reply_bytes": reply_bytes}
