"""The points that people gave, in records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.record.fields import WrittenFields
from grader.record.record import score_fields, task_fields
from grader.record.score import TaskScore, Worth, exact_sum, score
from grader.written.answers import State

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Mark:
    """What a person gave for one answer.

    Attributes
    ----------
    slug, question, sha256 : str
        Whose answer to what, and the digest of its text: an answer that changes loses its mark.
    earned : tuple of (str, float)
        The points for each criterion, by its name, in their order; empty when only a comment was given.
    comment : str
        For the student.
    """

    slug: str
    question: str
    sha256: str
    earned: tuple[tuple[str, float], ...]
    comment: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What this mark is for."""
        return self.slug, self.question, self.sha256


def answers_of(record: Record) -> Record:
    """Return of a record what a sheet needs, without figures and checks, so that a whole class fits into memory."""
    return {name: record[name] for name in ("assignment", "student", "slug", "answers") if name in record}


def key_of(record: Record, answer: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the key of the mark that is for an answer of a record."""
    return record["slug"], answer["id"], answer["sha256"]


def counted(answers: Sequence[Mapping[str, Any]], *, counts: bool) -> list[Mapping[str, Any]]:
    """Return the answers whose points belong to the score: all where those of the rubric do, and always those in place of a check."""
    return [answer for answer in answers if counts or answer.get("check")]


def worths(answers: Sequence[Mapping[str, Any]]) -> list[Worth]:
    """Return what the answers of a record are worth to their tasks."""
    return [Worth(answer["task"], answer["points"], answer["earned"]) for answer in answers]


def written_fields(answers: Sequence[Mapping[str, Any]], *, counts: bool) -> WrittenFields:
    """Return what the record keeps of all answers together."""
    return {
        "points": float(exact_sum(answer["earned"] or 0.0 for answer in answers)),
        "total": float(exact_sum(answer["points"] for answer in answers)),
        "waiting": float(exact_sum(answer["points"] for answer in answers if answer["earned"] is None)),
        "counts": counts,
    }


def fits(mark: Mark, answer: Mapping[str, Any]) -> bool:
    """Return whether the criteria of an answer are still those that a mark was given by."""
    most = {criterion["name"]: criterion["points"] for criterion in answer["criteria"]}
    given = dict(mark.earned)
    return not given or (given.keys() == most.keys() and all(0 <= given[name] <= most[name] for name in most))


def with_marks(record: Record, marks: Sequence[Mark]) -> dict[str, Any]:
    """Return a record in which the answers have the points of the marks that fit, and the score is added up anew.

    Marks of other students, and those that no longer fit, are passed over. A record without answers, or without a
    score, is returned as it is.
    """
    given = {mark.key: mark for mark in marks}
    if not record.get("answers") or not record.get("score"):
        return dict(record)
    answers = [_marked(answer, given.get(key_of(record, answer))) for answer in record["answers"]]
    if answers == record["answers"]:
        return dict(record)
    counts = record["written"]["counts"]
    tasks = [TaskScore(**task) for task in record["tasks"]]
    decided = [check for check in record["checks"] if not check.get("for_person")]
    checks = [Worth(check["task"], check["points"], check["earned"]) for check in decided]
    total = score(checks, tasks, worths(counted(answers, counts=counts)))
    return {
        **record,
        "score": score_fields(total),
        "tasks": [task_fields(task) for task in total.tasks],
        "answers": answers,
        "written": written_fields(answers, counts=counts),
    }


def _marked(answer: Mapping[str, Any], mark: Mark | None) -> dict[str, Any]:
    if mark is None or not fits(mark, answer):
        return dict(answer)
    changed = dict(answer) | {"comment": mark.comment or None}
    if not mark.earned:
        return changed
    given = dict(mark.earned)
    return changed | {
        "state": str(State.GRADED),
        "earned": float(exact_sum(given.values())),
        "criteria": [criterion | {"earned": given[criterion["name"]]} for criterion in answer["criteria"]],
    }
