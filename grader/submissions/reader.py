"""The only module that opens what a student handed in, as bytes.

Links are trusted above the hand-in only. The folders above it are the instructor's own and may be links; a link at or
below the hand-in is never followed. A folder is held open while it is read, and its entries are opened relative to it,
by name: if one is exchanged for a link meanwhile, the original is read, or it is left out. On a system that cannot hold
a folder open (Windows), links are looked for before and after each opening.
"""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

MAX_FILES = 2000
# Includes folders, links, and entries that are never read.
MAX_ENTRIES = 20_000
MAX_DEPTH = 16
# In bytes. The child refuses longer paths, and a hand-in sent to another machine is written below a longer folder.
MAX_PATH = 2000
IGNORED = frozenset({"__pycache__", "__MACOSX", "venv", "node_modules", "site-packages"})
# A folder with this file is a Python environment, under any name.
_ENVIRONMENT = "pyvenv.cfg"
# Whether a folder can be held open, so that its entries are opened relative to it.
HOLDS = (
    os.open in os.supports_dir_fd
    and os.scandir in os.supports_fd
    and hasattr(os, "O_NOFOLLOW")
    and hasattr(os, "O_DIRECTORY")
)
# Not every system has all of these; Windows needs O_BINARY to keep line ends.
_CAREFULLY = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))
# On Windows: every kind of link, but not files that are merely stored in a cloud.
_LEADS_ELSEWHERE = 0x2000_0000
_CHANGED = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENXIO, errno.EAGAIN})
# Errors of this machine, which are not the student's fault.
_OURS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO})
WHY = {"file": "", "folder": "", "link": "is a link", "other": "is no ordinary file"}

# The descriptor of an open folder, or the path of one that cannot be held open.
Place = int | str


class TooLarge(Exception):
    """A hand-in has too many bytes or files, or cannot be read; the message is a complete sentence for the student."""


class NotRead(Exception):
    """A file is left out; the message says why, worded to follow the file's name."""


@dataclass(frozen=True)
class Found:
    """A file or folder found in a walk; ``why`` says in words why it is left out, and is empty if it is not.

    A file can be read until the walk goes on or ends. ``name`` is its name on disk, if ``path`` does not end with it.
    """

    path: str
    why: str
    place: Place
    is_folder: bool = False
    name: str = ""

    def read(self, max_bytes: int, before: int = 0) -> bytes:
        """Return the bytes of the file.

        Raises
        ------
        TooLarge
            If the hand-in, of which ``before`` bytes were already read, has more than ``max_bytes``.
        NotRead
            If it is left out, is no longer a file, or may not be read.
        """
        if self.why:
            raise NotRead(self.why)
        return _read(self.name or self.path.rpartition("/")[2], self.place, max_bytes, before)


def walk(folder: Path, *, holds: bool = HOLDS, folders: bool = False) -> Iterator[Found]:
    """Yield the files below a folder, except hidden ones and caches; links and devices come with why they are left out.

    With ``folders``, each folder is yielded too, before its content.

    Raises
    ------
    TooLarge
        If the folder cannot be read, or holds more than ``MAX_ENTRIES`` entries.
    """
    try:
        with _opened(folder.name, str(folder.parent), holds) as place:
            found = _below(place, "", MAX_DEPTH, count(1), holds)
            yield from (each for each in found if folders or not each.is_folder)
    except OSError as error:
        raise TooLarge(f"{shown(folder.name)} {_why(error)}.") from error


def listed(folder: Path, inner: str = "", most: int = MAX_ENTRIES, *, holds: bool = HOLDS) -> list[tuple[str, str]]:
    """Return the names in a folder, or in one below it, each with its kind: ``file``, ``folder``, ``link`` or ``other``.

    The list is empty if the folder cannot be read, is reached only by a link, or holds more than ``most`` entries.
    """
    try:
        with _reached(folder, inner, holds) as place:
            return _listed(place, count(1), most)
    except (OSError, TooLarge):
        return []


def read_below(folder: Path, inner: str, max_bytes: int, *, holds: bool = HOLDS) -> bytes:
    """Return the bytes of a text below a folder; none if it cannot be read or is larger than ``max_bytes``."""
    above, _, name = inner.rpartition("/")
    try:
        with _reached(folder, above, holds) as place:
            return _read(name, place, max_bytes)
    except (OSError, TooLarge, NotRead):
        return b""


@contextmanager
def _reached(folder: Path, inner: str, holds: bool) -> Iterator[Place]:
    """Hold open a folder below another one, which may itself be a link; no link below that one is followed."""
    with ExitStack() as stack:
        place = stack.enter_context(_opened(folder.name, str(folder.parent), holds))
        for name in inner.split("/") if inner else ():
            place = stack.enter_context(_opened(name, place, holds))
        yield place


def read_file(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of a file handed in by itself; raise ``TooLarge`` if it is too large or cannot be read."""
    try:
        return _read(path.name, str(path.parent), max_bytes)
    except NotRead as reason:
        raise TooLarge(f"{shown(path.name)} {reason}.") from reason


def begins(path: Path, max_bytes: int = 65536) -> bytes:
    """Return the first bytes of a file handed in by itself; none if it cannot be read."""
    try:
        descriptor = _open(path.name, str(path.parent))
        try:
            return os.read(descriptor, max_bytes) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
        finally:
            os.close(descriptor)
    except OSError:
        return b""


def shown(path: str) -> str:
    """Return a path with every invisible character escaped."""
    return "".join(c if unicodedata.category(c)[0] != "C" else f"\\u{ord(c):04x}" for c in path[:120])


def _below(place: Place, prefix: str, depth: int, counted: Iterator[int], holds: bool) -> Iterator[Found]:
    entries = _listed(place, counted)
    if prefix and (_ENVIRONMENT, "file") in entries:
        return
    for name, kind in entries:
        path = prefix + name
        if not _is_text(name):
            yield Found(path, "has a name that is not text", place)
        elif len(os.fsencode(path)) > MAX_PATH:
            yield Found(path, f"has a path of more than {MAX_PATH} bytes", place)
        elif kind != "folder":
            yield Found(path, WHY[kind], place)
        elif depth == 0:
            yield Found(path, f"lies more than {MAX_DEPTH} folders deep", place)
        else:
            try:
                with _opened(name, place, holds) as inner:
                    yield Found(path, "", place, is_folder=True)
                    yield from _below(inner, f"{path}/", depth - 1, counted, holds)
            except OSError as error:
                yield Found(path, _why(error), place)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _listed(place: Place, counted: Iterator[int], most: int = MAX_ENTRIES) -> list[tuple[str, str]]:
    """Return the names in a folder, each with its kind: ``file``, ``folder``, ``link`` or ``other``."""
    found = []
    with os.scandir(place) as entries:
        for entry in entries:
            if next(counted) > most:
                raise TooLarge(f"The folder holds more than {most} entries; hand in only your own source files.")
            if not entry.name.startswith(".") and entry.name not in IGNORED:
                found.append((entry.name, _kind(entry)))
    return sorted(found)


def _kind(entry: os.DirEntry[str]) -> str:
    try:
        if entry.is_symlink() or (os.name == "nt" and _is_link(entry.stat(follow_symlinks=False))):
            return "link"
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        return "file" if entry.is_file(follow_symlinks=False) else "other"
    except OSError:
        return "file"  # opening it will tell


@contextmanager
def _opened(name: str, place: Place, holds: bool) -> Iterator[Place]:
    """Hold a folder open; ``place`` is its parent."""
    if not holds:
        path = os.path.join(str(place), name)
        _refuse_link(path)
        yield path
        return
    descriptor = _open(name, place, os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open(name: str, place: Place, flags: int = 0) -> int:
    """Open the entry called ``name`` in a folder, unless it is a link; a pipe does not block."""
    flags |= os.O_RDONLY | _CAREFULLY
    if isinstance(place, int):
        return os.open(name, flags, dir_fd=place)
    path = os.path.join(place, name)
    _refuse_link(path)
    descriptor = os.open(path, flags)
    try:
        _refuse_link(path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_link(path: str) -> None:
    if _is_link(os.lstat(path)):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)


def _is_link(state: os.stat_result) -> bool:
    return stat.S_ISLNK(state.st_mode) or bool(getattr(state, "st_reparse_tag", 0) & _LEADS_ELSEWHERE)


def _read(name: str, place: Place, max_bytes: int, before: int = 0) -> bytes:
    most = max_bytes - before
    try:
        descriptor = _open(name, place)
        try:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                raise NotRead(WHY["other"])
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                content = file.read(most + 1) if state.st_size <= most else b""
        finally:
            os.close(descriptor)
    except OSError as error:
        raise NotRead(_why(error)) from error
    if state.st_size > most or len(content) > most:
        raise TooLarge(f"The hand-in is larger than {max_bytes // 2**20} MiB; hand in only your own source files.")
    return content


def _why(error: OSError) -> str:
    """Return why a file is left out; raise the machine's own errors again."""
    if error.errno in _OURS:
        raise error
    if error.errno in (errno.ELOOP, errno.EMLINK):
        return WHY["link"]
    if error.errno in _CHANGED:
        return "changed while it was read"
    return f"cannot be read ({error.strerror or type(error).__name__})"
