"""Exceptions in a check that got plain data where the submission should have given a function or an object. Imports no stage.

``double = None`` is the student's fault, although the exception is raised in the check: the last value from the
submission could not be called or unpacked, or lacked an attribute.
"""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from grader.checks.claims import VOCABULARY, is_claim
from grader.checks.labels import described
from grader.checks.objects import StudentObject
from grader.checks.proxy import Student
from grader.outcomes import StudentFault, Why

_STUMBLED = re.compile(
    r"'(?P<kind>[\w.]+)' object is not (callable|iterable|subscriptable)|cannot unpack non-iterable (?P<other>[\w.]+) object"
)


def _of_a_check(error: BaseException) -> bool:
    """Return whether an exception was raised in a check itself, or in the vocabulary that it uses."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return is_claim(error) or (bool(frames) and Path(frames[-1][0].f_code.co_filename).parent in VOCABULARY)


def trace_misuse(error: BaseException, student: Student | None) -> BaseException:
    """Return the student's fault that caused an exception in a check, or the exception itself.

    Parameters
    ----------
    error : BaseException
        The exception that ended the check.
    student : Student or None
        The submission as the check saw it.
    """
    if student is None or not isinstance(error, (TypeError, AttributeError)) or not _of_a_check(error):
        return error
    last = Student.last_of(student)
    if last is None or isinstance(last[1], StudentObject):
        return error
    label, value = last
    if isinstance(error, AttributeError):
        wanted = "an object" if error.obj is value else None
    else:
        found = _STUMBLED.search(str(error))
        kind = (found["kind"] or found["other"]).rpartition(".")[2] if found else None
        wanted = (
            None if kind != type(value).__name__ else "a function" if "not callable" in str(error) else "a sequence"
        )
    if wanted is None:
        return error
    return StudentFault(
        Why.WRONG,
        f"`{label}` must be {wanted}, but it is {described(value)}.",
        expected=wanted,
        actual=described(value),
    )
