"""Errors shown to instructors: one tree, and every message a whole sentence."""

from __future__ import annotations


class GraderError(Exception):
    """Base of all errors with a message meant for an instructor.

    Parameters
    ----------
    *lines : str
        The message. A line feed inside a line is part of a name, and is escaped when it is shown.

    Attributes
    ----------
    exit_status : int
        The command's exit status when this error ends it.
    """

    exit_status = 2

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


class UsageError(GraderError):
    """The command line, or a path on it, cannot be used as it is."""


class AssignmentError(GraderError):
    """The assignment's folder is not valid."""


class FenceError(GraderError):
    """The fence itself failed: this is never the student's fault and never scored."""

    exit_status = 3


class NotWritten(GraderError):
    """A file of ours could not be written; this affects every student, so the run ends."""

    exit_status = 3


def reason(error: Exception) -> str:
    """Return in words why a file cannot be used: without the number and the path that Python puts around them.

    Examples
    --------
    >>> reason(FileNotFoundError(2, "No such file or directory", "class.csv"))
    'No such file or directory'
    """
    if isinstance(error, UnicodeDecodeError):
        return "it is not text in UTF-8"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
