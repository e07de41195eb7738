"""Writes files whole or not at all, and says in one sentence why one could not be written."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from grader.errors import NotWritten

# What a medium answers that takes no more, whatever is written to it.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
# What concerns every file of a folder alike.
_FOR_ALL = NO_ROOM | {errno.EACCES, errno.EPERM, errno.ENOMEM}


def write_atomically(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write a file so that a reader, or a run after a kill, sees the old content or the new one, never a part.

    ``mode`` says who may read it, where that is not for everybody.

    Raises
    ------
    NotWritten
        When it cannot be written.
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

    The name beside is always the same, so that what a killed run left is overwritten by the next one.

    Raises
    ------
    NotWritten
        When it cannot be written.
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
    """Turn an error of the system while ``path`` is written into one sentence.

    Raises
    ------
    NotWritten
        In place of an ``OSError`` that any other file would meet as well.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FOR_ALL:
            raise
        raise not_written(path, error) from error


def not_written(path: Path, error: OSError) -> NotWritten:
    """Return the error that says which file could not be written, why, and how much room there is."""
    reason = error.strerror or str(error)
    return NotWritten(
        f"{path} could not be written: {reason} ({_free(path)}). What was written before is kept; make room there, or "
        "name another folder, and run the same command again: it goes on where it was."
    )


def _free(path: Path) -> str:
    """Return how much is free where a path lies, in words."""
    for folder in (path, *path.parents):
        with suppress(OSError):
            return f"{shutil.disk_usage(folder).free / 2**20:,.1f} MiB are free there"
    return "how much is free there is unknown"
