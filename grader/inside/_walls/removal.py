"""Removes a folder with everything in it, under all circumstances.

Students fill such folders: with thousands of nested folders, deeper than recursion, path lengths and descriptors
allow, with folders that cannot be entered, and with links, which are never followed.
"""

from __future__ import annotations

import contextlib
import os
import stat

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def remove(folder: str) -> None:
    """Remove `folder` as far as possible; do nothing if it is gone or not a folder."""
    with contextlib.suppress(OSError):
        top = os.open(folder, _FOLDER)
        try:
            _empty(top)
        finally:
            os.close(top)
        os.rmdir(folder)


def _empty(top: int) -> None:
    """Remove the contents of a folder of any depth, with one descriptor at a time.

    Raises
    ------
    OSError
        If another process moves folders away meanwhile.
    """
    here = os.dup(top)
    above: list[tuple[str, tuple[int, int], list[str]]] = []
    waiting = os.listdir(here)
    try:
        while waiting or above:
            if not waiting:
                name, known, waiting = above.pop()
                here = _replaced(here, "..")
                if _identity(here) != known:
                    raise OSError("a folder was moved while it was removed")
                with contextlib.suppress(OSError):
                    os.rmdir(name, dir_fd=here)
                continue
            name = waiting.pop()
            if _is_open_folder(name, here):
                above.append((name, _identity(here), waiting))
                here = _replaced(here, name)
                waiting = os.listdir(here)
    finally:
        os.close(here)


def _is_open_folder(name: str, folder: int) -> bool:
    """Return whether this is a folder, and make it accessible; remove anything else."""
    try:
        held = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=folder)
        try:
            mode = os.fstat(held).st_mode
            if stat.S_ISDIR(mode):
                if mode & stat.S_IRWXU != stat.S_IRWXU:
                    os.chmod(f"/proc/self/fd/{held}", stat.S_IRWXU)
                return True
        finally:
            os.close(held)
        os.unlink(name, dir_fd=folder)
    except OSError:  # it is gone, or not ours to remove
        return False
    return False


def _replaced(here: int, name: str) -> int:
    """Return a descriptor of a folder beside this one, in the place of this one."""
    other = os.open(name, _FOLDER, dir_fd=here)
    os.dup2(other, here)
    os.close(other)
    return here


def _identity(folder: int) -> tuple[int, int]:
    found = os.fstat(folder)
    return found.st_dev, found.st_ino
