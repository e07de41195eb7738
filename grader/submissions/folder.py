"""FOUND: a plain folder with one file, folder or zip a student; the place for readers of course systems' downloads. Opens nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import UsageError
from grader.submissions.reader import IGNORED, shown
from grader.submissions.slug import slugs_of
from grader.submissions.submission import Submission

NOT_SUBMISSIONS = frozenset(
    {".md", ".txt", ".csv", ".tsv", ".toml", ".json", ".yml", ".yaml", ".html", ".xlsx", ".log"}
)
NOBODYS = IGNORED | {"Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class LeftOut:
    """An entry of the folder that is nobody's hand-in, and why, in words."""

    path: Path
    reason: str


def find_submissions(
    paths: Sequence[Path], out: Path | None = None, student: str | None = None
) -> tuple[list[Submission], list[LeftOut]]:
    """Return the hand-ins below ``paths``, sorted by student, and what was left out.

    A folder is a class with one entry a student, whatever is in it; a file is one student's. ``student`` says that the one
    path, also when it is a folder, is this student's. ``out`` is the folder of the reports, which is nobody's hand-in, wherever
    it lies.

    Raises
    ------
    UsageError
        When a path does not exist, nothing was found, or two entries belong to one student.
    """
    if student is not None and len(paths) != 1:
        raise UsageError("--student needs exactly one PATH, the hand-in of this student.")
    reports = _state(out.resolve()) if out is not None else None
    found: dict[str, Submission] = {}
    left_out: list[LeftOut] = []
    for entry in _entries(paths, whole=student is not None):
        state = _state(entry)
        reason = _reason_to_leave_out(entry, state, reports)
        if reason is not None or state is None:
            left_out.append(LeftOut(entry, reason or "cannot be looked at"))
        else:
            _add(found, entry, state, student)
    if not found:
        why = "".join(f" {shown(entry.path.name)} {entry.reason}." for entry in left_out[:3])
        raise UsageError(
            f"No submission was found in {', '.join(map(str, paths))}. "
            f"It must hold one .py file, .ipynb notebook, .zip or folder for each student.{why}"
        )
    slugs = slugs_of(found)
    everyone = (replace(submission, slug=slugs[submission.id]) for submission in found.values())
    return sorted(everyone, key=lambda submission: submission.id), left_out


def takes_main_for_a_student(paths: Sequence[Path]) -> Iterator[str]:
    """Yield a sentence for each folder that is read as a class and might be one student's own, since there is a ``main.py`` in it."""
    for path in paths:
        if _is_folder(path) and os.path.lexists(path / "main.py"):
            yield (
                f"{path} is read as a class: main.py in it is the hand-in of a student called main. "
                f"If {path} is the folder of one student, add --student NAME."
            )


def placed(path: Path) -> Path:
    """Return an absolute path to an entry: links above it are followed now, the entry itself never."""
    if path.name in ("", ".."):
        return Path(os.path.realpath(path))
    return Path(os.path.realpath(path.parent), path.name)


def _entries(paths: Sequence[Path], *, whole: bool) -> Iterator[Path]:
    """Yield the entries of the folders among ``paths``, and the others as they are; all of them, when each is one hand-in."""
    for path in paths:
        try:
            path.stat()
            names = sorted(os.listdir(path)) if path.is_dir() and not whole else None
        except FileNotFoundError as error:
            raise UsageError(
                f"There is no file or folder {str(path)!r}. Give the folder that holds one entry a student."
            ) from error
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}. Give a folder that you may read.") from error
        if names is None:
            yield placed(path)
        else:
            folder = Path(os.path.realpath(path))
            yield from (folder / name for name in names if not name.startswith(".") and name not in NOBODYS)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _state(path: Path) -> os.stat_result | None:
    """Return what a path is, a link as such; None when it is not there or cannot be looked at."""
    try:
        return path.lstat()
    except OSError:
        return None


def _reason_to_leave_out(entry: Path, state: os.stat_result | None, reports: os.stat_result | None) -> str | None:
    if state is None:
        return "cannot be looked at"
    if stat.S_ISLNK(state.st_mode):
        return "is a link, and links are not followed"
    is_folder = stat.S_ISDIR(state.st_mode)
    if is_folder and reports is not None and os.path.samestat(state, reports):
        return "is where the reports go"
    if not is_folder and not stat.S_ISREG(state.st_mode):
        return "is neither a file nor a folder"
    if not is_folder and entry.suffix.lower() in NOT_SUBMISSIONS:
        return "is not a submission"
    if not os.access(entry, os.R_OK | os.X_OK if is_folder else os.R_OK):
        return "cannot be read by you"
    return None


def _add(found: dict[str, Submission], entry: Path, state: os.stat_result, student: str | None) -> None:
    form = "folder" if stat.S_ISDIR(state.st_mode) else "zip" if entry.suffix.lower() == ".zip" else "file"
    name = student or (entry.name if form == "folder" else entry.stem)
    name = name.encode("utf-8", "backslashreplace").decode()
    if name in found:
        raise UsageError(
            f"Two entries belong to the student {name!r}: {found[name].path.name} and {entry.name}. "
            "Keep one of them, or put both into one folder of that name."
        )
    found[name] = Submission(name, "", entry, form)
