"""What a student's page shows from the gradebook. Pure."""

from __future__ import annotations

from typing import Any

from grader.course.events import Comment
from grader.course.score import CourseScore
from grader.record.score import exact_sum


def decided_of(score: CourseScore) -> dict[str, Any]:
    """Return a score as a sum for the page; empty if it is just the sum of the checks and marks shown below.

    Tasks without a decision share one line, because the page has a row for each of their checks.
    """
    shown = score.changed_by_people
    return {
        "state": score.state,
        "points": score.points,
        "total": score.total,
        "waiting": score.waiting,
        "why": score.why if score.state in ("excused", "not counted") else "",
        "lines": _lines(score) if shown and score.state not in ("excused", "not counted") else [],
        "comments": [
            {"text": event.what.text, "author": event.author, "at": event.at}
            for event in score.comments
            if isinstance(event.what, Comment)
        ],
    }


def _lines(score: CourseScore) -> list[dict[str, Any]]:
    plain = [line for line in score.lines if line.kind == "task" and not line.decided]
    decided = [line for line in score.lines if line not in plain]
    if not decided:
        return []
    first = []
    if plain:
        first = [
            {
                "label": "Other tasks" if _any_task(score) else "Tasks",
                "points": float(exact_sum(line.points for line in plain)),
                "total": float(exact_sum(line.total or 0.0 for line in plain if not line.bonus)),
                "source": "checked and graded, as below",
            }
        ]
    return first + [
        {"label": line.label, "points": line.points, "total": line.total, "source": line.source} for line in decided
    ]


def _any_task(score: CourseScore) -> bool:
    return any(line.kind == "task" and line.decided for line in score.lines)
