"""FOUND: one student's hand-in, as bytes and names. May not import another stage, nor look into a file."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_FILES = 2000
# Not every system has all of them; Windows has one of its own, without which line ends would change.
_CAREFULLY = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
MAX_REMARKED = 20


class TooLarge(Exception):
    """A hand-in has more bytes or files than are read; the message is a whole sentence for its student."""


@dataclass(frozen=True)
class SubmittedFile:
    """A file of a hand-in: its path inside it, with ``/`` between the parts, and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True)
class Submission:
    """One student's hand-in on disk.

    ``id`` is the student, ``slug`` the part of file names made from it, ``form`` one of ``file``, ``folder`` and ``zip``.
    ``unreadable`` is why it could not be read on the machine it came from, when it has travelled.
    """

    id: str
    slug: str
    path: Path
    form: str
    unreadable: str | None = None

    @property
    def name(self) -> str:
        """The name of the file or folder, with bytes that are no text escaped."""
        return self.path.name.encode("utf-8", "backslashreplace").decode()

    def read(self, max_bytes: int) -> tuple[SubmittedFile, ...]:
        """Return the files, sorted by path; links, pipes and devices are left out.

        Raises
        ------
        TooLarge
            Above ``max_bytes`` bytes in all, or ``MAX_FILES`` files; or when it was unreadable already.
        """
        if self.unreadable is not None:
            raise TooLarge(self.unreadable)
        if self.form != "folder":
            return (SubmittedFile(self.path.name, _read_regular(self.path, max_bytes)),)
        files, total = [], 0
        for relative in sorted(path for path, kind in _walk(self.path) if kind == "file"):
            content = _read_regular(self.path / relative, max_bytes - total)
            total += len(content)
            files.append(SubmittedFile(relative, content))
            if len(files) > MAX_FILES:
                raise TooLarge(f"The folder holds more than {MAX_FILES} files; hand in only your own source files.")
        return tuple(files)

    def first_with(self, ending: str, max_bytes: int) -> bytes | None:
        """Return the bytes of the first file of a folder whose name has this ending, no other file is read; None without one.

        Raises
        ------
        TooLarge
            Above ``max_bytes`` bytes.
        """
        if self.form != "folder" or self.unreadable is not None:
            return None
        found = sorted(path for path, kind in _walk(self.path) if kind == "file" and path.lower().endswith(ending))
        return _read_regular(self.path / found[0], max_bytes) if found else None

    def left_out(self) -> tuple[str, ...]:
        """Return a sentence for each link, pipe or device of a folder, none of which is read."""
        if self.form != "folder":
            return ()
        return tuple(
            f"'{_shown(path)}' is {'a link' if kind == 'link' else 'no ordinary file'} and was left out."
            for path, kind in sorted(_walk(self.path))
            if kind != "file"
        )[:MAX_REMARKED]


def digest(files: Iterable[SubmittedFile]) -> str:
    """Return the SHA-256 of the paths and bytes of a hand-in, in hexadecimal."""
    total = hashlib.sha256()
    for file in files:
        name = file.path.encode("utf-8", "surrogateescape")
        total.update(len(name).to_bytes(8, "big") + name + len(file.content).to_bytes(8, "big") + file.content)
    return total.hexdigest()


def slug_of(student: str, taken: Iterable[str] = ()) -> str:
    """Return a file name for a student: ASCII letters, digits, ``.``, ``_``, ``-``, different from all ``taken`` in any case."""
    plain = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9_.-]+", "-", plain).strip(".-")[:60]
    reserved = re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", slug)
    if not slug or reserved or slug != student or slug.casefold() in {name.casefold() for name in taken}:
        mark = hashlib.sha256(student.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        slug = f"{slug or 'student'}-{mark}"
    return slug


def _walk(folder: Path, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield what lies below a folder, as relative path and kind (``file``, ``link``, ``other``), without following a link."""
    if depth > 16:
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name in {"__pycache__", "__MACOSX"}:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/", depth + 1)
            else:
                kind = "file" if entry.is_file(follow_symlinks=False) else "link" if entry.is_symlink() else "other"
                yield prefix + entry.name, kind


def _shown(path: str) -> str:
    """Return a path in which nothing is unseen."""
    return "".join(c if unicodedata.category(c)[0] != "C" else f"\\u{ord(c):04x}" for c in path[:120])


def _read_regular(path: Path, max_bytes: int) -> bytes:
    """Read a regular file's bytes; a link is refused, a pipe does not block."""
    descriptor = os.open(path, os.O_RDONLY | _CAREFULLY)
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise TooLarge(f"{path.name} is not a regular file.")
        content = file.read(max_bytes + 1) if state.st_size <= max_bytes else b""
        if state.st_size > max_bytes or len(content) > max_bytes:
            raise TooLarge(f"The hand-in is larger than {max_bytes // 2**20} MiB; hand in only your own source files.")
        return content
