"""Time limits without signals and kernel limits: a thread that looks at the clock.

Imports only the standard library. It has the functions of `_child.deadline`, and works on every system. At home code
does not try to evade a limit, so throwing an exception into the main thread repeatedly is enough.
"""

from __future__ import annotations

import _thread
import ctypes
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

STEP_SECONDS = 0.05
TIME_UP = 86
KERNEL_FACTOR = 1.5

_process_time, _monotonic, _sleep, _exit = time.process_time, time.monotonic, time.sleep, os._exit
_main = threading.main_thread().ident
_throw = ctypes.pythonapi.PyThreadState_SetAsyncExc


class TimedOut(BaseException):
    """The time is used up; `except Exception` does not catch it."""


class _Watch:
    """The orders for the thread that looks at the clock: the deadline, and what to do then."""

    def __init__(self) -> None:
        self.cpu_until = self.wall_until = float("inf")
        self.fatal = False
        self.fired = False
        self.on_timeout: Callable[[], NoReturn] | None = None
        self._number = 0
        self._lock = _thread.allocate_lock()

    def set(self, cpu_seconds: float, wall_seconds: float, *, fatal: bool) -> None:
        """Set limits from now on."""
        self.fatal, self.fired = fatal, False
        self.cpu_until, self.wall_until = _process_time() + cpu_seconds, _monotonic() + wall_seconds
        self._number += 1
        _thread.start_new_thread(self._look, (self._number,))

    def clear(self) -> None:
        """Remove the limits; the thread ends, and none of its exceptions is still pending."""
        with self._lock:
            self._number += 1
            _throw(ctypes.c_ulong(_main or 0), None)

    def _look(self, number: int) -> None:
        while True:
            _sleep(STEP_SECONDS)
            with self._lock:
                if number != self._number:
                    return
                if _process_time() > self.cpu_until or _monotonic() > self.wall_until:
                    if self.fatal:
                        _exit(TIME_UP)
                    self.fired = True
                    _throw(ctypes.c_ulong(_main or 0), ctypes.py_object(TimedOut))


_watch = _Watch()


def start(
    cpu_seconds: float,
    wall_seconds: float,
    on_timeout: Callable[[], NoReturn],
    on_alarm: Callable[[], NoReturn] | None = None,
) -> None:
    """Interrupt the main thread once one of the two times is used up; `stop` then calls `on_timeout`. At home no alarm comes early."""
    _watch.on_timeout = on_timeout
    _watch.set(cpu_seconds, wall_seconds, fatal=False)


def stop() -> None:
    """Remove the limits; if the time was used up, call `on_timeout` now."""
    _end()
    if _watch.fired and _watch.on_timeout is not None:
        on_timeout, _watch.on_timeout, _watch.fired = _watch.on_timeout, None, False
        on_timeout()


def hold_for_good(cpu_seconds: float, wall_seconds: float) -> None:
    """End this process when one of the two times is used up; `release` removes the limit."""
    _watch.set(KERNEL_FACTOR * cpu_seconds, wall_seconds, fatal=True)


def release() -> None:
    """Remove the limits."""
    _watch.clear()


@contextmanager
def limited(cpu_seconds: float, wall_seconds: float) -> Iterator[Callable[[], bool]]:
    """Interrupt the block once one of the two times is used up; yields a function that tells whether this has happened."""
    _watch.set(cpu_seconds, wall_seconds, fatal=False)
    try:
        yield lambda: _watch.fired
    finally:
        _end()


def _end() -> None:
    """Remove the limit; an exception thrown before may still arrive here."""
    while True:
        try:
            _watch.clear()
            return
        except TimedOut:
            continue


def keep_to_main_thread() -> None:
    """Do nothing: there are no signals."""


def default_signals() -> None:
    """Do nothing: there are no signals to reset."""
