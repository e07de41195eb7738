"""FOUND: a plain folder with one file, folder or zip a student; the place for readers of course systems' downloads. Opens nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.submissions.submission import Submission, slug_of

NOT_SUBMISSIONS = frozenset(
    {".md", ".txt", ".csv", ".tsv", ".toml", ".json", ".yml", ".yaml", ".html", ".xlsx", ".log"}
)
IGNORED = frozenset({"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class LeftOut:
    """An entry of the folder that is nobody's hand-in, and why, in words."""

    path: Path
    reason: str


def find_submissions(paths: Sequence[Path], out: Path | None = None) -> tuple[list[Submission], list[LeftOut]]:
    """Return the hand-ins below ``paths``, sorted by student, and what was left out.

    A folder is a class with one entry a student, unless it holds a ``main.py``: then it is one student's own folder. ``out`` is
    the folder of the reports, which is nobody's hand-in, wherever it lies.

    Raises
    ------
    UsageError
        When a path does not exist, nothing was found, or two entries belong to one student.
    """
    entries: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(
                f"There is no file or folder {str(path)!r}. Give the folder that holds one entry a student."
            )
        entries += sorted(path.iterdir()) if path.is_dir() and not (path / "main.py").exists() else [path]
    found: dict[str, Submission] = {}
    left_out: list[LeftOut] = []
    for entry in entries:
        reports = out is not None and entry.is_dir() and out.is_dir() and entry.samefile(out)
        reason = "is where the reports go" if reports else _reason_to_leave_out(entry)
        if reason:
            left_out.append(LeftOut(entry, reason))
        elif not entry.name.startswith(".") and entry.name not in IGNORED:
            _add(found, entry)
    if not found:
        raise UsageError(
            f"No submission was found in {', '.join(map(str, paths))}. "
            "It must hold one .py file, .ipynb notebook, .zip or folder for each student."
        )
    return sorted(found.values(), key=lambda submission: submission.id), left_out


def _reason_to_leave_out(entry: Path) -> str | None:
    if entry.name.startswith(".") or entry.name in IGNORED:
        return None
    if entry.is_symlink():
        return "is a link, and links are not followed"
    if not entry.is_dir() and not entry.is_file():
        return "is neither a file nor a folder"
    if entry.is_file() and entry.suffix.lower() in NOT_SUBMISSIONS:
        return "is not a submission"
    if not os.access(entry, os.R_OK | os.X_OK if entry.is_dir() else os.R_OK):
        return "cannot be read by you"
    return None


def _add(found: dict[str, Submission], entry: Path) -> None:
    entry = Path(os.path.abspath(entry))
    form = "folder" if entry.is_dir() else "zip" if entry.suffix.lower() == ".zip" else "file"
    student = (entry.name if form == "folder" else entry.stem).encode("utf-8", "backslashreplace").decode()
    if student in found:
        raise UsageError(
            f"Two entries belong to the student {student!r}: {found[student].path.name} and {entry.name}. "
            "Keep one of them, or put both into one folder of that name."
        )
    taken = [submission.slug for submission in found.values()]
    found[student] = Submission(student, slug_of(student, taken), entry, form)
