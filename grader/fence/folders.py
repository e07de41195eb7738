"""Temporary folders that the next run removes if their owner was killed.

A folder is locked as long as a process that uses it lives, since the kernel releases the locks of a dead process. So a
folder without a lock is stale. Every step is safe against another run that starts or cleans up at the same time.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from grader.errors import FenceError

# The names that `mkdtemp` makes from our prefixes.
_OURS = re.compile(r"grader-(?:(?:probe|post|run|audit)-)?[a-z0-9_]{8}")
# Windows, where the students' pre-check imports this module, does not have these.
_FOLDER = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC"))
_TRIES = 100


class Folder:
    """A new folder in the temporary folder, locked until it is closed or this process ends.

    Attributes
    ----------
    path : str
    descriptor : int
        Holds the lock; a child that inherits it keeps the folder in use, too.

    Raises
    ------
    FenceError
        If none can be made.
    """

    def __init__(self, prefix: str = "grader-", parent: str | None = None) -> None:
        for _ in range(_TRIES):
            try:
                self.path = tempfile.mkdtemp(prefix=prefix, dir=parent)
            except OSError as error:
                raise _unusable(error) from error
            try:
                self.descriptor = os.open(self.path, _FOLDER)
            except FileNotFoundError:  # another run has just removed it
                continue
            if _locked(self.descriptor, else_use=True) and _is_at(self.path, self.descriptor):
                return
            os.close(self.descriptor)
        raise _unusable(OSError(errno.EBUSY, os.strerror(errno.EBUSY)))

    def close(self) -> None:
        """Remove it, even if a killed process is still writing into it."""
        for pause_seconds in (0.0, 0.05, 0.05):
            time.sleep(pause_seconds)
            removal().remove(self.path)
            if not os.path.lexists(self.path):
                break
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self) -> Path:
        return Path(self.path)

    def __exit__(self, *exception: object) -> None:
        self.close()


def sweep(parents: Iterable[str]) -> None:
    """Remove the folders that killed runs of this user have left in these folders."""
    for parent in parents:
        with contextlib.suppress(OSError):
            for name in os.listdir(parent):
                if _OURS.fullmatch(name):
                    _remove_stale(os.path.join(parent, name))


def _remove_stale(path: str) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(path, _FOLDER)
        try:
            if os.fstat(descriptor).st_uid == os.geteuid() and _locked(descriptor) and _is_at(path, descriptor):
                removal().remove(path)
        finally:
            os.close(descriptor)


def _locked(descriptor: int, *, else_use: bool = False) -> bool:
    """Lock a folder; return `else_use` if the file system has no locks: such a folder is never stale."""
    import fcntl  # not on Windows, where the students' pre-check imports this module

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return else_use
    return True


def _is_at(path: str, descriptor: int) -> bool:
    """Return whether this is still the folder with that name."""
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and os.path.samestat(found, os.fstat(descriptor))


def _unusable(error: OSError) -> FenceError:
    return FenceError(
        f"A temporary folder is needed, but: {error}. Name one in TMPDIR that is there, that you may write to, and that has room."
    )


def removal() -> Any:
    """Return the module that removes folders of students; it is also used inside the fence, where nothing else is imported."""
    global _removal
    if _removal is None:
        path = Path(__file__).parents[1] / "inside" / "_walls" / "removal.py"
        spec = importlib.util.spec_from_file_location("grader.fence.removal", path)
        assert spec is not None and spec.loader is not None
        _removal = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(_removal)
    return _removal


_removal: Any = None
