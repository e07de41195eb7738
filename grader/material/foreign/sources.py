"""An author's files as bytes, from a folder or an archive: what the readers of both forms read from; serves READ.

Paths in here are those inside the folder or archive, with ``/`` between their parts; none leads out of it.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from grader.errors import AssignmentError, UsageError, reason
from grader.submissions.download import is_zip, open_download
from grader.submissions.reader import IGNORED, NotRead, TooLarge
from grader.submissions.tree import Node

MOST_BYTES = 256 * 2**20
MOST_FILES = 2000
MOST_DEPTH = 3


def refuse(place: object, sentence: str) -> AssignmentError:
    """Return the error that says a sentence of a file, or of a part of it."""
    return AssignmentError(f"{place}: {sentence}")


@dataclass(frozen=True)
class Sources:
    """The files of an author, by their paths; each is read when it is asked for.

    Attributes
    ----------
    place : Path
        The folder or the archive; messages name it.
    names : tuple of str
        All paths in it, sorted.
    within : mapping
        The content of an archive; files of a folder are read from disk.
    """

    place: Path
    names: tuple[str, ...]
    within: Mapping[str, bytes] = field(default_factory=dict)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises
        ------
        AssignmentError
            When it cannot be read.
        """
        if name in self.within:
            return self.within[name]
        try:
            return (self.place / name).read_bytes()
        except OSError as error:
            raise refuse(self.place / name, f"this cannot be read ({reason(error)}).") from error

    def path(self, name: str) -> str:
        """Return what a file is called in a message."""
        return f"{self.place}/{name}"

    def text(self, name: str) -> str:
        """Return the text of a file; raises ``AssignmentError`` when it is not UTF-8 text."""
        try:
            return self.read(name).decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise refuse(self.path(name), "this is not UTF-8 text; save the file as UTF-8 in your editor.") from error

    def json(self, name: str) -> Any:
        """Return what a file of JSON holds; raises ``AssignmentError`` when it holds none."""
        try:
            return json.loads(self.text(name))
        except (ValueError, RecursionError) as error:
            line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
            raise refuse(self.path(name) + line, "this is not valid JSON; open and save it again.") from error

    def tree(self, name: str) -> ast.Module:
        """Return a file of Python as a syntax tree; raises ``AssignmentError`` when it is no Python."""
        return parsed(self.text(name), self.path(name))

    def below(self, folder: str) -> Sources:
        """Return the files below a folder, with their paths there."""
        prefix = f"{folder}/"
        inner = {name[len(prefix) :]: data for name, data in self.within.items() if name.startswith(prefix)}
        names = tuple(name[len(prefix) :] for name in self.names if name.startswith(prefix))
        return Sources(self.place / folder, names, inner)

    def files(self, names: Iterator[str] | tuple[str, ...] | list[str]) -> dict[str, bytes]:
        """Return files with their content; raises ``AssignmentError`` when they are too large together."""
        found: dict[str, bytes] = {}
        total = 0
        for name in names:
            found[name] = self.read(name)
            total += len(found[name])
            if total > MOST_BYTES:
                raise refuse(
                    self.place, f"its files have more than {MOST_BYTES // 2**20} MiB; leave out what no test needs."
                )
        return found


def parsed(text: str, path: str) -> ast.Module:
    """Return a text as a syntax tree; raises ``AssignmentError`` when it is no Python."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise refuse(path + line, f"this is not valid Python ({getattr(error, 'msg', error)}).") from error


def open_sources(path: Path) -> Sources:
    """Return the files in a folder or an archive; of a file, those in its folder.

    Raises
    ------
    AssignmentError
        When it cannot be read, or holds too much.
    """
    if path.is_file() and is_zip(path):
        return _archive(path)
    if path.is_dir():
        names = list(islice(_below(path), MOST_FILES + 1))
        if len(names) > MOST_FILES:
            raise refuse(path, f"it holds more than {MOST_FILES} files; name the folder of one assignment.")
        return Sources(path, tuple(sorted(names)))
    # A notebook may lie in a folder of anything; what is far below it is not its own.
    near = (name for name in _below(path.parent, MOST_DEPTH) if name.count("/") < MOST_DEPTH)
    return Sources(path.parent, tuple(sorted(islice(near, MOST_FILES))))


def _below(folder: Path, depth: int = 1000) -> Iterator[str]:
    """Yield the paths of files below a folder; raises ``AssignmentError`` when it cannot be read."""

    def fail(error: OSError) -> None:
        raise refuse(folder, f"it cannot be read ({reason(error)}).") from error

    for place, folders, files in os.walk(folder, onerror=fail):
        inner = Path(place).relative_to(folder)
        folders[:] = sorted(each for each in folders if not _is_hidden(each) and len(inner.parts) < depth)
        yield from ((inner / each).as_posix() for each in sorted(files) if not _is_hidden(each))


def _is_hidden(part: str) -> bool:
    """Return whether nobody put this there on purpose; Otter's own ``.otter`` files have a name before the dot."""
    return part.startswith(".") or part in IGNORED


def _into(top: Node) -> str:
    return top.name if top.kind == "folder" else ""


def _archive(path: Path) -> Sources:
    try:
        download = open_download(path)
        content: dict[str, bytes] = {}
        total = 0
        for member in (each for top in download.tree.listed("") for each in download.below(top.name, _into(top))):
            if len(content) >= MOST_FILES:
                raise refuse(path, f"it holds more than {MOST_FILES} files, which is no archive of one assignment.")
            try:
                content[member.path] = member.read(MOST_BYTES, total)
            except NotRead as reason:
                raise refuse(path, f"{member.path} in it {reason}.") from reason
            total += len(content[member.path])
    except TooLarge as error:
        raise refuse(path, f"its files have more than {MOST_BYTES // 2**20} MiB.") from error
    except UsageError as error:
        raise AssignmentError(*error.args) from error
    if download.refused:
        name, why = download.refused[0]
        raise refuse(path, f"{name} in it {why}; make the archive again.")
    return Sources(path, tuple(sorted(content)), content)
