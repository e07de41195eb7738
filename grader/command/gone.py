"""Removes what earlier runs have left of students who are no longer in the class."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.submissions import Submission

# Where something is kept for each student below the folder of the reports, and how its name ends.
_KEPT = (
    ("students", ".html"),
    ("gradescope", ".json"),
    ("notebooks", ".ipynb"),
    ("notebooks", ".html"),
    ("handed-in", ".pdf"),
    ("records", ".json"),
)


def is_a_class(paths: Sequence[Path], everyone: Sequence[Submission], student: str | None) -> bool:
    """Return whether a run knows its whole class: files that are named one by one say nothing of others."""
    return student is None and (len(everyone) > len(paths) or any(path.is_dir() for path in paths))


def remove_gone(everyone: Sequence[Submission], out: Path) -> list[str]:
    """Remove the files of whoever is not among ``everyone``; return the slugs of those who had a page or a record.

    Points that people gave are kept: they are looked up by name when the student is back.
    """
    here = {submission.slug for submission in everyone}
    gone = set()
    for path, slug in _files(out):
        if slug not in here:
            with contextlib.suppress(OSError):  # what cannot be removed is no reason to end without reports
                path.unlink()
                gone.add(slug)
    return sorted(gone)


def _files(out: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files that are kept for single students, and whose they are."""
    for folder, ending in _KEPT:
        with contextlib.suppress(OSError):
            for path in sorted((out / folder).iterdir()):
                if path.name.endswith(ending) and not path.name.startswith(".") and not path.is_dir():
                    yield path, path.name.removesuffix(ending)
