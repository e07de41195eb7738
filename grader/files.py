"""Writes files completely or not at all, and says in one sentence why a file could not be written."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from grader.errors import NotWritten, reason

# Errors of a disk that accepts no more data.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
# Errors that would hit every file in the folder.
_FOR_ALL = NO_ROOM | {errno.EACCES, errno.EPERM, errno.ENOMEM}


def write_atomically(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write a file so that readers, even after a kill, see either the old content or the new, never a part.

    ``mode`` is the file's permissions, if not everyone may read it.

    Raises
    ------
    NotWritten
        If it cannot be written.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
        try:
            with open(temporary, "xb") as file:
                if mode is not None:
                    os.chmod(file.fileno() if os.chmod in os.supports_fd else temporary, mode)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a temporary file beside ``path`` and move it there when the block ends without an error.

    The temporary name is always the same, so that the next run overwrites what a killed run left.

    Raises
    ------
    NotWritten
        If it cannot be written.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.tmp")
        beside.unlink(missing_ok=True)
        try:
            with open(beside, "x", encoding="utf-8", newline="", errors="backslashreplace") as file:
                yield file
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` raised while ``path`` is written into one sentence.

    Raises
    ------
    NotWritten
        If any other file would meet the same error.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FOR_ALL:
            raise
        raise not_written(path, error) from error


def not_written(path: Path, error: OSError) -> NotWritten:
    """Return the error that says which file could not be written, why, and how much space is free."""
    return NotWritten(
        f"{path} could not be written: {reason(error)} ({_free(path)}). Files written before it are kept. Free some space, or "
        "name another folder, and run the same command again: it continues where it stopped."
    )


def _free(path: Path) -> str:
    """Return how much space is free on the disk that holds a path, in words."""
    for folder in (path, *path.parents):
        with suppress(OSError):
            return f"{shutil.disk_usage(folder).free / 2**20:,.1f} MiB free"
    return "free space unknown"
