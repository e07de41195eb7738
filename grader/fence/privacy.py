"""The paths of a run that students' code must not read, and where they must not be."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError

_MOST_LOOKED_AT = 200


@dataclass(frozen=True)
class Private:
    """One file or folder, and its name in a sentence ("the answer key").

    ``linked`` says whether the targets of links directly in it also belong to it. Links in hand-ins are never followed.
    """

    name: str
    path: Path
    linked: bool = True


def require_hidden(private: Iterable[Private], readable: Sequence[str]) -> None:
    """Stop the run if something private is in a folder that students' code may read.

    Links are followed on both sides, and folders are compared by identity, since one may have many names.

    Raises
    ------
    UsageError
        For the first such path, with what to do.
    """
    open_folders = {identity: path for path in reversed(readable) if (identity := _identity(path)) is not None}
    for each in private:
        for path in _places(each):
            found = next((open_folders[i] for i in _identities_above(path) if i in open_folders), None)
            if found is not None:
                raise UsageError(
                    f"{each.name[0].upper()}{each.name[1:]} {path} lies in {found}, which students' code may read, because Python, its "
                    "packages or the system's libraries are there. Move it to a folder that holds none of them, such as one below "
                    "your home."
                )


def _places(private: Private) -> list[str]:
    """Return the real path of something private, and the targets of links directly in it if they belong to it."""
    real = os.path.realpath(private.path)
    if not private.linked:
        return [real]
    try:
        with os.scandir(real) as entries:
            links = [entry.path for entry in entries if entry.is_symlink()]
    except OSError:
        links = []
    return [real, *map(os.path.realpath, links[:_MOST_LOOKED_AT])]


def _identities_above(path: str) -> list[tuple[int, int]]:
    """Return the identities of a path and of every folder above it."""
    above = [Path(path), *Path(path).parents]
    return [identity for each in above if (identity := _identity(each)) is not None]


def _identity(path: str | Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def witnesses(private: Iterable[Private]) -> list[str]:
    """Return the paths that the self-test tries to read: each path itself, and a file in it."""
    found: list[str] = []
    for each in private:
        path = Path(os.path.realpath(each.path))
        found += [str(path), *_a_file_below(path)]
    return list(dict.fromkeys(found))


def _a_file_below(folder: Path) -> list[str]:
    """Return one file in a folder, or in a folder of it."""
    waiting, looked_at = [folder], 0
    while waiting and looked_at < _MOST_LOOKED_AT:
        try:
            entries = list(os.scandir(waiting.pop(0)))
        except OSError:
            continue
        looked_at += len(entries)
        for entry in entries:
            if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_size:
                return [entry.path]
        waiting += [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    return []


def seen(listing: Iterable[str], folder: str, readable: Sequence[str]) -> bool:
    """Return whether a listing of a private folder shows more than the path to readable folders below it."""
    way = {os.path.relpath(path, folder).split("/")[0] for path in readable if path.startswith(folder + "/")}
    return bool(set(listing) - way)
