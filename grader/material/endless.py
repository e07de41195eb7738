"""Ends what an author has written and never ends while it is imported, such as a loop at the top of a check or of the answer key. Serves CHECKED."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

# Of computing. A large library takes one or two.
IMPORT_SECONDS = 30.0
# What catches everything meets it again.
AGAIN_SECONDS = 0.1


class Endless(BaseException):
    """An import that does not end; no `except Exception` of an author's catches it."""


@contextlib.contextmanager
def import_bounded() -> Iterator[None]:
    """Raise ``Endless`` in a block that computes for too long, at the line where it is then.

    Nothing is done where a process has no such clock, as on Windows, and outside the main thread.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise Endless(f"it has computed for {IMPORT_SECONDS:g} seconds and has not ended")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, IMPORT_SECONDS, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
