"""Turns the outcomes of checks into a ``Score``. Pure: may not import fence, checks, report or reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from grader.material.assignment import Task
from grader.outcomes import Diagnosis, Frame, Result, Why


@dataclass(frozen=True)
class PartOutcome:
    """A named part of a check and its outcome."""

    name: str
    points: float
    result: Result
    why: Why | None = None
    message: str | None = None
    hint: str | None = None
    expected: str | None = None
    actual: str | None = None
    diagnosis: Diagnosis | None = None
    value: str | None = None

    @property
    def earned(self) -> float:
        """The part's points if it passed, else 0."""
        return self.points if self.result is Result.PASSED else 0.0


@dataclass(frozen=True)
class CheckOutcome:
    """A check and its outcome; ``earned`` is computed, never given."""

    id: str
    title: str
    task: str
    points: float
    visibility: str
    result: Result
    why: Why | None = None
    message: str | None = None
    hint: str | None = None
    expected: str | None = None
    actual: str | None = None
    diagnosis: Diagnosis | None = None
    value: str | None = None
    mend_first: str | None = None
    parts: tuple[PartOutcome, ...] = ()
    measured: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    frames: tuple[Frame, ...] = ()
    for_person: bool = False
    evidence: str = ""

    @property
    def earned(self) -> float:
        """All points if the check passed, those of its passed parts if not, and none after a fault of ours."""
        if self.result is Result.PASSED:
            return self.points
        if self.result is Result.GRADER_FAULT:
            return 0.0
        return min(float(exact_sum(part.earned for part in self.parts)), self.points)


@dataclass(frozen=True)
class Worth:
    """The points that something can add to a task, and those it earned; None while it waits for a person."""

    task: str
    points: float
    earned: float | None


@dataclass(frozen=True)
class TaskScore:
    """The points of one task; ``waiting`` are those that still wait for a person."""

    number: str
    title: str
    points: float
    total: float
    bonus: bool
    waiting: float = 0.0


@dataclass(frozen=True)
class Score:
    """The points of one submission, without rounding; final if no points are ``waiting`` for a person."""

    points: float
    total: float
    bonus_points: float
    bonus_total: float
    tasks: tuple[TaskScore, ...] = field(default=())
    waiting: float = 0.0

    @property
    def sum(self) -> float:
        """Points and bonus points together."""
        return float(exact_sum((self.points, self.bonus_points)))

    @property
    def percent(self) -> float:
        """``sum`` as percent of the total without bonus; above 100 with bonus points."""
        return 100.0 * self.sum / self.total if self.total else 0.0


def exact_sum(values: Iterable[float]) -> Fraction:
    """Return the sum of points without rounding, so that their order does not matter."""
    return sum((Fraction(str(value)) for value in values), Fraction(0))


def score(
    outcomes: Sequence[CheckOutcome | Worth], tasks: Sequence[Task | TaskScore], written: Sequence[Worth] = ()
) -> Score:
    """Add up the points of a submission's checks and those given by people.

    Parameters
    ----------
    outcomes : sequence of CheckOutcome or Worth
        Every check of the assignment, including those that were not run.
    tasks : sequence of Task or TaskScore
        The assignment's tasks, in their order.
    written : sequence of Worth
        The questions whose points count, graded or not.
    """
    rows = []
    # A check left to a person earns the points of the question that the person answers.
    decided = [one for one in outcomes if not (isinstance(one, CheckOutcome) and one.for_person)]
    for task in tasks:
        own = [one for one in (*decided, *written) if one.task == task.number]
        earned, total = exact_sum(one.earned or 0.0 for one in own), exact_sum(one.points for one in own)
        waiting = exact_sum(one.points for one in own if one.earned is None)
        rows.append(TaskScore(task.number, task.title, float(earned), float(total), task.bonus, float(waiting)))

    def add(bonus: bool, name: str) -> float:
        return float(exact_sum(getattr(row, name) for row in rows if row.bonus is bonus))

    open_points = float(exact_sum(row.waiting for row in rows))
    return Score(
        add(False, "points"), add(False, "total"), add(True, "points"), add(True, "total"), tuple(rows), open_points
    )


def lead(outcomes: Sequence[CheckOutcome], bonus: Mapping[str, bool]) -> str | None:
    """Return the id of the check to fix first, or None.

    Of the failed checks that follow from no other, it is the one that costs most points together with those that depend
    on it, then most bonus points, then the first. A bonus task that was not attempted needs no fixing. If nothing is wrong
    but something is not written yet, it is the first such task.

    Parameters
    ----------
    outcomes : sequence of CheckOutcome
        In the order of the tasks.
    bonus : mapping
        For the number of each task, whether it is a bonus.
    """
    lost: dict[str, list[Fraction]] = {}
    for outcome in outcomes:
        if outcome.result in (Result.FAILED, Result.NOT_CHECKED):
            costs = lost.setdefault(outcome.mend_first or outcome.id, [Fraction(0), Fraction(0)])
            costs[bonus[outcome.task]] += exact_sum([outcome.points]) - exact_sum([outcome.earned])
    leading = [
        one
        for one in outcomes
        if one.result is Result.FAILED
        and one.mend_first is None
        and not (bonus[one.task] and one.why is Why.MISSING and not lost[one.id][0])
    ]
    if all(one.why is Why.MISSING for one in leading):
        return leading[0].id if leading else None
    return max((one.id for one in leading), key=lambda id_: lost[id_])
