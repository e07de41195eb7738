"""The type of a submission's record, with its fields in the order of the file; docs/record.md explains each.

A missing field gets the neutral value of its type: an empty text, no points, or None if None is allowed. Another neutral
value is given beside the type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, NotRequired, TypedDict, cast, get_args, get_origin, get_type_hints, is_typeddict

PLAIN = (str, int, float, bool)


class AssignmentFields(TypedDict):
    """What was graded."""

    id: str
    title: str
    total: float
    bonus: float
    allowed: list[str]


class FileFields(TypedDict):
    """A file of a hand-in."""

    path: str
    bytes: int


class SubmissionFields(TypedDict):
    """What was handed in."""

    name: str
    form: str
    kind: str | None
    entry: str | None
    asked: str | None
    other_names: list[str]
    sha256: str
    forbidden: list[str]
    runs: list[list[Any]]
    adapter: str
    accepts_names: bool
    near_names: dict[str, str]
    files: list[FileFields]


class HandedInFields(TypedDict):
    """What is known about a hand-in besides its files."""

    layout: str
    students: list[dict[str, str]]
    attempt: int | None
    submitted_at: str | None
    late: bool | None
    remark: str


class IsolationFields(TypedDict):
    """How the code was isolated."""

    level: str
    not_held: list[str]


class ScoreFields(TypedDict):
    """The points of a submission."""

    points: float
    total: float
    bonus_points: float
    bonus_total: float
    sum: float
    percent: float
    waiting: float


class TaskFields(TypedDict):
    """The points of a task."""

    number: str
    title: str
    points: float
    total: float
    bonus: bool
    waiting: float


class DiagnosisFields(TypedDict):
    """The likely cause of a failure."""

    id: str
    title: str
    explanation: str
    hint: str


class FrameFields(TypedDict):
    """A line of a traceback in the student's own code."""

    file: str
    line: int
    function: str
    code: str | None


class FaultFields(TypedDict):
    """What ended a submission early."""

    why: Annotated[str | None, None]
    message: str | None
    hint: str | None
    expected: str | None
    actual: str | None
    frames: list[FrameFields]


class PartFields(TypedDict):
    """A part of a check with points of its own."""

    name: str
    points: float
    result: Annotated[str, "not_checked"]
    why: str | None
    message: str | None
    hint: str | None
    expected: str | None
    actual: str | None
    diagnosis: DiagnosisFields | None
    value: str | None
    earned: float


class MeasuredFields(TypedDict):
    """What a check measured, as text."""

    label: str
    value: str


class CheckFields(TypedDict):
    """A check and its outcome."""

    id: str
    title: str
    task: str
    points: float
    visibility: Annotated[str, "public"]
    result: Annotated[str, "not_checked"]
    why: str | None
    message: str | None
    hint: str | None
    expected: str | None
    actual: str | None
    diagnosis: DiagnosisFields | None
    value: str | None
    mend_first: str | None
    parts: list[PartFields]
    measured: list[MeasuredFields]
    remarks: list[str]
    frames: list[FrameFields]
    for_person: bool
    evidence: str
    earned: float
    bonus: bool


class CriterionFields(TypedDict):
    """A criterion of a question, with its share of the points."""

    name: str
    points: float
    earned: float | None
    weight: NotRequired[float]
    brought: NotRequired[float]


class AdjustedFields(TypedDict):
    """An adjustment made by a person, besides the criteria."""

    points: float
    why: str


class BesideFields(TypedDict):
    """A tagged cell shown with an answer."""

    cell: str
    source: str
    printed: str
    figures: list[int]


class AnswerFields(TypedDict):
    """A written answer."""

    id: str
    title: str
    asks: str
    task: str
    points: float
    bonus: bool
    state: Annotated[str, "waiting"]
    earned: float | None
    text: str
    truncated: bool
    place: str | None
    sha256: str
    criteria: list[CriterionFields]
    comment: str | None
    belongs_to: list[BesideFields]
    check: str
    adjusted: NotRequired[AdjustedFields]
    was: NotRequired[str]


class WrittenFields(TypedDict):
    """All written answers together."""

    points: float
    total: float
    waiting: float
    counts: bool


class EndedFields(TypedDict):
    """How loading or a run ended."""

    status: str
    fault: FaultFields | None
    conflicts: list[dict[str, Any]]


class ExcerptFields(TypedDict):
    """A few lines of the student's code that a message refers to."""

    file: str
    first: int
    lines: list[str]
    marked: list[int]
    of: list[str]


class OutputFields(TypedDict):
    """What was printed."""

    stdout: str
    stderr: str
    truncated: bool


class FigureFields(TypedDict):
    """A figure that was drawn."""

    png: str
    width: int
    height: int


class GraderFaultFields(TypedDict):
    """A fault of the grader."""

    where: str
    message: str
    traceback: str


class EarlierFields(TypedDict):
    """The last hand-in before this one."""

    sha256: str
    tasks: dict[str, float]


class TimesFields(TypedDict):
    """The times of a run, which differ from run to run."""

    graded_at: str
    cpu_seconds: float | None
    checks: dict[str, float]
    remarks: list[str]
    open_seconds: float | None
    load_seconds: float | None
    run_seconds: float | None
    wall_seconds: float | None


class Record(TypedDict):
    """Everything known about a graded submission."""

    format: str
    version: int
    grader_version: str
    assignment: AssignmentFields
    student: str
    slug: str
    submission: SubmissionFields
    handed_in: HandedInFields | None
    isolation: IsolationFields
    versions: dict[str, str]
    seed_id: str
    provenance: str
    status: Annotated[str, "graded"]
    score: ScoreFields | None
    tasks: list[TaskFields]
    checks: list[CheckFields]
    answers: list[AnswerFields]
    written: WrittenFields | None
    lead: str | None
    remarks: list[str]
    loading: EndedFields | None
    running: EndedFields | None
    excerpts: list[ExcerptFields]
    earlier: EarlierFields | None
    output: OutputFields
    figures: list[FigureFields]
    exhibits: list[dict[str, Any]]
    notebook: str | None
    faults: list[GraderFaultFields]
    repeat: str
    times: TimesFields


def filled(record: Mapping[str, Any]) -> Record:
    """Return a copy of a record in which every field exists, even if the record is unfinished.

    Parameters
    ----------
    record : mapping
        The record as it was read; it is not changed.
    """
    return cast(Record, _filler(Record)(record))


@cache
def _filler(kind: Any) -> Callable[[Any], Any]:
    """Return a function that fills in all missing fields of a value of this type."""
    if get_origin(kind) is Annotated:
        empty = get_args(kind)[1]
        return lambda value: empty if value is None else value
    if isinstance(kind, UnionType):
        fill = _filler(next(each for each in get_args(kind) if each is not NoneType))
        return lambda value: None if value is None else fill(value)
    if is_typeddict(kind):
        hints = get_type_hints(kind, include_extras=True)
        fillers = {name: _filler(hint) for name, hint in hints.items() if get_origin(hint) is not NotRequired}
        return lambda value: dict(value or ()) | {name: fill((value or {}).get(name)) for name, fill in fillers.items()}
    if get_origin(kind) is list:
        fill = _filler(get_args(kind)[0])
        if get_args(kind)[0] in PLAIN:
            return lambda value: list(value or ())
        return lambda value: [fill(each) for each in value or ()]
    made = dict if get_origin(kind) is dict else kind
    return lambda value: made() if value is None else value
