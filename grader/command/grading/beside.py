"""Keeps the PDF that a student hands in with the code, for the instructor; its content is never read."""

from __future__ import annotations

from pathlib import Path

from grader.files import write_atomically
from grader.submissions import Submission, TooLarge


def keep_pdf(submission: Submission, max_bytes: int, out: Path) -> None:
    """Copy the first PDF of a folder handed in to ``out/handed-in``; zips are not opened here."""
    try:
        content = submission.first_with(".pdf", max_bytes)
    except (TooLarge, OSError):
        return
    if content is not None:
        write_atomically(out / "handed-in" / f"{submission.slug}.pdf", content)
