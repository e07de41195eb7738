"""Tells whether notebooks may be among the hand-ins, by their names alone."""

from __future__ import annotations

from collections.abc import Sequence

from grader.submissions.reader import TooLarge
from grader.submissions.submission import Submission


def may_be_notebooks(submissions: Sequence[Submission]) -> bool:
    """Return whether any of them is a notebook, or may contain one."""
    return any(_may_be_notebook(submission) for submission in submissions)


def _may_be_notebook(submission: Submission) -> bool:
    if submission.form == "file":
        return submission.path.suffix.lower() == ".ipynb"
    try:
        return submission.form == "zip" or any(path.lower().endswith(".ipynb") for path in submission.paths())
    except (TooLarge, OSError):
        return False
