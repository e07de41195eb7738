"""Puts the points given by people into records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.record.fields import WrittenFields
from grader.record.record import score_fields, task_fields
from grader.record.score import TaskScore, Worth, exact_sum, score
from grader.written.answers import State

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Mark:
    """The points and comment that a person gave for one answer.

    Attributes
    ----------
    slug, question, sha256 : str
        The student, the question, and the digest of the answer's text; an answer that changes loses its mark.
    earned : tuple of (str, float)
        The points for each criterion, by name and in order; empty if only a comment was given.
    comment : str
        For the student.
    adjust, why : float, str
        Points besides the criteria, and the reason for them.
    weights : tuple of (str, float)
        The weights of the criteria, if a person changed them; empty for those of the rubric.
    """

    slug: str
    question: str
    sha256: str
    earned: tuple[tuple[str, float], ...]
    comment: str = ""
    adjust: float = 0.0
    why: str = ""
    weights: tuple[tuple[str, float], ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """The student, the question and the answer that this mark is for."""
        return self.slug, self.question, self.sha256


def answers_of(record: Record) -> Record:
    """Return the part of a record that a sheet needs, without figures and checks, so that a class fits into memory."""
    return {name: record[name] for name in ("assignment", "student", "slug", "answers") if name in record}


def key_of(record: Record, answer: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the key of the mark for an answer of a record."""
    return record["slug"], answer["id"], answer["sha256"]


def counted(answers: Sequence[Mapping[str, Any]], *, counts: bool) -> list[Mapping[str, Any]]:
    """Return the answers whose points count: all if the rubric counts, and always those that replace a check."""
    return [answer for answer in answers if counts or answer.get("check")]


def worths(answers: Sequence[Mapping[str, Any]]) -> list[Worth]:
    """Return the points that a record's answers can add to their tasks."""
    return [Worth(answer["task"], answer["points"], answer["earned"]) for answer in answers]


def written_fields(answers: Sequence[Mapping[str, Any]], *, counts: bool) -> WrittenFields:
    """Return the record's fields for all answers together."""
    return {
        "points": float(exact_sum(answer["earned"] or 0.0 for answer in answers)),
        "total": float(exact_sum(answer["points"] for answer in answers)),
        "waiting": float(exact_sum(answer["points"] for answer in answers if answer["earned"] is None)),
        "counts": counts,
    }


def fits(mark: Mark, answer: Mapping[str, Any]) -> bool:
    """Return whether the criteria of an answer are still those of a mark."""
    most = _most(answer)
    given = dict(mark.earned)
    return not given or (given.keys() == most.keys() and all(0 <= given[name] <= most[name] for name in most))


def weighed(
    earned: Mapping[str, float], most: Mapping[str, float], weights: Mapping[str, float]
) -> dict[str, Fraction]:
    """Return the points of each criterion: the fraction of the rubric's points that was given, applied to its weight.

    Weights for other criteria, left from an earlier rubric, are ignored.
    """
    worth = weights if weights.keys() == most.keys() else most
    return {
        name: exact(earned[name])
        if worth[name] == points
        # A third of 2 points, written as a decimal, becomes an exact third again.
        else exact(earned[name]).limit_denominator(10**6) * exact(worth[name]) / exact(points)
        for name, points in most.items()
    }


def points_given(
    earned: Mapping[str, float], most: Mapping[str, float], weights: Mapping[str, float], adjust: float
) -> Fraction:
    """Return the points of one answer: those of its criteria plus the adjustment, kept within bounds."""
    total = sum(weighed(earned, most, weights).values(), Fraction(0)) + exact(adjust)
    return min(max(total, Fraction(0)), sum(map(exact, most.values()), Fraction(0)))


def exact(value: float) -> Fraction:
    """Return the exact value of a number as a person wrote it."""
    return Fraction(str(value))


def with_marks(record: Record, marks: Sequence[Mark]) -> dict[str, Any]:
    """Return a record whose answers have the points of the marks that fit, with the score added up again.

    Marks of other students, and marks that no longer fit, are skipped. A record without answers or without a score is
    returned unchanged.
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
        return _waiting_again(changed) if answer["state"] == State.GRADED else changed
    given, most, weights = dict(mark.earned), _most(answer), dict(mark.weights)
    brought = weighed(given, most, weights)
    changed |= {
        "state": str(State.GRADED),
        "earned": float(points_given(given, most, weights, mark.adjust)),
        "criteria": [
            _plain(criterion) | {"earned": given[criterion["name"]]} | _weight(criterion, brought, weights)
            for criterion in answer["criteria"]
        ],
    }
    changed.pop("adjusted", None)
    if mark.adjust:
        changed["adjusted"] = {"points": mark.adjust, "why": mark.why}
    if answer["state"] in (State.EMPTY, State.UNTOUCHED):
        changed["was"] = answer["state"]
    return changed


def _most(answer: Mapping[str, Any]) -> dict[str, float]:
    return {criterion["name"]: criterion["points"] for criterion in answer["criteria"]}


def _plain(criterion: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": criterion["name"], "points": criterion["points"], "earned": None}


def _weight(
    criterion: Mapping[str, Any], brought: Mapping[str, Fraction], weights: Mapping[str, float]
) -> dict[str, float]:
    """Return a criterion's weight and points, if they differ from the rubric's."""
    name = criterion["name"]
    if weights.get(name, criterion["points"]) == criterion["points"]:
        return {}
    return {"weight": weights[name], "brought": float(brought[name])}


def _waiting_again(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer whose points were withdrawn, as it was before it was graded."""
    state = answer.get("was", str(State.WAITING))
    changed = {name: value for name, value in answer.items() if name not in ("was", "adjusted")}
    return changed | {
        "state": state,
        "earned": None if state == State.WAITING else 0.0,
        "criteria": [_plain(criterion) for criterion in answer["criteria"]],
    }
