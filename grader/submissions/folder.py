"""Reads a plain folder with one file, folder or zip per student (``layouts`` reads course systems' downloads); opens nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError, reason
from grader.submissions.endings import (
    PAGES,
    PERHAPS_CODE,
    TEXTS,
    ending_of,
    form_of,
    holds_code,
    is_link_to_work,
    is_no_code,
    is_nobodys,
    is_notebook_as_page,
    student_of,
)
from grader.submissions.reader import IGNORED, begins, shown
from grader.submissions.slug import slugs_of
from grader.submissions.submission import Submission

NO_SUBMISSION = "is not a submission"
NOBODYS = IGNORED | {"Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class LeftOut:
    """An entry of the folder that is not a hand-in, and why, in words."""

    path: Path
    reason: str


def find_submissions(
    paths: Sequence[Path], out: Path | None = None, student: str | None = None
) -> tuple[list[Submission], list[LeftOut]]:
    """Return the hand-ins below ``paths``, sorted by student, and the entries that were left out.

    A folder is always a class with one entry per student; a file is one student's. Several entries with the same name,
    such as a script and a report, are one hand-in. ``student`` says that the only path, even a folder, is this student's
    hand-in. ``out`` is the folder of the reports, which is never a hand-in.

    Raises
    ------
    UsageError
        If a path does not exist, or nothing was found.
    """
    if student is not None and len(paths) != 1:
        raise UsageError("--student needs exactly one PATH, the hand-in of this student.")
    reports = _state(out.resolve()) if out is not None else None
    found: dict[str, list[tuple[Path, str]]] = {}
    left_out: list[LeftOut] = []
    instead: list[tuple[str, Path]] = []
    for entry in _entries(paths, whole=student is not None):
        state = _state(entry)
        why_not = _reason_to_leave_out(entry, state, reports)
        if why_not == NO_SUBMISSION and state is not None and _is_instead_of_work(entry):
            instead.append((student or _whose(entry, state)[0], entry))
        elif why_not is not None or state is None:
            left_out.append(LeftOut(entry, why_not or "cannot be examined"))
        else:
            name, form = _whose(entry, state)
            found.setdefault(student or name, []).append((entry, form))
    for name, entry in instead:
        # Beside code it is nothing more than a copy.
        if name in found:
            left_out.append(LeftOut(entry, NO_SUBMISSION))
        else:
            found[name] = [(entry, "file")]
    if not found:
        why = "".join(f" {shown(entry.path.name)} {entry.reason}." for entry in left_out[:3])
        raise UsageError(
            f"No submission was found in {', '.join(map(str, paths))}. "
            f"It must hold one .py file, .ipynb notebook, .zip or folder for each student.{why}"
        )
    slugs = slugs_of(found)
    everyone = (_submission(name, slugs[name], entries) for name, entries in found.items())
    return sorted(everyone, key=lambda submission: submission.id), left_out


def takes_main_for_a_student(paths: Sequence[Path]) -> Iterator[str]:
    """Yield a sentence for each folder read as a class that might be one student's, as it holds a ``main.py``."""
    for path in paths:
        if _is_folder(path) and os.path.lexists(path / "main.py"):
            yield (
                f"{path} is read as a class: main.py in it is the hand-in of a student called main. "
                f"If {path} is the folder of one student, add --student NAME."
            )


def placed(path: Path) -> Path:
    """Return an absolute path to an entry: links above it are resolved now, the entry itself never."""
    if path.name in ("", ".."):
        return Path(os.path.realpath(path))
    return Path(os.path.realpath(path.parent), path.name)


def _entries(paths: Sequence[Path], *, whole: bool) -> Iterator[Path]:
    """Yield the entries of the folders among ``paths`` and the other paths themselves; with ``whole``, every path itself."""
    for path in paths:
        try:
            path.stat()
            names = sorted(os.listdir(path)) if path.is_dir() and not whole else None
        except FileNotFoundError as error:
            raise UsageError(
                f"There is no file or folder {str(path)!r}. Give the folder that holds one entry per student."
            ) from error
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {reason(error)}. Give a folder that you may read.") from error
        if names is None:
            yield placed(path)
        else:
            folder = Path(os.path.realpath(path))
            yield from (folder / name for name in names if is_somebodys(name))


def is_somebodys(name: str) -> bool:
    """Return whether an entry of a class is a student's, rather than left there by a program."""
    return not name.startswith(".") and name not in NOBODYS and not is_nobodys(name)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _state(path: Path) -> os.stat_result | None:
    """Return the status of a path without following links; None if it does not exist or cannot be examined."""
    try:
        return path.lstat()
    except OSError:
        return None


def _reason_to_leave_out(entry: Path, state: os.stat_result | None, reports: os.stat_result | None) -> str | None:
    if state is None:
        return "cannot be examined"
    if stat.S_ISLNK(state.st_mode):
        return "is a link, and links are not followed"
    is_folder = stat.S_ISDIR(state.st_mode)
    if is_folder and reports is not None and os.path.samestat(state, reports):
        return "is where the reports go"
    if not is_folder and not stat.S_ISREG(state.st_mode):
        return "is neither a file nor a folder"
    if not is_folder and is_no_code(entry.name) and not _is_code_all_the_same(entry):
        return NO_SUBMISSION
    if not os.access(entry, os.R_OK | os.X_OK if is_folder else os.R_OK):
        return "cannot be read by you"
    return None


def _is_code_all_the_same(entry: Path) -> bool:
    """Return whether a text or JSON file is really code that was saved or downloaded under the wrong ending."""
    return ending_of(entry.name) in PERHAPS_CODE and holds_code(begins(entry), ending_of(entry.name))


def _is_instead_of_work(entry: Path) -> bool:
    """Return whether a file is what somebody handed in who has handed in no code: a link to it, or a notebook as a web page."""
    ending = ending_of(entry.name)
    if ending in PAGES:
        return is_notebook_as_page(begins(entry))
    return ending in TEXTS and is_link_to_work(begins(entry))


def _whose(entry: Path, state: os.stat_result) -> tuple[str, str]:
    """Return the student to whom an entry belongs, with undecodable bytes escaped, and the entry's form."""
    is_folder = stat.S_ISDIR(state.st_mode)
    name = student_of(entry.name, is_folder=is_folder).encode("utf-8", "backslashreplace").decode()
    return name, form_of(entry.name, is_folder=is_folder)


def _submission(student: str, slug: str, entries: list[tuple[Path, str]]) -> Submission:
    """Return a student's submission; several entries are ordered: folders, then code, then archives, then the rest."""
    (path, form), *others = sorted(entries, key=_rank)
    if not others:
        return Submission(student, slug, path, form)
    return Submission(student, slug, path, "folder", beside=tuple(path for path, _ in others))


def _rank(entry: tuple[Path, str]) -> tuple[int, str]:
    path, form = entry
    code = form == "file" and ending_of(path.name) in (".py", ".ipynb")
    return (0 if form == "folder" else 1 if code else 2 if form == "zip" else 3), path.name
