"""Parts of the standard library that ask the system for more than a submission gets here, and work with less.

A pool of processes is forked however it was to be started, since no program is started here; a database of SQLite takes
no locks, since nobody else writes to it; what Windows adds to `ctypes` does nothing. Each part is changed when a submission first imports it, and only on Linux.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_MANAGER = "multiprocessing.Manager() starts a server for other processes"


def changed(name: str) -> Callable[[], None] | None:
    """Return what changes a part of the library, given the name of a module that was imported; None for most."""
    return _PARTS.get(name.partition(".")[0]) if sys.platform == "linux" else None


def _fork_all() -> None:
    """Let every way to start a process fork, and let nothing start a program that clears up after processes."""
    context, tracker = sys.modules.get("multiprocessing.context"), sys.modules.get("multiprocessing.resource_tracker")
    contexts = getattr(context, "_concrete_contexts", {})
    forking = contexts.get("fork")
    if context is not None and forking is not None:
        contexts.update(dict.fromkeys(contexts, forking))
        # It needs a server, to which no other process can connect here.
        context.BaseContext.Manager = sys.modules["multiprocessing"].Manager = _refuse  # type: ignore[attr-defined]
    if tracker is not None:
        for name in ("register", "unregister", "ensure_running"):
            setattr(tracker, name, _do_nothing)


def _do_nothing(*args: object) -> None:
    """Take the place of the program that removes shared memory which a submission has forgotten."""


def _refuse(*args: object, **kwargs: object) -> NoReturn:
    raise PermissionError(errno.EPERM, f"{os.strerror(errno.EPERM)}: {_MANAGER}")


def _do_without_locks() -> None:
    """Let databases be opened without locks."""
    for name in ("sqlite3", "sqlite3.dbapi2"):
        module = sys.modules.get(name)
        real = getattr(module, "connect", None)
        if module is not None and real is not None and not hasattr(real, "__wrapped__"):
            module.connect = _unlocked(real)  # type: ignore[attr-defined]


def _unlocked(real: Callable[..., Any]) -> Callable[..., Any]:
    def connect(database: Any, *args: Any, **words: Any) -> Any:
        # The last of the seven optional arguments, which may be given by their places.
        is_address = bool(args[6]) if len(args) > 6 else bool(words.get("uri"))
        place = _address(database, is_address)
        if place is None:
            return real(database, *args, **words)
        if len(args) > 6:
            return real(place, *args[:6], True, *args[7:], **words)
        return real(place, *args, **{**words, "uri": True})

    connect.__wrapped__ = real  # type: ignore[attr-defined]
    return connect


def _address(database: Any, is_address: bool) -> str | None:
    """Return the address of a database without locks; None where there is no file."""
    try:
        name = os.fsdecode(database)
    except TypeError:
        return None
    if is_address and name.startswith("file:"):
        return None if "vfs=" in name else f"{name}{'&' if '?' in name else '?'}vfs=unix-none"
    if name in ("", ":memory:"):
        return None
    for character, escaped in (("%", "%25"), ("?", "%3f"), ("#", "%23")):
        name = name.replace(character, escaped)
    return f"file:{name}?vfs=unix-none"


class _OfWindows:
    """A library of Windows: its functions set up a console or a window, and give 0, for all is well."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _OfWindows()

    def __call__(self, *args: object, **kwargs: object) -> int:
        return 0


def _lend_windows() -> None:
    """Let a program that was written on Windows set up its console."""
    module = sys.modules.get("ctypes")
    if module is not None and not hasattr(module, "windll"):
        module.windll = _OfWindows()  # type: ignore[attr-defined]


_PARTS = {"multiprocessing": _fork_all, "concurrent": _fork_all, "sqlite3": _do_without_locks, "ctypes": _lend_windows}
