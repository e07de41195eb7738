"""The zip that an instructor downloaded; its files are read one by one and never unpacked on disk.

This is the only archive opened outside the fence, because the instructor named it. Archives packed by students are
opened only in the confined child.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, ClassVar

from grader.errors import UsageError
from grader.submissions.reader import IGNORED, MAX_DEPTH, MAX_PATH, WHY, NotRead, TooLarge
from grader.submissions.tree import Kind, Tree, tree_of

if TYPE_CHECKING:
    import zipfile

MAX_TEXT_BYTES = 64 * 2**20
MAX_MEMBERS = 200_000
# Folders that a platform wraps around a student's own.
ROOM = 6
_MARKED_UTF8 = 0x800
# Programs that do not mark names as UTF-8 write UTF-8 anyway, or the code page of their language.
_CODE_PAGES = ("utf-8", "cp950", "cp437")


@dataclass(frozen=True)
class Member:
    """A file in a downloaded zip, and its place in a hand-in; ``Found`` is the same for files on disk."""

    download: Path
    number: int
    stamp: tuple[int, int]
    path: str
    why: str = ""
    is_folder: ClassVar[bool] = False

    def read(self, max_bytes: int, before: int = 0) -> bytes:
        """Return the bytes of the file.

        Raises
        ------
        TooLarge
            If the hand-in, of which ``before`` bytes were already read, has more than ``max_bytes``.
        NotRead
            If it is damaged or encrypted, or the zip has changed meanwhile.
        """
        if self.why:
            raise NotRead(self.why)
        if self.number < 0 or _stamp(self.download) != self.stamp:
            raise NotRead("changed while it was read")
        return _content(_opened(self.download, self.stamp), self.number, max_bytes, before)


@dataclass(frozen=True)
class Download:
    """A downloaded zip: its tree of names, the entry number at each path, and the ignored entries with reasons."""

    path: Path
    stamp: tuple[int, int]
    tree: Tree
    members: Mapping[str, int]
    refused: tuple[tuple[str, str], ...]

    def below(self, path: str, into: str) -> Iterator[Member]:
        """Yield a file, or the files of a folder, at their places in the hand-in, including those left out."""
        kinds = {node.name: node.kind for node in self.tree.listed(path)}
        if not kinds:
            yield self._member(path, into or path.rpartition("/")[2], "file")
        for name, kind in kinds.items():
            inner = f"{into}/{name}" if into else name
            if kind == "folder":
                yield from self.below(f"{path}/{name}", inner)
            else:
                yield self._member(f"{path}/{name}", inner, kind)

    def _member(self, path: str, inner: str, kind: Kind) -> Member:
        return Member(self.path, self.members.get(path, -1), self.stamp, inner, WHY[kind])


def open_download(path: Path) -> Download:
    """Read a zip's list of files.

    Raises
    ------
    UsageError
        If it is not a zip, or holds too many files.
    """
    try:
        stamp = _stamp(path)
        entries = _opened(path, stamp).infolist()
    except Exception as error:  # damaged bytes raise all kinds of errors
        raise UsageError(f"{path} cannot be opened as a zip; download it again.") from error
    if len(entries) > MAX_MEMBERS:
        raise UsageError(f"{path} holds {len(entries):,} files, and at most {MAX_MEMBERS:,} are read; unpack it first.")
    names = _names(entries)
    refused: list[tuple[str, str]] = []
    kinds: dict[str, Kind] = {}
    members: dict[str, int] = {}
    for number, (name, entry) in enumerate(zip(names, entries, strict=True)):
        place = _place(name)
        if place is None:
            refused.append((name, "has a path that leads out of the download"))
        elif place.count("/") > MAX_DEPTH + ROOM or len(place) > MAX_PATH:
            refused.append((place[:MAX_PATH], f"lies more than {MAX_DEPTH} folders deep, or has a very long path"))
        elif place and not _is_ignored(place):
            kind = _kind(name, entry)
            if place in members and kind != "folder":
                refused.append((place, "is in the download twice; the first one was taken"))
            elif kinds.setdefault(place, kind) != "folder":
                members[place] = number
    tree = tree_of(path.stem, kinds.items(), lambda text: _text(path, stamp, members.get(text)))
    return Download(path, stamp, tree, members, tuple(refused))


def is_zip(path: Path) -> bool:
    """Return whether a file is named as a zip, or has lost its ending but begins like one."""
    if path.suffix.lower() == ".zip":
        return True
    try:
        return not path.suffix and path.is_file() and path.open("rb").read(4) == b"PK\x03\x04"
    except OSError:
        return False


def _stamp(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns


@lru_cache(maxsize=4)
def _opened(path: Path, stamp: tuple[int, int]) -> zipfile.ZipFile:
    import zipfile  # here, because most classes have none

    return zipfile.ZipFile(path)


def _content(archive: zipfile.ZipFile, number: int, max_bytes: int, before: int) -> bytes:
    most = max_bytes - before
    try:
        entry = archive.infolist()[number]
        encrypted = bool(entry.flag_bits & 1)
        content = b""
        if not encrypted and entry.file_size <= most:
            with archive.open(entry) as file:
                content = file.read(most + 1)
    except Exception as error:  # each compression method has its own errors
        raise NotRead("is damaged in the download") from error
    if encrypted:
        raise NotRead("is encrypted in the download")
    if max(entry.file_size, len(content)) > most:
        raise TooLarge(f"The hand-in is larger than {max_bytes // 2**20} MiB; hand in only your own source files.")
    return content


def _text(path: Path, stamp: tuple[int, int], number: int | None) -> bytes:
    if number is None:
        return b""
    try:
        return _content(_opened(path, stamp), number, MAX_TEXT_BYTES, 0)
    except (NotRead, TooLarge):
        return b""


def _kind(name: str, entry: zipfile.ZipInfo) -> Kind:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if name.endswith(("/", "\\")) or kind == stat.S_IFDIR:
        return "folder"
    if kind == stat.S_IFLNK:
        return "link"
    return "file" if kind in (0, stat.S_IFREG) else "other"


def _names(entries: list[zipfile.ZipInfo]) -> list[str]:
    """Return the decoded names; all names not marked as UTF-8 share one code page."""
    raw = [entry.orig_filename for entry in entries]
    unmarked = [not (entry.flag_bits & _MARKED_UTF8) for entry in entries]
    for page in _CODE_PAGES:
        try:
            names = [
                name.encode("cp437").decode(page) if old else name for name, old in zip(raw, unmarked, strict=True)
            ]
        except UnicodeError:
            continue
        return [name.replace("\\", "/") for name in names] if not any("/" in name for name in names) else names
    return raw


def _place(name: str) -> str | None:
    """Return the path of an entry, or None if it leads out; backslashes separate only in a zip without slashes."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts or "\0" in name or name.startswith("/") or (parts and parts[0].endswith(":")):
        return None
    return "/".join(parts)


def _is_ignored(place: str) -> bool:
    return any(part.startswith(".") or part in IGNORED for part in PurePosixPath(place).parts)
