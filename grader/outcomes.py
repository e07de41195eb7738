"""What a check can end with, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """How a check, or a named part of one, ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"
    GRADER_FAULT = "grader_fault"


class Why(StrEnum):
    """Why a check failed, as one whole word."""

    WRONG = "wrong"
    MISSING = "missing"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    FORBIDDEN = "forbidden"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Frame:
    """One line of a student's own traceback."""

    file: str
    line: int
    function: str
    code: str


@dataclass(frozen=True)
class Evidence:
    """The values by which a likely cause is recognised; never shown, never in a record.

    Attributes
    ----------
    what : str
        What was compared, the same for every student.
    actual : object
        What the submission gave: an array, a number, or anything.
    desired : object
        The right value, where there is one.
    slips : mapping of str to object
        What certain slips would have given, by the id of a transformation: ``{"step-behind": ...}``.
    """

    what: str
    actual: Any
    desired: Any = None
    slips: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Diagnosis:
    """A likely cause by its name: a stable id, what it is, why it matters, and where to look."""

    id: str
    title: str
    explanation: str
    hint: str


class ForAPerson(Exception):
    """A check found nothing that decides: a person looks at it, and nothing is lost until then.

    Its text says what was found, for the person and for the student. The assignment's ``rubric.toml`` holds the question that the person
    is asked then.
    """


class StudentFault(Exception):
    """A submission did not do what a check asked of it.

    Parameters
    ----------
    why : Why
        The kind of fault.
    message : str
        What differs, with numbers, in whole sentences.
    hint : str or None
        Where to look next; shown apart from the message.
    expected, actual : str or None
        The two values beside each other, already formatted.
    frames : sequence of Frame
        The student's own frames of a traceback, innermost last.
    raised : str or None
        Name of the exception's type, when the student's code raised one.
    missing : str or None
        The name that the submission does not define, when that is the fault.
    fatal : bool
        Whether the child is gone, so that nothing more can be asked of it.
    evidence : Evidence or None
        The values that differ, for the diagnosis.
    diagnosis : Diagnosis or None
        The likely cause, where the check itself can tell it.
    """

    def __init__(
        self,
        why: Why,
        message: str,
        *,
        hint: str | None = None,
        expected: str | None = None,
        actual: str | None = None,
        frames: Sequence[Frame] = (),
        raised: str | None = None,
        missing: str | None = None,
        fatal: bool = False,
        evidence: Evidence | None = None,
        diagnosis: Diagnosis | None = None,
    ) -> None:
        super().__init__(message)
        self.why = why
        self.message = message
        self.hint = hint
        self.expected = expected
        self.actual = actual
        self.frames = tuple(frames)
        self.raised = raised
        self.missing = missing
        self.fatal = fatal
        self.evidence = evidence
        self.diagnosis = diagnosis

    def as_fields(self) -> dict[str, Any]:
        """Return the fields that a record keeps of this fault."""
        return {
            "why": str(self.why),
            "message": self.message,
            "hint": self.hint,
            "expected": self.expected,
            "actual": self.actual,
        }
