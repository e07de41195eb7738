"""The score of a student in the course, as a sum of lines: a pure function of events and the course's rules.

The order: newest counted attempt, checks, marks, overrides, late penalty, cap. Sums are exact; nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction

from grader.course.events import (
    Comment,
    Event,
    Excuse,
    Extension,
    Marked,
    Override,
    QuestionResult,
    Result,
    TaskResult,
    Weighed,
)
from grader.course.late import Deadline, Lateness, LatePolicy, spend
from grader.course.terms import Terms
from grader.report.wording import points as worded
from grader.written.points import points_given

OPEN = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """One line of a sum.

    ``kind`` is ``task``, ``total``, ``late`` or ``cap``; ``total`` is None for deductions; ``waiting`` are points that
    still wait for a person; ``decided`` says that a person decided the line.
    """

    kind: str
    label: str
    points: float
    total: float | None
    source: str
    bonus: bool = False
    waiting: float = 0.0
    decided: bool = False
    number: str = ""


@dataclass(frozen=True)
class CourseScore:
    """A student's score for one assignment.

    ``state`` is ``final``, ``waiting``, ``fault``, ``excused``, ``not counted`` (too late), or ``missing``; only a final
    score is exported. ``points`` is the complete sum, ``total`` the possible points without bonus.
    """

    assignment: str
    student: str
    name: str
    state: str
    lines: tuple[Line, ...] = ()
    points: float = 0.0
    total: float = 0.0
    waiting: float = 0.0
    attempt: int | None = None
    late: Lateness | None = None
    comments: tuple[Event, ...] = ()
    why: str = ""
    result: Result | None = None

    @property
    def changed_by_people(self) -> bool:
        """Whether the sum differs from that of checks and marks, or there is a comment on it."""
        return (
            bool(self.comments)
            or self.state in ("excused", "not counted")
            or any(line.kind != "task" or line.decided for line in self.lines)
        )


def scores_of(events: Iterable[Event], terms: Terms, *, only: str | None = None) -> dict[tuple[str, str], CourseScore]:
    """Return the score of every student and assignment that has events, or of one assignment only.

    Parameters
    ----------
    events : iterable of Event
        All events of a student, because late days are used over the whole term; subjects may be in any order.
    terms : Terms
    """
    by_student: dict[str, dict[str, list[Event]]] = {}
    weights: dict[str, dict[str, Event]] = {}
    for event in events:
        if event.student:
            by_student.setdefault(event.student, {}).setdefault(event.assignment, []).append(event)
        elif isinstance(event.what, Weighed):
            _keep_newest(weights.setdefault(event.assignment, {}), event.what.question, event)
    return {
        (own.assignment, own.student): own
        for student, subjects in by_student.items()
        for own in _term(student, subjects, terms, only, weights)
    }


def _keep_newest(found: dict[str, Event], name: str, event: Event) -> None:
    if name not in found or found[name].version < event.version:
        found[name] = event


def _term(
    student: str,
    subjects: Mapping[str, Sequence[Event]],
    terms: Terms,
    only: str | None,
    weights: Mapping[str, Mapping[str, Event]],
) -> list[CourseScore]:
    """Return the scores of one student, in the order of the assignments' due dates."""
    states = [
        _State(name, student, sorted(found, key=lambda e: e.version), weights.get(name, {}))
        for name, found in subjects.items()
    ]
    states.sort(key=lambda state: (terms.of(state.assignment).due or OPEN, state.assignment))
    paid = [state for state in states if not state.excused and terms.of(state.assignment).late is None]
    chosen = dict(
        zip((s.assignment for s in paid), spend([_chance(s, terms) for s in paid], terms.late, terms.zone), strict=True)
    )
    return [
        state.score(*chosen.get(state.assignment) or _alone(state, terms), terms)
        for state in states
        if only in (None, state.assignment)
    ]


def _chance(state: _State, terms: Terms) -> tuple[Deadline, list[datetime | None]]:
    deadline = Deadline(terms.of(state.assignment).due, state.extended)
    return deadline, [_when(result.handed_in) for result in state.attempts]


def _alone(state: _State, terms: Terms) -> tuple[int | None, Lateness | None]:
    """Return the attempt that counts, and its lateness, for an assignment that is excused or has its own late policy."""
    policy = terms.of(state.assignment).late or LatePolicy()
    return spend([_chance(state, terms)], policy, terms.zone)[0]


def _when(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class _State:
    """The newest event of each kind for one student and assignment."""

    def __init__(
        self, assignment: str, student: str, events: Sequence[Event], weights: Mapping[str, Event] | None = None
    ) -> None:
        self.assignment, self.student = assignment, student
        self.weights = {
            name: dict(event.what.weights) for name, event in (weights or {}).items() if isinstance(event.what, Weighed)
        }
        self.excuse: Event | None = None
        self.extended: datetime | None = None
        self.marks: dict[tuple[str, str], Event] = {}
        self.overrides: dict[str, Event] = {}
        self.comments: list[Event] = []
        results: dict[int, Result] = {}
        for event in events:
            match event.what:
                case Result() as result:
                    results[result.attempt] = result
                case Marked() as mark:
                    self.marks[mark.key] = event
                case Override() as override:
                    self.overrides[override.task] = event
                case Extension() as extension:
                    self.extended = _when(extension.until)
                case Excuse():
                    self.excuse = event
                case Comment():
                    self.comments.append(event)
                case _:
                    pass
        self.attempts = [results[number] for number in sorted(results)]

    @property
    def excused(self) -> bool:
        return self.excuse is not None and isinstance(self.excuse.what, Excuse) and self.excuse.what.excused

    def score(self, place: int | None, late: Lateness | None, terms: Terms) -> CourseScore:
        """Return the score, given the attempt that counts and its lateness."""
        newest = self.attempts[-1] if self.attempts else None
        empty = CourseScore(
            self.assignment,
            self.student,
            newest.name if newest else self.student,
            "missing",
            late=late,
            comments=tuple(self.comments),
            result=newest,
        )
        if newest is not None:
            empty = replace(empty, total=_total(newest), attempt=newest.attempt)
        if self.excused:
            return replace(empty, state="excused", why=_why(self.excuse))
        total = self._decided("")
        if newest is None and total is None:
            return empty
        if place is None and newest is not None and total is None:
            return replace(empty, state="not counted", why=_not_counted(late))
        result = self.attempts[place] if place is not None else newest
        if result is None:
            return self._summed(empty, [], None, terms)
        lines = [self._line(task, result) for task in result.tasks]
        lines += [
            self._line(TaskResult(number, "", 0.0, 0.0), result)
            for number in self.overrides
            if number and number not in {task.number for task in result.tasks} and self._decided(number)
        ]
        fault = any(task.fault and not self._decided(task.number) for task in result.tasks) and total is None
        own = replace(
            empty, result=result, attempt=result.attempt, total=_total(result), state="fault" if fault else "final"
        )
        return self._summed(own, lines, late if place is not None else None, terms)

    def _summed(self, own: CourseScore, lines: list[Line], late: Lateness | None, terms: Terms) -> CourseScore:
        """Return a score with its lines added up, including deductions."""
        total, waiting = self._decided(""), sum((_exact(line.waiting) for line in lines), Fraction(0))
        points = sum((_exact(line.points) for line in lines), Fraction(0))
        if total is not None and isinstance(total.what, Override) and total.what.points is not None:
            points, waiting = _exact(total.what.points), Fraction(0)
            lines = [*lines, Line("total", "Total", float(points), own.total, _decided_by(total), decided=True)]
        if late is not None and late.percent:
            off = min(points, (points if late.of == "earned" else _exact(own.total)) * late.percent / 100)
            points -= off
            lines = [*lines, Line("late", "Late", float(-off), None, _late_words(late))]
        most = terms.of(own.assignment).most_percent
        if most is not None and own.total and points > (bound := _exact(own.total) * _exact(most) / 100):
            lines = [
                *lines,
                Line("cap", "Cap", float(bound - points), None, f"at most {worded(most)} % of {worded(own.total)}"),
            ]
            points = bound
        state = "waiting" if waiting and own.state in ("final", "missing") else own.state
        state = "final" if state == "missing" else state
        return replace(
            own, lines=tuple(lines), points=float(points), waiting=float(waiting), late=late or own.late, state=state
        )

    def _decided(self, task: str) -> Event | None:
        """Return the event that decided the points of a task, unless it was withdrawn."""
        event = self.overrides.get(task)
        return event if event and isinstance(event.what, Override) and event.what.points is not None else None

    def _line(self, task: TaskResult, result: Result) -> Line:
        own = [one for one in result.questions if one.task == task.number and one.counts]
        total = float(_exact(task.total) + sum((_exact(one.points) for one in own), Fraction(0)))
        label = f"{task.number} {task.title}".strip()
        decided = self._decided(task.number)
        if decided is not None and isinstance(decided.what, Override) and decided.what.points is not None:
            points = decided.what.points
            return Line(
                "task", label, points, total, _decided_by(decided), task.bonus, decided=True, number=task.number
            )
        marks = [(one, self._mark(one)) for one in own]
        points = float(_exact(task.points) + sum((self._given(one, event) for one, event in marks), Fraction(0)))
        waiting = sum((_exact(one.points) for one, event in marks if one.waits and not _given_any(event)), Fraction(0))
        graders = dict.fromkeys(event.author for _, event in marks if event is not None and _given_any(event))
        words = ["checks"] if task.total or not own else []
        words += [f"graded by {name}" for name in graders]
        return Line(
            "task",
            label,
            points,
            total,
            ", ".join(words or ["graded by a person"]),
            task.bonus,
            float(waiting),
            number=task.number,
        )

    def _given(self, question: QuestionResult, event: Event | None) -> Fraction:
        """Return the points of a mark, using the current weights of its criteria."""
        if event is None or not isinstance(event.what, Marked) or not event.what.earned:
            return Fraction(0)
        most, weights = dict(question.criteria), self.weights.get(question.id, {})
        return points_given(dict(event.what.earned), most, weights, event.what.adjust)

    def _mark(self, question: QuestionResult) -> Event | None:
        """Return the mark for an answer, if it uses the current criteria."""
        event = self.marks.get((question.id, question.sha256))
        if event is None or not isinstance(event.what, Marked):
            return None
        most, given = dict(question.criteria), dict(event.what.earned)
        fits = not given or (given.keys() == most.keys() and all(0 <= given[name] <= most[name] for name in most))
        return event if fits else None


def _exact(value: float) -> Fraction:
    return Fraction(str(value))


def _given_any(event: Event | None) -> bool:
    return event is not None and isinstance(event.what, Marked) and bool(event.what.earned)


def _total(result: Result) -> float:
    """Return the possible points of a result, without bonus."""
    bonus = {task.number for task in result.tasks if task.bonus}
    checks = (_exact(task.total) for task in result.tasks if not task.bonus)
    written = (_exact(one.points) for one in result.questions if one.counts and one.task not in bonus)
    return float(sum((*checks, *written), Fraction(0)))


def _decided_by(event: Event) -> str:
    return f"decided by {event.author}: {getattr(event.what, 'why', '')}"


def _why(event: Event | None) -> str:
    return f"excused by {event.author}: {getattr(event.what, 'why', '')}" if event else ""


def late_by(seconds: int) -> str:
    """Return a duration in words, rounded up: ``2 days 3 hours``, ``40 minutes``."""
    minutes = -(-seconds // 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        f"{n} {word if n == 1 else word + 's'}"
        for n, word in ((days, "day"), (hours, "hour"), (minutes, "minute"))
        if n
    ]
    return " ".join(parts[:2])


def _late_words(late: Lateness) -> str:
    units = f"{late.units} {late.per if late.units == 1 else late.per + 's'}"
    of = "the points earned" if late.of == "earned" else "all points"
    return f"{late_by(late.seconds)} late, {units} begun: {worded(float(late.percent))} % of {of}"


def _not_counted(late: Lateness | None) -> str:
    if late is None:
        return ""
    days, left = (f"{n} late day{'' if n == 1 else 's'}" for n in (late.units, late.left or 0))
    return f"{late_by(late.seconds)} late: it needs {days}, and {left} {'is' if late.left == 1 else 'are'} left"


def of_one(events: Iterable[Event], assignment: str, student: str, terms: Terms) -> CourseScore | None:
    """Return the score of one student for one assignment, given all events of the student; None if there is none."""
    return scores_of(events, terms).get((assignment, student))
