"""FOUND: turns a folder of hand-ins into ``Submission`` values. May not import any other stage, nor open a file as anything but bytes."""

from grader.submissions.folder import LeftOut, find_submissions
from grader.submissions.submission import Submission, SubmittedFile, TooLarge, digest, slug_of

__all__ = ["LeftOut", "Submission", "SubmittedFile", "TooLarge", "digest", "find_submissions", "slug_of"]
