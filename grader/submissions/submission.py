"""One student's hand-in, as bytes and names."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from grader.submissions.download import Member
from grader.submissions.entry import Origin
from grader.submissions.reader import MAX_FILES, Found, NotRead, TooLarge, read_file, shown, walk

MAX_REMARKED = 20
MAX_EMPTY_FOLDERS = 100


@dataclass(frozen=True)
class SubmittedFile:
    """A file of a hand-in: its bytes, and its path inside the hand-in, separated by ``/``."""

    path: str
    content: bytes


@dataclass(frozen=True)
class Piece:
    """A file or folder on disk, and its place in a hand-in; with an empty ``into``, the folder is the hand-in."""

    path: Path
    into: str

    def found(self, *, folders: bool = False) -> Iterator[Found]:
        """Yield the file, or the files in the folder."""
        if self.path.is_dir() and not self.path.is_symlink():
            start = f"{self.into}/" if self.into else ""
            for found in walk(self.path, folders=folders):
                yield replace(found, path=start + found.path, name=found.path.rpartition("/")[2])
        else:
            yield Found(self.into or self.path.name, "", str(self.path.parent), name=self.path.name)


@dataclass(frozen=True)
class Contents:
    """The content of a hand-in: its files, sorted by path, and a sentence for each of the first files left out.

    ``folders`` are its folders without files, kept because a program may write into them.
    """

    files: tuple[SubmittedFile, ...]
    left_out: tuple[str, ...]
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Start:
    """How a program is started: its command-line arguments, and what is typed while it runs."""

    args: tuple[str, ...] = ()
    typed: str = ""

    def fields(self) -> list[Any]:
        """Return the start as JSON values."""
        return [list(self.args), self.typed]

    @property
    def told(self) -> str:
        """The start as a person writes it: the arguments, then each typed line after a ``<``."""
        return " ".join(
            [shlex.quote(word) for word in self.args] + [shlex.quote(f"<{line}") for line in self.typed.splitlines()]
        )

    @classmethod
    def of(cls, text: str) -> Start:
        """Return the start that a person wrote; raise ``ValueError`` if a quotation mark is missing."""
        words = shlex.split(text)
        typed = "".join(f"{word[1:]}\n" for word in words if word.startswith("<"))
        return cls(tuple(word for word in words if not word.startswith("<")), typed)


@dataclass(frozen=True)
class Submission:
    """One student's hand-in on disk.

    ``id`` is the student, ``slug`` the part of file names made from it, ``form`` one of ``file``, ``folder`` and ``zip``,
    which stands for any archive. ``beside`` are further entries of the same student, read as if all were in one folder;
    ``entry`` is the file to grade, as a path inside the hand-in, if a person has chosen one.
    ``pieces`` and ``members`` locate the files if a platform has named them, on disk or in a downloaded zip; ``path`` is
    then only the hand-in's name. ``origin`` is what is known about it besides its files. ``runs`` are the ways to start
    its program, if a person has given them; ``adapter`` is code of that person's that runs after it; ``accepts_names``
    says whether names similar to the required ones count.
    For a submission that came from another machine, ``unreadable`` is why it could not be read there, and ``left_out``
    names the files left out there.
    """

    id: str
    slug: str
    path: Path
    form: str
    unreadable: str | None = None
    left_out: tuple[str, ...] = ()
    beside: tuple[Path, ...] = ()
    entry: str | None = None
    pieces: tuple[Piece, ...] = ()
    members: tuple[Member, ...] = ()
    origin: Origin | None = None
    runs: tuple[Start, ...] = ()
    adapter: str = ""
    accepts_names: bool = False

    def as_job(self) -> dict[str, Any]:
        """Return the submission as JSON values, to be sent to another process on this machine."""
        return {
            "id": self.id,
            "slug": self.slug,
            "path": str(self.path),
            "form": self.form,
            "unreadable": self.unreadable,
            "left_out": self.left_out,
            "beside": [str(path) for path in self.beside],
            "entry": self.entry,
            "pieces": [[str(piece.path), piece.into] for piece in self.pieces],
            "members": [[str(m.download), m.number, m.stamp, m.path, m.why] for m in self.members],
            "origin": self.origin.fields() if self.origin else None,
            "runs": [start.fields() for start in self.runs],
            "adapter": self.adapter,
            "accepts_names": self.accepts_names,
        }

    @classmethod
    def from_job(cls, job: Mapping[str, Any]) -> Submission:
        """Return the submission from the dict that ``as_job`` returned."""
        return cls(
            job["id"],
            job["slug"],
            Path(job["path"]),
            job["form"],
            job["unreadable"],
            tuple(job["left_out"]),
            tuple(map(Path, job["beside"])),
            job["entry"],
            tuple(Piece(Path(path), into) for path, into in job["pieces"]),
            tuple(Member(Path(path), number, (*stamp,), *rest) for path, number, stamp, *rest in job["members"]),
            Origin.from_fields(job["origin"]) if job["origin"] else None,
            tuple(Start(tuple(args), typed) for args, typed in job.get("runs", ())),
            job.get("adapter", ""),
            job.get("accepts_names", False),
        )

    @property
    def name(self) -> str:
        """The name of the file or folder, with undecodable bytes escaped."""
        return self.path.name.encode("utf-8", "backslashreplace").decode()

    def contents(self, max_bytes: int) -> Contents:
        """Return the content of the hand-in; links, pipes, devices and unreadable files are left out.

        Raises
        ------
        TooLarge
            If it has more than ``max_bytes`` bytes or ``MAX_FILES`` files, or cannot be read here or where it came from.
        """
        if self.unreadable is not None:
            raise TooLarge(self.unreadable)
        if self.form != "folder" and not self.is_placed:
            return Contents((SubmittedFile(self.path.name, read_file(self.path, max_bytes)),), self.left_out)
        files: list[SubmittedFile] = []
        folders: list[str] = []
        left_out: list[tuple[str, str]] = []
        total = 0
        for found in self._found(folders=True):
            if found.is_folder:
                folders.append(found.path)
                continue
            if not found.why and len(files) == MAX_FILES:
                raise TooLarge(f"The folder holds more than {MAX_FILES} files; hand in only your own source files.")
            try:
                content = found.read(max_bytes, total)
            except NotRead as reason:
                left_out.append((found.path, str(reason)))
            else:
                total += len(content)
                files.append(SubmittedFile(found.path, content))
        if self.form != "folder" and not files:
            raise TooLarge(f"{shown(self.path.name)} {left_out[0][1] if left_out else 'is not there'}.")
        sentences = (f"'{shown(path)}' {why} and was left out." for path, why in sorted(left_out)[:MAX_REMARKED])
        told = (*self.left_out, *self._together(), *sentences)
        return Contents(tuple(sorted(files, key=lambda file: file.path)), told, _empty(folders, files))

    @property
    def is_placed(self) -> bool:
        """Whether its files are somewhere other than at ``path``."""
        return bool(self.pieces or self.members)

    def _found(self, *, folders: bool = False) -> Iterator[Found | Member]:
        """Yield the files in the folder, or in all entries of a student who has several."""
        yield from self.members
        for piece in self.pieces:
            yield from piece.found(folders=folders)
        if self.is_placed:
            return
        if not self.beside:
            yield from walk(self.path, folders=folders)
            return
        for path in (self.path, *self.beside):
            if path.is_dir() and not path.is_symlink():
                yield from (replace(found, path=f"{path.name}/{found.path}") for found in walk(path, folders=folders))
            else:
                yield Found(path.name, "", str(path.parent))

    def _together(self) -> tuple[str, ...]:
        names = [shown(path.name) for path in (self.path, *self.beside)]
        return (f"{', '.join(names[:-1])} and {names[-1]} were read as one hand-in.",) if self.beside else ()

    def read(self, max_bytes: int) -> tuple[SubmittedFile, ...]:
        """Return only the files; raises as ``contents`` does."""
        return self.contents(max_bytes).files

    def paths(self) -> Iterator[str]:
        """Yield the paths of the files of a folder without opening them; raise ``TooLarge`` if it cannot be read."""
        if self.form == "folder" and self.unreadable is None:
            yield from (found.path for found in self._found() if not found.why)

    def first_with(self, ending: str, max_bytes: int) -> bytes | None:
        """Return the bytes of the first file of a folder with this ending, reading no other file; None if there is none.

        Raises
        ------
        TooLarge
            If it has more than ``max_bytes`` bytes, or cannot be read.
        """
        first = min((path for path in self.paths() if path.lower().endswith(ending)), default=None)
        if first is None:
            return None
        try:
            return next((found.read(max_bytes) for found in self._found() if found.path == first), None)
        except NotRead:
            return None


def _empty(folders: Iterable[str], files: Iterable[SubmittedFile]) -> tuple[str, ...]:
    """Return the first folders that hold no file, sorted."""
    filled = {str(folder) for file in files for folder in PurePosixPath(file.path).parents}
    return tuple(sorted(folder for folder in folders if folder not in filled)[:MAX_EMPTY_FOLDERS])


def digest(files: Iterable[SubmittedFile]) -> str:
    """Return the SHA-256 of the paths and bytes of a hand-in, in hexadecimal."""
    total = hashlib.sha256()
    for file in files:
        name = file.path.encode("utf-8", "surrogateescape")
        total.update(len(name).to_bytes(8, "big") + name + len(file.content).to_bytes(8, "big") + file.content)
    return total.hexdigest()
