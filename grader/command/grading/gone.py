"""Removes what earlier runs left of students who are no longer in the class."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.submissions import Submission

# The folders below the reports that hold a file for each student, and the ending of its name.
_KEPT = (
    ("students", ".html"),
    ("gradescope", ".json"),
    ("notebooks", ".ipynb"),
    ("notebooks", ".html"),
    ("handed-in", ".pdf"),
    ("records", ".json"),
)


def is_a_class(paths: Sequence[Path], everyone: Sequence[Submission], student: str | None) -> bool:
    """Return whether a run was given its whole class, rather than files named one by one."""
    return student is None and (len(everyone) > len(paths) or any(path.is_dir() for path in paths))


def remove_gone(everyone: Sequence[Submission], out: Path) -> list[str]:
    """Remove the files of students who are not in ``everyone``; return the slugs of those who had a page or a record.

    Points given by people are kept, and are found by name if the student returns.
    """
    here = {submission.slug for submission in everyone}
    gone = set()
    for path, slug in _files(out):
        if slug not in here:
            with contextlib.suppress(OSError):  # a file that cannot be removed is no reason to write no reports
                path.unlink()
                gone.add(slug)
    return sorted(gone)


def _files(out: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files kept for each student, and the student's slug."""
    for folder, ending in _KEPT:
        with contextlib.suppress(OSError):
            for path in sorted((out / folder).iterdir()):
                if path.name.endswith(ending) and not path.name.startswith(".") and not path.is_dir():
                    yield path, path.name.removesuffix(ending)
