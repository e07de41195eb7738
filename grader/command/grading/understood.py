"""How a class was read, before anything runs: the layout, the roster, late and missing students."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.command.grading.plan import Plan
from grader.course.roster import join, key_of, read_roster
from grader.submissions import Person, Submission
from grader.submissions.intake import Intake, take_in
from grader.submissions.layouts import Asked

MOST_NAMED = 10
ROSTER = "roster.csv"


@dataclass
class Understood:
    """A class as it was found.

    ``missing`` are the students on the roster who did not hand in, ``unlisted`` the hand-ins of students not on it, and
    ``listed`` the number of students on the roster, None if there is no roster.
    """

    plan: Plan
    intake: Intake
    submissions: list[Submission]
    listed: int | None = None
    missing: list[Person] = field(default_factory=list)
    unlisted: list[Submission] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def remarks(self) -> dict[str, str]:
        """Remarks about individual students."""
        return {submission.id: "is not on the roster" for submission in self.unlisted}

    def is_late(self, submission: Submission) -> bool | None:
        """Return whether a hand-in is late; None if it is unknown."""
        origin = submission.origin
        return self.plan.is_late(origin.submitted, origin.late) if origin else None

    def first_line(self) -> str:
        """Return a summary such as ``Canvas download: 148 students, 6 late, 2 files ignored``."""
        return f"{' and '.join(dict.fromkeys(self.intake.titles))}: {', '.join(self._counts())}"

    def _counts(self) -> Iterator[str]:
        people = sum(len(each.origin.people) if each.origin else 1 for each in self.submissions)
        if people != len(self.submissions):
            yield f"{_count(len(self.submissions), 'hand-in')} of {_count(people, 'student')}"
        else:
            yield _count(people, "student")
        late = sum(bool(self.is_late(submission)) for submission in self.submissions)
        if late:
            yield f"{late} late"
        if self.intake.older:
            yield f"{_count(len(self.intake.older), 'older attempt')} left out"
        if self.intake.left_out:
            yield f"{_count(len(self.intake.left_out), 'file')} ignored"

    def sentences(self) -> Iterator[str]:
        """Yield what else the instructor should know: students who did not hand in or are not on the roster, and doubts."""
        if self.missing:
            names = _names([key_of(person) for person in self.missing])
            yield f"Did not hand in, {len(self.missing)} of {self.listed}: {names}"
        if self.unlisted:
            yield f"Not on the roster: {_names([submission.id for submission in self.unlisted])}"
        yield from self.doubts[:MOST_NAMED]


def understand(plan: Plan, out: Path | None, student: str | None) -> Understood:
    """Find the hand-ins and match them with the roster.

    Raises
    ------
    UsageError
        If nothing was found, or the roster cannot be read.
    """
    intake = take_in(plan.paths, out, student, plan.layout, Asked(plan.zone, plan.names))
    if plan.roster is None:
        return Understood(plan, intake, intake.submissions)
    roster = read_roster(plan.roster)
    joined = join(intake.submissions, roster)
    return Understood(plan, intake, joined.submissions, len(roster), joined.missing, joined.unlisted, joined.doubts)


def roster_table(understood: Understood) -> Iterator[str]:
    """Yield the lines of a CSV that says which students handed in, and which hand-ins are not on the roster."""
    import csv
    import io

    from grader.report.spreadsheet import inert

    def line(*cells: str) -> str:
        text = io.StringIO()
        csv.writer(text).writerow(map(inert, cells))
        return text.getvalue()

    yield line("student", "name", "email", "section", "state")
    unlisted = {submission.id for submission in understood.unlisted}
    for submission in understood.submissions:
        state = "not on the roster" if submission.id in unlisted else "handed in"
        for person in submission.origin.people if submission.origin else (Person(login=submission.id),):
            name = submission.id if submission.id in unlisted else key_of(person)
            yield line(name, person.name, person.email, person.section, state)
    for person in understood.missing:
        yield line(key_of(person), person.name, person.email, person.section, "did not hand in")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _names(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
