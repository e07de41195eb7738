"""What people decided and what was measured, one event each. Pure; imports the tree of errors only.

An event is never changed. Whoever corrects something adds a later event of the same kind, and the newest one holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from grader.errors import GraderError


@dataclass(frozen=True)
class TaskResult:
    """What the checks of one task gave; ``fault`` says that a fault of ours left something of it unscored."""

    number: str
    title: str
    points: float
    total: float
    bonus: bool = False
    fault: bool = False


@dataclass(frozen=True)
class QuestionResult:
    """A written answer as it was handed in: points come by a ``Marked`` event with the same digest.

    ``counts`` says whether its points belong to the score, ``waits`` whether a person has to look at it at all.
    """

    id: str
    task: str
    points: float
    sha256: str
    criteria: tuple[tuple[str, float], ...]
    waits: bool
    counts: bool


@dataclass(frozen=True)
class Member:
    """One of those who handed in, as the platform and the roster know them; what nobody told is empty."""

    name: str = ""
    id: str = ""
    login: str = ""
    email: str = ""
    number: str = ""
    section: str = ""


@dataclass(frozen=True)
class Result:
    """A submission was graded.

    Attributes
    ----------
    name : str
        The student as the reports name them.
    attempt : int
        From 1; a later hand-in has a higher number.
    record, submission, assignment, made_by : str
        Digests of the record (times aside), of what was handed in, of the assignment's folder, and of everything a record
        depends on; empty where unknown.
    handed_in : str
        ISO 8601 with an offset; empty where the download says nothing.
    marked_late : bool
        Whether the platform marks it as late; some do so without a time.
    members : tuple of Member
        Who handed in, where the download says so; several for a group.
    """

    KIND: ClassVar[str] = "result"
    name: str
    attempt: int
    record: str
    submission: str
    assignment: str
    made_by: str
    version: str
    graded_at: str
    handed_in: str
    tasks: tuple[TaskResult, ...]
    questions: tuple[QuestionResult, ...] = ()
    members: tuple[Member, ...] = ()
    marked_late: bool = False


@dataclass(frozen=True)
class Marked:
    """A person gave points for a written answer, by criterion, or only a comment (then ``earned`` is empty).

    Attributes
    ----------
    earned : tuple of (str, float)
        By criterion, in the points of the rubric; ``Weighed`` says what they are worth where a person changed that.
    comment, note : str
        For the student, and for the other graders.
    adjust : float
        Points beside the criteria, for the reason in ``why``.
    phrases : tuple of str
        Ids of the reusable comments that belong to the comment.
    act, undoes : str
        What was done in one stroke has one ``act``; ``undoes`` names the one that this takes back.
    """

    KIND: ClassVar[str] = "mark"
    question: str
    sha256: str
    earned: tuple[tuple[str, float], ...]
    comment: str = ""
    note: str = ""
    adjust: float = 0.0
    why: str = ""
    phrases: tuple[str, ...] = ()
    act: str = ""
    undoes: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Which answer of a student it is for."""
        return self.question, self.sha256


@dataclass(frozen=True)
class Weighed:
    """A person shared out the points of a question anew among its criteria, for everybody; empty weights are those of the rubric."""

    KIND: ClassVar[str] = "weights"
    question: str
    weights: tuple[tuple[str, float], ...]
    why: str
    act: str = ""
    undoes: str = ""


@dataclass(frozen=True)
class Phrase:
    """A comment that can be used again, as it reads now, everywhere where it was used; an empty one is no longer there."""

    KIND: ClassVar[str] = "phrase"
    question: str
    id: str
    text: str
    act: str = ""
    undoes: str = ""


@dataclass(frozen=True)
class Claim:
    """A grader takes a question, or leaves it; it keeps two from doing the same work, and refuses nobody."""

    KIND: ClassVar[str] = "claim"
    question: str
    held: bool


@dataclass(frozen=True)
class Override:
    """A person decided the points of a task, or of the total when ``task`` is empty; ``points`` None takes that back."""

    KIND: ClassVar[str] = "override"
    task: str
    points: float | None
    why: str


@dataclass(frozen=True)
class Extension:
    """A student has time until ``until`` (ISO 8601 with an offset); an empty one takes that back."""

    KIND: ClassVar[str] = "extension"
    until: str
    why: str


@dataclass(frozen=True)
class Excuse:
    """An assignment does not count for a student, or counts again when ``excused`` is false."""

    KIND: ClassVar[str] = "excuse"
    excused: bool
    why: str


@dataclass(frozen=True)
class Comment:
    """Text for the student; ``why`` is for the other graders."""

    KIND: ClassVar[str] = "comment"
    text: str
    why: str


@dataclass(frozen=True)
class Request:
    """A student asks for another look."""

    KIND: ClassVar[str] = "request"
    text: str


@dataclass(frozen=True)
class Answer:
    """The answer to the request with this version of the same student and assignment."""

    KIND: ClassVar[str] = "answer"
    request: int
    text: str


@dataclass(frozen=True)
class Exported:
    """Scores were written into a file for another system."""

    KIND: ClassVar[str] = "export"
    target: str
    file: str
    sha256: str
    rows: int


What = (
    Result | Marked | Weighed | Phrase | Claim | Override | Extension | Excuse | Comment | Request | Answer | Exported
)
KINDS: dict[str, type[Any]] = {kind.KIND: kind for kind in What.__args__}
# What the points of people are made of.
OF_MARKS = (Marked.KIND, Weighed.KIND, Phrase.KIND)


@dataclass(frozen=True)
class Draft:
    """An event that is not written yet; ``student`` is a slug, and empty for what concerns the whole assignment."""

    assignment: str
    student: str
    what: What

    @property
    def subject(self) -> str:
        """What the versions are counted by."""
        return f"{self.assignment}/{self.student}"


@dataclass(frozen=True)
class Event(Draft):
    """An event of the gradebook: the ``version``-th of its subject; ``at`` is ISO 8601 in UTC."""

    version: int
    at: str
    author: str


def body_of(what: What) -> str:
    """Return what the gradebook keeps of an event, as JSON in ASCII."""
    return json.dumps(asdict(what), allow_nan=False, separators=(",", ":"))


def what_of(kind: str, body: str, *, brief: bool = False) -> What:
    """Return what a row of the gradebook says; fields that a later version has added are passed over.

    A brief result has no tasks and questions.

    Raises
    ------
    GraderError
        When the row cannot be understood.
    """
    try:
        found: Any = json.loads(body)
        if brief and kind == Result.KIND:
            found |= {"tasks": [], "questions": [], "members": []}
        made: What = KINDS[kind](**_values(KINDS[kind], found))
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise GraderError(
            f"The gradebook holds a row of the kind {kind!r} that this version cannot read ({type(error).__name__}). Use the "
            "version of the grader that wrote it, or put back a copy of the gradebook."
        ) from error
    return made


def _values(kind: type[Any], found: Mapping[str, Any]) -> dict[str, Any]:
    values = {field.name: found[field.name] for field in fields(kind) if field.name in found}
    for name, make in _NESTED.items():
        if name in values and isinstance(values[name], list):
            values[name] = tuple(make(each) for each in values[name])
    return values


def _pair(each: Any) -> tuple[str, float]:
    name, points = each
    return str(name), float(points)


_NESTED: dict[str, Any] = {
    "earned": _pair,
    "criteria": _pair,
    "weights": _pair,
    "phrases": str,
    "tasks": lambda each: TaskResult(**_values(TaskResult, each)),
    "questions": lambda each: QuestionResult(**_values(QuestionResult, each)),
    "members": lambda each: Member(**_values(Member, each)),
}
