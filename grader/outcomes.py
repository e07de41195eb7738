"""The possible outcomes of a check, as data."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# Values with fewer long fractions may agree by chance; only the first LOOKED_AT values are examined.
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
    """The values from which a likely cause is recognised; never shown, and recorded only as a digest.

    Attributes
    ----------
    what : str
        What was compared, the same for every student.
    actual : object
        What the submission gave: an array, a number, or any other object.
    desired : object
        The right value, if there is one.
    slips : mapping of str to object
        What known slips would have given, by the id of a transformation: ``{"step-behind": ...}``.
    batched : bool
        Whether the first axis of the values is the batch.
    kept : bool
        Whether the value should have stayed unchanged.
    moves : pair of ndarray, or None
        For values updated in steps: how much each of them changed, and how much it should have changed.
    whole : object
        Everything that was compared, if ``actual`` is only the first wrong part of it.

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
        """A digest equal for submissions that gave the same values bit for bit; None for values that many give by chance.

        Those are arrays with fewer than ``FEW_NUMBERS`` long fractions; only random inputs lead to more.
        """
        import numpy as np  # here, because only judges need it

        values = self.actual
        # Reading an attribute of an object in the child asks the child, which may be gone.
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
    """A named likely cause: a stable id, what it is, why it matters, and where to look.

    Examples
    --------
    >>> cause = Diagnosis("mean-for-sum", "A mean for a sum.", "It is smaller by the batch size.", "Look at the axis.")
    >>> fault = StudentFault(Why.WRONG, "`bias.grad` is too small.", diagnosis=cause)
    """

    id: str
    title: str
    explanation: str
    hint: str


# What a student is told whose names are near those asked for.
NEAR_NAMES = "You wrote {wrote}; the assignment asks for {asks}."
# How the message of a check begins that is left to a person.
LEFT = "A person decides this."


class ForAPerson(Exception):
    """A check could not decide: a person looks at the submission, and no points are lost until then.

    The text tells the person and the student what was found. The question for the person is in the assignment's
    ``rubric.toml``.

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
        What differs, with numbers, in complete sentences.
    hint : str or None
        Where to look next; shown apart from the message.
    expected, actual : str or None
        The two values, already formatted; they are shown next to each other.
    frames : sequence of Frame
        The frames of a traceback that are the student's own, innermost last.
    raised : str or None
        Name of the exception's type, when the student's code raised one.
    missing : str or None
        The name that the submission does not define, if that is the fault.
    fatal : bool
        Whether the child is gone and can answer nothing more.
    evidence : Evidence or None
        The values that differ, for the diagnosis.
    diagnosis : Diagnosis or None
        The likely cause, if the check itself knows it.
    alone : bool
        Whether the fault lies in what this check judges, so that no other failure can have caused it.
    shown : bool
        Whether what is wrong was printed or drawn, so that no early end of the run can have caused it.
    of_forward : bool
        Whether a wrong gradient is right for the submission's own ``forward``, so that ``backward`` is not at fault.

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
        shown: bool = False,
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
        self.shown = shown
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
