"""The common part of all kinds of runs: how it ended and what it left."""

from __future__ import annotations

import atexit
import locale
import mmap
import os
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from _child import folders, installs, keyboard
from _child.faults import ForbiddenImport
from _child.history import History
from _child.namespaces import Namespace
from _child.reading import Submission
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

# Freed when memory runs out, so that there is room for the report.
_RESERVE_BYTES = 4 * 2**20
_reserve: list[mmap.mmap] = []
# Not `threading.enumerate()`, which uses builtins that a student may change.
_active: dict[int, threading.Thread] = getattr(threading, "_active", {})
_main_thread, _join_thread = threading.main_thread(), threading.Thread.join
_current_thread = threading.current_thread
# Private, and without any page in memory before it is written to; on systems other than Unix there is no choice.
_OWN: dict[str, Any] = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_ANONYMOUS") else {}
MAX_REMARKS = 60
# What the program wants to be called at its end, with its arguments.
_at_the_end: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
_LocaleError, _getframe = locale.Error, sys._getframe


class Run:
    """One run of a submission; it can be read at any time.

    Attributes
    ----------
    status : str
        "loaded" until something else happens.
    error : dict or None
        The error that ended it.
    namespace : Namespace
        The names defined so far.
    """

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.status = "loaded"
        self.error: dict[str, Any] | None = None
        self.remarks: list[str] = []
        self.namespace = Namespace({})
        self.cells: list[dict[str, Any]] = []
        self.history = History()

    def execute(self) -> None:
        """Run the submission; never raises."""
        raise NotImplementedError

    def stand_by(self) -> None:
        """Make the submission's modules importable and run nothing."""
        from _child.own_modules import put_on_path

        put_on_path(self.submission, lambda path, module: None)

    def conflicts(self) -> list[dict[str, Any]]:
        """Return the names that two files define differently."""
        return []

    def fail(self, error: BaseException, description: dict[str, Any]) -> None:
        """Record the error that ended the run; the first one counts."""
        if self.status != "loaded":
            return
        if isinstance(error, SystemExit):
            self.status, self.error = "exited", description
        else:
            self.status, self.error = status_of(error), description

    def mend(self) -> None:
        """Give names that were reused further down their original meaning back."""
        for name in self.history.mend(self.namespace):
            self.remark_used_again(name)

    def remark_used_again(self, name: str) -> None:
        """Add a remark that a name got its function or class back."""
        self.remark(f"`{name}` stands for something else further down; it was checked as it was written.")

    def out_of_time(self, message: str) -> None:
        """Record that the time is used up."""
        self.status, self.error = "timed_out", {"type": "TimedOut", "message": message, "frames": []}

    def remark(self, text: str) -> None:
        """Add one sentence for the report."""
        if text not in self.remarks and len(self.remarks) < MAX_REMARKS:
            self.remarks.append(text)


def status_of(error: BaseException) -> str:
    """Return the word for a run that ended with `error`."""
    if isinstance(error, MemoryError):
        _reserve.clear()
        return "out_of_memory"
    return "forbidden" if isinstance(error, ForbiddenImport) else "raised"


def prepare(typed: str = "") -> None:
    """Prepare the process for student code: no bytecode files, typed input ready, memory set aside."""
    sys.dont_write_bytecode = True
    keyboard.lay_out(typed)
    os.system = folders.listen(os.system)  # type: ignore[assignment]
    installs.let_be()
    os._exit = _ending(os._exit)
    _let_settings_be()
    atexit.register = _noting(atexit.register)
    os.chdir = folders.staying(os.chdir)  # type: ignore[assignment]
    sys.breakpointhook = _go_on
    locale.setlocale = _any_locale(locale.setlocale)
    _reserve.append(mmap.mmap(-1, _RESERVE_BYTES, **_OWN))


def _any_locale(real: Callable[..., str]) -> Callable[..., str]:
    """Return the replacement of `locale.setlocale`: locales of the author's computer that do not exist here change nothing."""

    def setlocale(category: int, locale: Any = None) -> str:
        try:
            return real(category, locale)
        except _LocaleError:
            return real(category)

    return setlocale


def _ending(real: Callable[[int], NoReturn]) -> Callable[..., NoReturn]:
    """Return the replacement of `os._exit`: a program that ends itself so keeps what it has printed and defined, as with `sys.exit`."""
    program = os.getpid()

    def end_at_once(status: int = 0) -> NoReturn:
        # Its forks end as they are told to.
        if os.getpid() != program or _current_thread() is not _main_thread:
            real(status)
        raise SystemExit(status)

    return end_at_once


def _let_settings_be() -> None:
    """Let a program go on that may not set its own priority, processors or limits here."""
    os.getlogin = _somebody(os.getlogin)
    for name in ("nice", "setpriority", "sched_setaffinity", "sched_setscheduler"):
        if hasattr(os, name):
            setattr(os, name, _tried(getattr(os, name)))
    resource = sys.modules.get("resource")
    if resource is not None:
        resource.setrlimit = _tried(resource.setrlimit)  # type: ignore[attr-defined]


def _somebody(real: Callable[[], str]) -> Callable[[], str]:
    """Return the replacement of `os.getlogin`: there is no terminal, and the name of the user will do."""

    def getlogin() -> str:
        try:
            return real()
        except OSError:
            return os.environ.get("USER") or "student"

    return getlogin


def _tried(real: Callable[..., Any]) -> Callable[..., Any]:
    def setting(*args: Any) -> Any:
        try:
            return real(*args)
        except (OSError, ValueError):
            return 0 if real.__name__ == "nice" else None

    return setting


def _go_on(*args: object, **kwargs: object) -> None:
    """Take the place of a debugger, which cannot be used here."""


def _noting(real: Callable[..., Any]) -> Callable[..., Any]:
    """Return what takes the place of `atexit.register`: what the program itself wants at its end is called when its run ends."""

    def register(function: Any, /, *args: Any, **words: Any) -> Any:
        from_main = _getframe(1).f_globals.get("__name__") == "__main__"
        if not from_main and getattr(function, "__module__", None) != "__main__":
            return real(function, *args, **words)
        _at_the_end.append((function, args, words))
        return function

    return register


def end() -> None:
    """Do what the interpreter does at the end of a program: wait for its threads, then call the registered functions."""
    wait_for_threads()
    call_registered()


def call_registered() -> None:
    """Call the functions that the program has registered for its end, the last one first."""
    while _at_the_end:
        function, args, words = _at_the_end.pop()
        try:
            function(*args, **words)
        except Exception:
            # It is too late to stop anything, as it is on the student's computer.
            traceback.print_exc()


def wait_for_threads() -> None:
    """Wait for the threads that a script has left running, as an interpreter does at its end."""
    for thread in list(_active.values()):
        if thread is not _main_thread and not thread.daemon:
            _join_thread(thread)
