"""The to-do list: what is done, what comes next, what can wait. Pure; imports only outcomes and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.material.assignment import Task
from grader.outcomes import Result, Why
from grader.record.score import CheckOutcome, exact_sum, lead

OTHER_INPUTS = "Official grading uses other inputs, so your code must work for all inputs."


@dataclass(frozen=True)
class Besides:
    """Something that official grading checks in addition: a task, by its title, or something without a number."""

    number: str
    title: str
    points: float


@dataclass(frozen=True)
class Row:
    """One task.

    ``state`` is ``done``, ``next``, ``later``, or ``bonus`` for a bonus that was not attempted.
    """

    task: Task
    state: str
    earned: float
    points: float
    outcomes: tuple[CheckOutcome, ...]


@dataclass(frozen=True)
class Todo:
    """The whole list.

    Attributes
    ----------
    rows : tuple of Row
        In the order of the tasks.
    next : CheckOutcome or None
        The check to look at now.
    besides : tuple of Besides
        What official grading checks in addition.
    closing : str
        How official grading differs from these checks.
    """

    rows: tuple[Row, ...]
    next: CheckOutcome | None
    besides: tuple[Besides, ...]
    closing: str = OTHER_INPUTS

    def sum_of(self, what: str, *, bonus: bool) -> float:
        """Return the sum of ``earned`` or ``points`` over the tasks that are, or are not, a bonus."""
        return float(exact_sum(getattr(row, what) for row in self.rows if row.task.bonus is bonus))


def todo(
    outcomes: Sequence[CheckOutcome],
    tasks: Sequence[Task],
    besides: Sequence[Besides] = (),
    closing: str = OTHER_INPUTS,
) -> Todo:
    """Return the to-do list for the outcomes of the public checks, given in the order of the tasks."""
    bonus = {task.number: task.bonus for task in tasks}
    first = lead(outcomes, bonus)
    chosen = next((outcome for outcome in outcomes if outcome.id == first), None)
    rows = []
    for task in tasks:
        own = tuple(outcome for outcome in outcomes if outcome.task == task.number)
        if own:
            earned, points = (float(exact_sum(getattr(each, name) for each in own)) for name in ("earned", "points"))
            rows.append(Row(task, _state(task, own, chosen), earned, points, own))
    return Todo(tuple(rows), chosen, tuple(besides), closing)


def _state(task: Task, own: Sequence[CheckOutcome], chosen: CheckOutcome | None) -> str:
    if all(outcome.result is Result.PASSED for outcome in own):
        return "done"
    if chosen is not None and chosen.task == task.number:
        return "next"
    untouched = all(outcome.why is Why.MISSING or outcome.result is Result.NOT_CHECKED for outcome in own)
    return "bonus" if task.bonus and untouched else "later"
