"""RECORDED: the PDF that a student hands in beside the code, kept for the person who grades; its bytes are never looked into."""

from __future__ import annotations

from pathlib import Path

from grader.record import write_atomically
from grader.submissions import Submission, TooLarge


def keep_pdf(submission: Submission, max_bytes: int, out: Path) -> None:
    """Copy the first PDF of a folder that was handed in to ``out/handed-in``; a zip is not opened here."""
    if submission.form != "folder":
        return
    try:
        files = submission.read(max_bytes)
    except (TooLarge, OSError):
        return
    for file in files:
        if file.path.lower().endswith(".pdf"):
            write_atomically(out / "handed-in" / f"{submission.slug}.pdf", file.content)
            return
