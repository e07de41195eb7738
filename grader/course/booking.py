"""Converts records into results for the gradebook, and its events into people's points. Pure; imports no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from grader.course.events import Draft, Event, Marked, Member, Phrase, QuestionResult, Result, TaskResult, Weighed
from grader.record.provenance import files_below
from grader.written.points import Mark

Record = Mapping[str, Any]
# Fields that differ between runs, or come from the gradebook itself.
_NOT_MEASURED = ("times", "repeat", "score", "tasks", "answers", "written", "remarks")


def result_of(record: Record, assignment_digest: str = "") -> Result | None:
    """Return the result that the gradebook keeps of a record; None if the record was not scored.

    Parameters
    ----------
    record : mapping
    assignment_digest : str
        The result of ``digest_of_folder`` for the assignment, if available.
    """
    if not record.get("score"):
        return None
    submission, origin = record.get("submission") or {}, record.get("handed_in") or {}
    answers = record.get("answers") or ()
    counts = bool((record.get("written") or {}).get("counts"))
    return Result(
        name=str(record["student"]),
        attempt=_attempt(origin.get("attempt")),
        record=digest_of(record),
        submission=str(submission.get("sha256") or ""),
        assignment=assignment_digest,
        made_by=str(record.get("provenance") or ""),
        version=str(record.get("grader_version") or ""),
        graded_at=str((record.get("times") or {}).get("graded_at") or ""),
        handed_in=str(origin.get("submitted_at") or ""),
        tasks=tuple(_task(task, record["checks"]) for task in record["tasks"]),
        questions=tuple(_question(answer, counts) for answer in answers),
        members=tuple(_member(student) for student in origin.get("students") or ()),
        marked_late=bool(origin.get("late")),
    )


def _attempt(given: Any) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) and given > 0 else 1


def _member(student: Mapping[str, Any]) -> Member:
    return Member(**{each.name: str(student.get(each.name) or "") for each in fields(Member)})


def _task(task: Mapping[str, Any], checks: Sequence[Mapping[str, Any]]) -> TaskResult:
    """Return the points from a task's checks, without those given by people."""
    from grader.record.score import exact_sum

    own = [check for check in checks if check["task"] == task["number"]]
    return TaskResult(
        task["number"],
        task["title"],
        float(exact_sum(check["earned"] for check in own)),
        float(exact_sum(check["points"] for check in own)),
        bool(task["bonus"]),
        any(check["result"] == "grader_fault" for check in own),
    )


def _question(answer: Mapping[str, Any], counts: bool) -> QuestionResult:
    return QuestionResult(
        answer["id"],
        answer["task"],
        float(answer["points"]),
        answer["sha256"],
        tuple((criterion["name"], float(criterion["points"])) for criterion in answer["criteria"]),
        answer["state"] in ("waiting", "graded"),
        counts,
    )


def digest_of(record: Record) -> str:
    """Return a digest of what was measured, which is the same whenever the same submission is graded the same way."""
    kept = {name: value for name, value in record.items() if name not in _NOT_MEASURED}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()


def digest_of_folder(folder: Path) -> str:
    """Return a digest of the files of an assignment, to detect later whether it changed."""
    total = hashlib.sha256()
    for path in sorted(files_below(str(folder))):
        content = Path(path).read_bytes()
        total.update(str(Path(path).relative_to(folder)).encode("utf-8", "surrogateescape") + b"\0")
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()


@dataclass(frozen=True)
class Moved:
    """A score that changed when a student was graded again."""

    student: str
    name: str
    before: float
    after: float
    why: str


def new_results(events: Iterable[Event], assignment: str, results: Mapping[str, Result]) -> list[Draft]:
    """Return drafts for the results (by slug) that differ from the newest in the gradebook for their attempt."""
    newest = _newest(events)
    drafts = []
    for slug, result in results.items():
        former = newest.get((slug, result.attempt))
        if former is None or _said(former) != _said(result) or _replaces(former, result):
            drafts.append(Draft(assignment, slug, result))
    return drafts


def _said(result: Result) -> tuple[Any, ...]:
    return (
        result.record,
        result.tasks,
        result.questions,
        result.handed_in,
        result.members,
        result.name,
        result.marked_late,
    )


def _replaces(former: Result, result: Result) -> bool:
    """Return whether a result has what an earlier one lacked: the digest of the assignment."""
    return bool(result.assignment) and former.assignment != result.assignment


def _newest(events: Iterable[Event]) -> dict[tuple[str, int], Result]:
    return {(event.student, event.what.attempt): event.what for event in events if isinstance(event.what, Result)}


def why_moved(former: Result, result: Result) -> str:
    """Return in words why a score changed when a student was graded again."""
    reasons = []
    if former.attempt != result.attempt:
        reasons.append(f"attempt {result.attempt} instead of {former.attempt}")
    elif former.submission != result.submission:
        reasons.append("another submission")
    if former.assignment and result.assignment and former.assignment != result.assignment:
        reasons.append("the assignment changed")
    elif former.version != result.version:
        reasons.append(f"grader {result.version} instead of {former.version}")
    elif former.made_by != result.made_by:
        reasons.append("the grader, its packages or the seed changed")
    if former.handed_in != result.handed_in:
        reasons.append("the time of the hand-in changed")
    return ", ".join(reasons) or "the same submission gave different results"


def marks_from(events: Iterable[Event]) -> tuple[Mark, ...]:
    """Return the newest mark of each answer, in the order in which the answers were first graded.

    ``events`` are of the kinds ``OF_MARKS``.
    """
    found = list(events)
    rules = rules_of(found)
    every: dict[tuple[str, str, str], Mark] = {}
    for event in found:
        if isinstance(event.what, Marked):
            mark = mark_of(event.student, event.what, rules)
            every[mark.key] = mark
    return tuple(every.values())


@dataclass(frozen=True)
class Rules:
    """What applies to all answers: the weights of criteria by question, and reusable comments by question and id."""

    weights: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    phrases: Mapping[tuple[str, str], str] = field(default_factory=dict)


def rules_of(events: Iterable[Event]) -> Rules:
    """Return the newest rules among an assignment's events."""
    weights, phrases = {}, {}
    for event in sorted((each for each in events if not each.student), key=lambda each: each.version):
        if isinstance(event.what, Weighed):
            weights[event.what.question] = event.what.weights
        elif isinstance(event.what, Phrase):
            phrases[event.what.question, event.what.id] = event.what.text
    return Rules(weights, phrases)


def mark_of(student: str, marked: Marked, rules: Rules) -> Mark:
    """Return a mark in the form used for records, with its current comment and weights."""
    reused = [rules.phrases.get((marked.question, name), "") for name in marked.phrases]
    return Mark(
        student,
        marked.question,
        marked.sha256,
        marked.earned,
        "\n\n".join(filter(None, [*reused, marked.comment])),
        marked.adjust,
        marked.why,
        rules.weights.get(marked.question, ()),
    )


def marked_of(mark: Mark) -> Marked:
    """Return a mark in the form kept in the gradebook."""
    return Marked(mark.question, mark.sha256, mark.earned, mark.comment, adjust=mark.adjust, why=mark.why)


@dataclass(frozen=True)
class Replaced:
    """Earlier points, their author, and the mark that replaced them."""

    mark: Mark
    former: Mark
    author: str
    at: str


@dataclass(frozen=True)
class Merge:
    """The effect of merging a sheet: new marks, marks that replace others, and unchanged ones."""

    added: tuple[Mark, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    same: int = 0

    def drafts(self, assignment: str) -> list[Draft]:
        """Return the events to write."""
        marks = (*self.added, *(one.mark for one in self.replaced))
        return [Draft(assignment, mark.slug, marked_of(mark)) for mark in marks]


def merge_of(events: Iterable[Event], marks: Iterable[Mark]) -> Merge:
    """Return which marks of a sheet are new in the gradebook, and which replace others."""
    found = list(events)
    rules = rules_of(found)
    newest: dict[tuple[str, str, str], tuple[Mark, Event]] = {}
    for event in found:
        if isinstance(event.what, Marked):
            mark = mark_of(event.student, event.what, rules)
            newest[mark.key] = (mark, event)
    added, replaced, same = [], [], 0
    for mark in marks:
        if mark.key not in newest:
            added.append(mark)
            continue
        former, event = newest[mark.key]
        if (former.earned, former.comment) == (mark.earned, mark.comment):
            same += 1
        else:
            replaced.append(Replaced(mark, former, event.author, event.at))
    return Merge(tuple(added), tuple(replaced), same)
