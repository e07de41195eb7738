"""Limits of time that a submission cannot catch.

A signal handler takes over when the time is used up. It never returns into the interrupted code: the next steps
(the report, the checks) are called from inside the handler, above the frames of the student,
so that no `except` of the student's code sees anything. The kernel's limit ends loops that run in C.
"""

from __future__ import annotations

import _signal as signals  # type: ignore[import-not-found]
import _thread
import math
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

# The functions in C: those of `signal` use enumerations, which use builtins that a student may change.
_signal, _setitimer, _sigmask = signals.signal, signals.setitimer, signals.pthread_sigmask
_default, _ignore = signals.SIG_DFL, signals.SIG_IGN
_PROF, _REAL = signals.ITIMER_PROF, signals.ITIMER_REAL
_SIGPROF, _SIGALRM, _SIGXCPU, _SIGCHLD = signals.SIGPROF, signals.SIGALRM, signals.SIGXCPU, signals.SIGCHLD
_BLOCK, _UNBLOCK, _SETMASK = signals.SIG_BLOCK, signals.SIG_UNBLOCK, signals.SIG_SETMASK
_KEPT = (signals.SIGKILL, signals.SIGSTOP, signals.SIGPIPE)
_RESET = tuple(number for number in signals.valid_signals() if number not in _KEPT)
_getrlimit, _setrlimit, _RLIMIT_CPU = resource.getrlimit, resource.setrlimit, resource.RLIMIT_CPU
_getrusage, _RUSAGE_SELF = resource.getrusage, resource.RUSAGE_SELF
_process_time, _monotonic, _ceil = time.process_time, time.monotonic, math.ceil
_exit = os._exit
_getframe, _getrecursionlimit, _setrecursionlimit = sys._getframe, sys.getrecursionlimit, sys.setrecursionlimit

# Space for the report and the checks above a student's frames, in Python frames.
HANDLER_FRAMES = 2000
LARGEST_RECURSION = 2**30
REPEAT_SECONDS = 0.05
TOLERANCE_SECONDS = 0.005
# How much later than the timer the kernel ends a loop that runs in C. It counts whole ticks, on a busy machine
# up to a quarter too many, and its limit must not come before the one after which names are kept.
KERNEL_FACTOR, KERNEL_GRACE_SECONDS = 1.5, 2.0


def start(
    cpu_seconds: float,
    wall_seconds: float,
    on_timeout: Callable[[], NoReturn],
    on_alarm: Callable[[], NoReturn] | None = None,
) -> None:
    """Call `on_timeout` from the main thread once one of the two times is used up.

    Parameters
    ----------
    cpu_seconds, wall_seconds : float
        From now on, in this process.
    on_timeout : callable
        Never returns.
    on_alarm : callable or None
        Called when an alarm comes early, as the trusted init sends it; never returns. None ignores it.
    """
    due, wall_due = _process_time() + cpu_seconds - TOLERANCE_SECONDS, _monotonic() + wall_seconds - TOLERANCE_SECONDS

    def handler(number: int, frame: Any) -> None:
        # The timer counts whole ticks, on a busy machine too many; it comes again.
        if number == _SIGPROF and _process_time() < due:
            return
        early = number == _SIGALRM and _monotonic() < wall_due
        if early and on_alarm is None:
            return
        # This comes first: the interrupted code may have used up the stack.
        _setrecursionlimit(LARGEST_RECURSION)
        stop()
        _make_room()
        try:
            (on_alarm if early and on_alarm else on_timeout)()
        finally:
            _exit(70)

    _signal(_SIGPROF, handler)
    _signal(_SIGALRM, handler)
    _sigmask(_UNBLOCK, (_SIGPROF, _SIGALRM))
    limit_cpu(_process_time() + KERNEL_FACTOR * cpu_seconds + KERNEL_GRACE_SECONDS)
    # Repeated: a handler without any stack left ends in a RecursionError, which the student's code may catch.
    _setitimer(_PROF, max(cpu_seconds, 0.001), REPEAT_SECONDS)
    _setitimer(_REAL, max(wall_seconds, 0.001), REPEAT_SECONDS)


def keep_to_main_thread() -> None:
    """Block our signals in the threads that a submission starts, so that the main thread gets them, even while it waits."""
    for module in (threading, _thread):
        for name in ("_start_new_thread", "start_new_thread", "_start_joinable_thread", "start_joinable_thread"):
            if hasattr(module, name):
                setattr(module, name, _deaf(getattr(module, name)))


def _deaf(start_thread: Callable[..., Any]) -> Callable[..., Any]:
    def start(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        def run(*inner: Any, **named: Any) -> Any:
            _sigmask(_BLOCK, (_SIGPROF, _SIGALRM))
            return function(*inner, **named)

        return start_thread(run, *args, **kwargs)

    return start


def stop() -> None:
    """Stop both timers and ignore signals that they may still send."""
    _setitimer(_PROF, 0)
    _setitimer(_REAL, 0)
    _signal(_SIGPROF, _ignore)
    _signal(_SIGALRM, _ignore)
    limit_cpu(math.inf)


def hold_for_good(cpu_seconds: float, wall_seconds: float) -> None:
    """Let the kernel end this process when one of the two times is used up; intended for a fresh child."""
    for number in _RESET:
        _signal(number, _default)
    _sigmask(_SETMASK, ())
    limit_cpu(KERNEL_FACTOR * cpu_seconds, for_good=True)
    _setitimer(_REAL, wall_seconds)


def limit_cpu(cpu_seconds: float, *, for_good: bool = False) -> None:
    """Set the kernel's limit of this process's CPU seconds, never above the existing one.

    Parameters
    ----------
    cpu_seconds : float
        Counted from the start of the process, rounded up to whole seconds; infinite for the highest possible.
    for_good : bool
        Whether the process itself may not raise it again, apart from one second in which SIGXCPU may be caught.
    """
    ceiling = _getrlimit(_RLIMIT_CPU)[1]
    if cpu_seconds == math.inf:
        wanted = ceiling
    else:
        wanted = max(1, int(_ceil(cpu_seconds)))
        wanted = wanted if ceiling < 0 else min(wanted, ceiling)
    try:
        _setrlimit(_RLIMIT_CPU, (wanted, wanted + 1 if for_good and wanted != ceiling else ceiling))
    except (ValueError, OSError):
        return


def default_signals() -> None:
    """Undo a submission's changes to the signals that this package relies on."""
    _signal(_SIGCHLD, _default)
    _signal(_SIGXCPU, _default)


def _make_room() -> None:
    depth = 0
    frame: FrameType | None = _getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    _setrecursionlimit(depth + max(_getrecursionlimit(), HANDLER_FRAMES))
