"""FOUND: turns a folder of hand-ins, or a course system's download, into ``Submission`` values."""

from grader.submissions.endings import form_of, student_of
from grader.submissions.entry import Origin, Person
from grader.submissions.folder import LeftOut, find_submissions, placed, takes_main_for_a_student
from grader.submissions.reader import TooLarge
from grader.submissions.slug import former_slugs, slug_of
from grader.submissions.submission import Start, Submission, SubmittedFile, digest

__all__ = [
    "LeftOut",
    "Origin",
    "Person",
    "Start",
    "Submission",
    "SubmittedFile",
    "TooLarge",
    "digest",
    "find_submissions",
    "form_of",
    "former_slugs",
    "placed",
    "slug_of",
    "student_of",
    "takes_main_for_a_student",
]
