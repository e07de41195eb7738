"""The errors that an instructor can meet: one tree, each a whole sentence. Imports nothing of the grader."""

from __future__ import annotations


class GraderError(Exception):
    """Base of all errors with a message meant for an instructor.

    Attributes
    ----------
    exit_status : int
        What the command exits with when this error ends it.
    """

    exit_status = 2


class UsageError(GraderError):
    """The command line, or a path on it, cannot be used as it is."""


class AssignmentError(GraderError):
    """The assignment's folder is not valid."""


class FenceError(GraderError):
    """The fence itself failed: never the student's fault, never scored."""

    exit_status = 3
