"""Hand-ins that are harmful or broken before any of their code runs; each is a function that writes one to a path."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import stat
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from tests.attacks.attack import HONEST

MAIN = HONEST.encode()


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """Return a zip with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(*entries: tuple[str, bytes, bytes], mode: str = "w:gz") -> bytes:
    """Return a tar with these entries: name, kind (as `tarfile` has it) and content, which is where a link leads."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, kind, content in entries:
            entry = tarfile.TarInfo(name)
            entry.type = kind
            if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                entry.linkname = content.decode()
            else:
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def sparse(name: str, size: int) -> bytes:
    """Return the beginning of a tar: an entry that is almost nothing in the archive, and claims `size` bytes when it is unpacked."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.size = tarfile.GNUTYPE_SPARSE, 512
    head = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    # Where its only piece begins, how long that is, and the size of the whole; then the sum of all bytes.
    head[386:398], head[398:410], head[483:495] = b"%011o\0" % 0, b"%011o\0" % 512, b"%011o\0" % size
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + bytes(512)


def overlapping(copies: int) -> bytes:
    """Return a zip whose directory names one packed megabyte again and again, so that it holds far more than it has."""
    raw = zipped(("main.py", MAIN), ("a0000.csv", bytes(900 * 1024)))
    first = raw.index(b"PK\x01\x02")
    second, end = raw.index(b"PK\x01\x02", first + 4), raw.index(b"PK\x05\x06")
    copied = b"".join(raw[second:end].replace(b"a0000", b"b%04d" % number) for number in range(copies))
    directory = raw[first:second] + copied
    counts = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, copies + 1, copies + 1, len(directory), first, 0)
    return raw[:first] + directory + counts


def special(name: str, kind: int, content: bytes = b"") -> tuple[zipfile.ZipInfo, bytes]:
    """Return an entry of a kind such as a link."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (kind | 0o644) << 16
    return entry, content


def renamed(raw: bytes, old: bytes, new: bytes) -> bytes:
    """Return a zip in which a name is another one, which no library would write."""
    assert len(old) == len(new) and raw.count(old) == 2
    return raw.replace(old, new)


def encrypted(raw: bytes) -> bytes:
    """Return a zip whose first entry says that it has a password."""
    flags = raw.index(b"PK\x01\x02") + 8
    return raw[:6] + b"\x01\x00" + raw[8:flags] + b"\x01\x00" + raw[flags + 2 :]


def lying(raw: bytes, size: int) -> bytes:
    """Return a zip whose first entry announces another size."""
    place = raw.index(b"PK\x01\x02") + 24
    return raw[:22] + struct.pack("<I", size) + raw[26:place] + struct.pack("<I", size) + raw[place + 4 :]


def notebook(*cells: dict[str, Any], **changes: Any) -> bytes:
    """Return a notebook, with the honest code in its first cell unless cells are given."""
    first = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": HONEST}
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells or [first])} | changes
    return json.dumps(made).encode()


def code(source: str, **more: Any) -> dict[str, Any]:
    """Return a code cell without an id."""
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source} | more


def folder_with_link(path: Path, canary: Path) -> None:
    """Make a folder with links to a file and to a folder of the judge's."""
    path.mkdir()
    (path / "main.py").write_bytes(MAIN)
    (path / "data.txt").symlink_to(canary)
    (path / "all").symlink_to("/")


def folder_with_specials(path: Path, canary: Path) -> None:
    """Make a folder with a pipe and a socket, on which an open would wait."""
    path.mkdir()
    (path / "main.py").write_bytes(MAIN)
    os.mkfifo(path / "pipe.py")
    here = os.getcwd()
    os.chdir(path)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind("door.py")
    os.chdir(here)


def folder_with_thousands(path: Path, canary: Path) -> None:
    """Make a folder with more files than are read."""
    path.mkdir()
    (path / "main.py").write_bytes(MAIN)
    for number in range(2100):
        (path / f"f{number}.txt").touch()


def folder_that_is_deep(path: Path, canary: Path) -> None:
    """Make a folder with folders below folders, deeper than Python or a path goes."""
    path.mkdir()
    (path / "main.py").write_bytes(MAIN)
    with contextlib.chdir(path):
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")


def folder_with_a_terabyte(path: Path, canary: Path) -> None:
    """Make a folder with a file that is larger than any memory, and takes no room."""
    path.mkdir()
    (path / "main.py").write_bytes(MAIN)
    with open(path / "data.csv", "wb") as file:
        file.truncate(2**40)


def squeezed(name: str, content: bytes) -> bytes:
    """Return a zip whose one entry was compressed by a rare method, and damaged."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(name, content)
    raw = bytearray(buffer.getvalue())
    raw[30 + len(name) + 4] = 255
    return bytes(raw)


LINK, PIPE, DEVICE = stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR
ELF = b"\x7fELF" + bytes(100)
