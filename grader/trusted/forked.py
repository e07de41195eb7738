"""Runs a function in a fork of this process and brings back what it returned, as JSON: for trusted code that may loop or crash."""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

WALL_PER_CPU, WALL_SECONDS = 10.0, 30.0


class Forked:
    """A running fork. Its pipe becomes readable when it has ended, so that many can be awaited together.

    Parameters
    ----------
    work : callable
        The function that the fork runs; it returns plain data.
    cpu_seconds : float
        CPU time after which the kernel ends it; so does a wall-clock time of ten times as much plus thirty seconds.
    """

    def __init__(self, work: Callable[[], Any], cpu_seconds: float) -> None:
        self.deadline = time.monotonic() + WALL_PER_CPU * cpu_seconds + WALL_SECONDS
        self._reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _serve(work, cpu_seconds, writing)
        os.close(writing)
        self._received = b""

    def fileno(self) -> int:
        """Return the descriptor to wait for."""
        return self._reading

    def receive(self) -> bool:
        """Read the available bytes; return whether the output is complete."""
        piece = os.read(self._reading, 1 << 20)
        self._received += piece
        return not piece

    def kill(self) -> None:
        """End it now."""
        os.kill(self.pid, signal.SIGKILL)

    def result(self) -> Any:
        """Wait for the end; return the function's result, or None if it did not finish."""
        while True:
            left = self.deadline - time.monotonic()
            if not select.select([self._reading], [], [], max(left, 0.0))[0]:
                self.kill()
                break
            if self.receive():
                break
        return self.ended()

    def ended(self) -> Any:
        """Clean up after the end; return the function's result, or None if it did not finish."""
        os.close(self._reading)
        _, status = os.waitpid(self.pid, 0)
        return json.loads(self._received) if os.waitstatus_to_exitcode(status) == 0 else None


def _serve(work: Callable[[], Any], cpu_seconds: float, writing: int) -> None:
    status = 1
    try:
        gc.disable()
        whole = max(1, int(cpu_seconds))
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        answer = json.dumps(work()).encode()
        while answer:
            answer = answer[os.write(writing, answer) :]
        status = 0
    except BaseException as error:
        sys.stderr.write(f"grader: {type(error).__name__}: {error}\n")
        sys.stderr.flush()
    finally:
        os._exit(status)
