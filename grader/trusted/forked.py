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
    """A fork at work. Its pipe becomes readable when it has ended, so many of them can be awaited together.

    Parameters
    ----------
    work : callable
        What the fork does; it returns plain data.
    cpu_seconds : float
        Computing time after which the kernel ends it; ten times as much and thirty seconds on the clock end it as well.
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
        """Read what there is; return whether that was all."""
        piece = os.read(self._reading, 1 << 20)
        self._received += piece
        return not piece

    def kill(self) -> None:
        """End it now."""
        os.kill(self.pid, signal.SIGKILL)

    def result(self) -> Any:
        """Wait for the end; return what the function returned, or None when it did not come to its end."""
        while True:
            left = self.deadline - time.monotonic()
            if not select.select([self._reading], [], [], max(left, 0.0))[0]:
                self.kill()
                break
            if self.receive():
                break
        return self.ended()

    def ended(self) -> Any:
        """Clear up after the end; return what the function returned, or None when it did not come to its end."""
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
