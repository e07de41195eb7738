"""What changed since the student's last hand-in, task by task."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grader.record.fields import Record


@dataclass(frozen=True)
class Changes:
    """The change in points since the last hand-in: in total, and for each task that changed (number, title, points)."""

    points: float
    tasks: tuple[tuple[str, str, float], ...]


def earned_by_task(record: Record) -> dict[str, float]:
    """Return the points earned by each task's checks; points given by people for written answers are not included."""
    earned: dict[str, Fraction] = {}
    for check in record["checks"]:
        earned[check["task"]] = earned.get(check["task"], Fraction(0)) + Fraction(str(check["earned"]))
    return {task: float(points) for task, points in earned.items()}


def changes(record: Record) -> Changes | None:
    """Return what changed since the last hand-in; None if there was none, or the two cannot be compared."""
    before = record["earlier"]["tasks"] if record["earlier"] else None
    if not before or any(check["result"] == "grader_fault" for check in record["checks"]):
        return None
    titles = {task["number"]: str(task.get("title") or "") for task in record["tasks"]}
    rows = [
        (task, titles.get(task, ""), float(Fraction(str(now)) - Fraction(str(before.get(task, 0.0)))))
        for task, now in earned_by_task(record).items()
    ]
    changed = tuple(row for row in rows if row[2])
    return Changes(float(sum((Fraction(str(row[2])) for row in changed), Fraction(0))), changed)
