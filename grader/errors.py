"""The errors that an instructor can meet: one tree, each a whole sentence."""

from __future__ import annotations


class GraderError(Exception):
    """Base of all errors with a message meant for an instructor.

    Parameters
    ----------
    *lines : str
        The message. A line feed inside one of them is part of somebody's name, and is not shown as one.

    Attributes
    ----------
    exit_status : int
        What the command exits with when this error ends it.
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
    """The fence itself failed: never the student's fault, never scored."""

    exit_status = 3


class NotWritten(GraderError):
    """A file of ours could not be written: nothing that concerns one student, so the run ends."""

    exit_status = 3
