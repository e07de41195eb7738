"""What a check can end with, as data."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# With fewer long fractions, or beyond so many values looked at, values may be alike by chance.
FEW_NUMBERS, LOOKED_AT = 4, 4096


class Result(StrEnum):
    """How a check, or a named part of one, ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"
    GRADER_FAULT = "grader_fault"


class Why(StrEnum):
    """Why a check failed, as one whole word.

    Examples
    --------
    >>> [str(why) for why in Why]
    ['wrong', 'missing', 'crashed', 'timed_out', 'out_of_memory', 'forbidden', 'blocked']
    """

    WRONG = "wrong"
    MISSING = "missing"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    FORBIDDEN = "forbidden"
    BLOCKED = "blocked"


class Decided(StrEnum):
    """Who compared what the verdict of another tool's test rests on, the most trusted first.

    ``BY_JUDGE``: every truth value came of plain data, compared here. ``BY_OBJECT``: a comparison was answered by an object that the
    submission has made. ``IN_CHILD``: the assertions ran in the student's process.

    Examples
    --------
    >>> [str(word) for word in Decided]
    ['compared by the judge', 'decided by an object of the submission', 'asserted in the child']
    """

    BY_JUDGE = "compared by the judge"
    BY_OBJECT = "decided by an object of the submission"
    IN_CHILD = "asserted in the child"


@dataclass(frozen=True)
class Frame:
    """One line of a student's own traceback."""

    file: str
    line: int
    function: str
    code: str


@dataclass(frozen=True)
class Evidence:
    """The values by which a likely cause is recognised; never shown, and in a record only as a digest.

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
    batched : bool
        Whether the first axis of the values is the batch.
    kept : bool
        Whether the value should have been left as it was.
    moves : pair of ndarray, or None
        Where values are changed step by step: by how much every one of them was changed, and by how much it should have been.
    whole : object
        What stands for all that was compared, where ``actual`` is only the first of it that was wrong.

    Examples
    --------
    >>> evidence = Evidence("`f(x)`", np.zeros(3), np.ones(3))
    >>> fault = StudentFault(Why.WRONG, "`f(x)` must be 1 everywhere.", evidence=evidence)
    """

    what: str
    actual: Any
    desired: Any = None
    slips: Mapping[str, Any] = field(default_factory=dict)
    batched: bool = False
    kept: bool = False
    moves: tuple[Any, Any] | None = None
    whole: Any = None

    @property
    def digest(self) -> str | None:
        """What tells whether two submissions gave the same values bit for bit; None for values that many would give by chance.

        Those are arrays with fewer than a few numbers that have long fractions, as only drawn inputs lead to.
        """
        import numpy as np  # only judges ask

        values = self.actual
        # What stays in the child is asked there for every attribute, and the child may be gone.
        if not isinstance(values, np.ndarray) or values.dtype.kind != "f":
            return None
        some = values.ravel()[:LOOKED_AT].tolist()
        long = {value for value in some if math.isfinite(value) and not (value * 1024).is_integer()}
        if len(long) < FEW_NUMBERS:
            return None
        total = hashlib.sha256(f"{self.what}\n{values.dtype.str}{values.shape}\n".encode("utf-8", "surrogateescape"))
        total.update(values.tobytes())
        return total.hexdigest()[:32]


@dataclass(frozen=True)
class Diagnosis:
    """A likely cause by its name: a stable id, what it is, why it matters, and where to look.

    Examples
    --------
    >>> cause = Diagnosis("mean-for-sum", "A mean for a sum.", "It is smaller by the batch size.", "Look at the axis.")
    >>> fault = StudentFault(Why.WRONG, "`bias.grad` is too small.", diagnosis=cause)
    """

    id: str
    title: str
    explanation: str
    hint: str


class ForAPerson(Exception):
    """A check found nothing that decides: a person looks at it, and nothing is lost until then.

    Its text says what was found, for the person and for the student. The assignment's ``rubric.toml`` holds the question that the person
    is asked then.

    Examples
    --------
    >>> raise ForAPerson("The program asks for a file that is not there.")
    Traceback (most recent call last):
    grader.outcomes.ForAPerson: The program asks for a file that is not there.
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
    alone : bool
        Whether it lies in what the check judges itself, so that it follows from no other failure.
    of_forward : bool
        Whether a wrong gradient is the one of the submission's own ``forward``, so that nothing is wrong with ``backward``.

    Examples
    --------
    >>> raise StudentFault(Why.WRONG, "Only 80 % are right.", hint="Does the loss fall?", expected="95 %", actual="80 %")
    Traceback (most recent call last):
    grader.outcomes.StudentFault: Only 80 % are right.
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
        alone: bool = False,
        of_forward: bool = False,
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
        self.alone = alone
        self.of_forward = of_forward

    def as_fields(self) -> dict[str, Any]:
        """Return the fields that a record keeps of this fault."""
        return {
            "why": str(self.why),
            "message": self.message,
            "hint": self.hint,
            "expected": self.expected,
            "actual": self.actual,
        }
