"""Keeps two runs from writing into one output folder at the same time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import UsageError


@contextmanager
def only_one_run(out: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Lock the output folder for this run; the kernel releases the lock when the process ends, even by a kill.

    Raises
    ------
    UsageError
        If another run holds it for longer than ``wait_seconds``.
    """
    try:
        import fcntl
    except ImportError:  # Windows has no such lock; there, two runs overwrite each other's files, but whole ones
        yield
        return
    descriptor = os.open(out, os.O_RDONLY | os.O_CLOEXEC)
    try:
        end = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= end:
                    raise
                time.sleep(0.05)
    except BlockingIOError as error:
        raise UsageError(
            f"Another run is writing to {out}. Wait until it has ended, or name another folder with --out."
        ) from error
    else:
        yield
    finally:
        os.close(descriptor)
