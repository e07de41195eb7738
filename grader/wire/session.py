"""The requests that the judge can send to a child, behind the fence or at home."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from grader.wire.limits import Output, SessionLimits

WALL_FACTOR = 10.0
WALL_EXTRA_SECONDS = 30.0
# CPU time; a notebook of 20 MB takes about one second.
READ_SECONDS = 30.0


def wall_seconds(cpu_seconds: float) -> float:
    """Return the wall-clock limit, in seconds, of work with a CPU limit of `cpu_seconds`."""
    return WALL_FACTOR * cpu_seconds + WALL_EXTRA_SECONDS


class Ask(Protocol):
    """Sends one request to the child of a check and returns its reply."""

    def __call__(self, request: dict[str, Any], reply_bytes: int | None = None) -> dict[str, Any]:
        """Return ``{"value": ..., "warnings": [...]}``, or what is ``missing``, names ``near`` it, and the ``step`` that asked.

        Parameters
        ----------
        request : dict
            ``op`` and its arguments.
        reply_bytes : int or None
            The maximum size of the value; None for the maximum of a frame.

        Raises
        ------
        StudentFault
            If the submission raised, or is gone.
        """
        ...


class Session(Protocol):
    """One submission, from reading and loading to requests and closing."""

    def read(
        self, files: Sequence[tuple[str, bytes]], name: str, form: str, allowed_imports: Sequence[str] = (), **more: Any
    ) -> dict[str, Any]:
        """Send the files and return what the child found in them; nothing is executed."""
        ...

    def load(self, run_name: str, cpu_seconds: float, **more: Any) -> dict[str, Any]:
        """Execute the submission under the name `run_name` and return how it ended."""
        ...

    def check(self, cpu_seconds: float, **more: Any) -> AbstractContextManager[Ask]:
        """Open a child for one check."""
        ...

    def output(self) -> Output:
        """Return the output so far."""
        ...

    def cpu_seconds(self) -> float:
        """Return the CPU time of all processes so far, in seconds."""
        ...

    def close(self) -> None:
        """End every process of the session."""
        ...


class Sessions(Protocol):
    """Opens sessions."""

    def open(self, limits: SessionLimits) -> Session:
        """Begin a session under these limits."""
        ...
