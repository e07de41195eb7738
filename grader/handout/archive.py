"""Writes reproducible zips: the same files give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

from grader.errors import NotWritten, UsageError, reason
from grader.files import NO_ROOM, write_atomically

WHEN = (2020, 1, 1, 0, 0, 0)


def zipped(files: Mapping[str, bytes], top: str = "", programs: Collection[str] = ()) -> bytes:
    """Return the bytes of a zip.

    Parameters
    ----------
    files : mapping
        Contents by path.
    top : str
        A folder around all files.
    programs : collection of str
        The paths to mark as executable.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(f"{top}/{path}" if top else path, WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if path in programs else 0o100644) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def write_zip(path: Path, content: bytes) -> None:
    """Write a zip completely or not at all.

    Raises
    ------
    UsageError
        If there can be no file of this name.
    NotWritten
        If the disk is full.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a device, which must not be replaced by a file
        else:
            write_atomically(path, content)
    except (NotWritten, OSError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        if not isinstance(cause, OSError) or cause.errno in NO_ROOM:
            raise
        raise UsageError(f"{path} cannot be written: {reason(cause)}. Name another file with --out.") from error
