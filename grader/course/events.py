"""The events of the gradebook: measurements and people's decisions. Pure; imports only the errors.

An event is never changed. A correction is a later event of the same kind, and the newest one counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from grader.errors import GraderError


@dataclass(frozen=True)
class TaskResult:
    """The points from one task's checks; ``fault`` says that a fault of ours left some unscored."""

    number: str
    title: str
    points: float
    total: float
    bonus: bool = False
    fault: bool = False


@dataclass(frozen=True)
class QuestionResult:
    """A written answer as it was handed in; a ``Marked`` event with the same digest gives its points.

    ``counts`` says whether its points belong to the score, and ``waits`` whether a person must look at it.
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
    """One of the people who handed in, as known to the platform and the roster; unknown fields are empty."""

    name: str = ""
    id: str = ""
    login: str = ""
    email: str = ""
    number: str = ""
    section: str = ""


@dataclass(frozen=True)
class Result:
    """The result of grading a submission.

    Attributes
    ----------
    name : str
        The student's name in the reports.
    attempt : int
        Counted from 1; a later hand-in has a higher number.
    record, submission, assignment, made_by : str
        Digests of the record (except its times), of the submission, of the assignment's folder, and of everything the
        record depends on; empty if unknown.
    handed_in : str
        ISO 8601 with an offset; empty if unknown.
    marked_late : bool
        Whether the platform marks it as late, which some do without giving a time.
    members : tuple of Member
        The people who handed in, if known; several for a group.
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
    """Points given by a person for a written answer, by criterion, or only a comment (``earned`` is then empty).

    Attributes
    ----------
    earned : tuple of (str, float)
        By criterion, in points of the rubric; a ``Weighed`` event may change what they are worth.
    comment, note : str
        For the student, and for the other graders.
    adjust : float
        Points besides the criteria, for the reason in ``why``.
    phrases : tuple of str
        Ids of the reusable comments used in the comment.
    act, undoes : str
        Events of one action share one ``act``; ``undoes`` names the action that this one undoes.
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
        """The answer of a student that this is for."""
        return self.question, self.sha256


@dataclass(frozen=True)
class Weighed:
    """New weights for the criteria of a question, for the whole class; empty weights restore those of the rubric."""

    KIND: ClassVar[str] = "weights"
    question: str
    weights: tuple[tuple[str, float], ...]
    why: str
    act: str = ""
    undoes: str = ""


@dataclass(frozen=True)
class Phrase:
    """The current text of a reusable comment, which applies wherever it was used; an empty text removes it."""

    KIND: ClassVar[str] = "phrase"
    question: str
    id: str
    text: str
    act: str = ""
    undoes: str = ""


@dataclass(frozen=True)
class Claim:
    """A grader takes or releases a question, so that two people do not do the same work; it is only a notice."""

    KIND: ClassVar[str] = "claim"
    question: str
    held: bool


@dataclass(frozen=True)
class Override:
    """A person's decision on the points of a task, or of the total if ``task`` is empty; ``points`` None undoes it."""

    KIND: ClassVar[str] = "override"
    task: str
    points: float | None
    why: str


@dataclass(frozen=True)
class Extension:
    """More time for a student, until ``until`` (ISO 8601 with an offset); an empty one undoes it."""

    KIND: ClassVar[str] = "extension"
    until: str
    why: str


@dataclass(frozen=True)
class Excuse:
    """An assignment does not count for a student, or counts again if ``excused`` is false."""

    KIND: ClassVar[str] = "excuse"
    excused: bool
    why: str


@dataclass(frozen=True)
class Comment:
    """A text for the student; ``why`` is for the other graders."""

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
    """An export of scores to a file for another system."""

    KIND: ClassVar[str] = "export"
    target: str
    file: str
    sha256: str
    rows: int


What = (
    Result | Marked | Weighed | Phrase | Claim | Override | Extension | Excuse | Comment | Request | Answer | Exported
)
KINDS: dict[str, type[Any]] = {kind.KIND: kind for kind in What.__args__}
# The kinds of events that determine people's points.
OF_MARKS = (Marked.KIND, Weighed.KIND, Phrase.KIND)


@dataclass(frozen=True)
class Draft:
    """An event not yet written; ``student`` is a slug, empty if the event concerns the whole assignment."""

    assignment: str
    student: str
    what: What

    @property
    def subject(self) -> str:
        """The subject whose versions are counted."""
        return f"{self.assignment}/{self.student}"


@dataclass(frozen=True)
class Event(Draft):
    """An event of the gradebook: the ``version``-th of its subject; ``at`` is ISO 8601 in UTC."""

    version: int
    at: str
    author: str


def body_of(what: What) -> str:
    """Return the content of an event as the gradebook keeps it, in ASCII JSON."""
    return json.dumps(asdict(what), allow_nan=False, separators=(",", ":"))


def what_of(kind: str, body: str, *, brief: bool = False) -> What:
    """Return the content of a row of the gradebook; fields added by a later version are skipped.

    A brief result has no tasks and questions.

    Raises
    ------
    GraderError
        If the row cannot be read.
    """
    try:
        found: Any = json.loads(body)
        if brief and kind == Result.KIND:
            found |= {"tasks": [], "questions": [], "members": []}
        made: What = KINDS[kind](**_values(KINDS[kind], found))
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise GraderError(
            f"The gradebook has a row of the kind {kind!r} that this version cannot read ({type(error).__name__}). Use the "
            "version of the grader that wrote it, or restore a copy of the gradebook."
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
