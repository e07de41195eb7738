"""The grades to write to another system's file, and the matching of its rows with students. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from grader.course.events import Member
from grader.course.export.cells import Table
from grader.course.roster import Roster, join, key_of
from grader.course.score import CourseScore
from grader.course.terms import Terms
from grader.submissions import Origin, Person, Submission, slug_of


@dataclass(frozen=True)
class Grade:
    """The grade of one student.

    ``key`` identifies the student; ``slug`` names the record and the page, which the members of a group share. ``points``
    is None if nothing may be exported, because there is no score or it waits for a person. ``state`` is that of the score;
    ``ids`` are the student's possible ids elsewhere; ``tasks`` has the label and points of each task, None while waiting.
    """

    key: str
    slug: str
    name: str
    points: Fraction | None
    total: Fraction
    state: str
    ids: tuple[str, ...] = ()
    tasks: tuple[tuple[str, float | None], ...] = ()
    comment: str = ""
    member: Member | None = None

    @property
    def excused(self) -> bool:
        """Whether the assignment does not count for the student."""
        return self.state == "excused"


def grades_of(
    score: CourseScore, terms: Terms, *, points: float | None = None, unfinished: bool = False, comment: str = ""
) -> list[Grade]:
    """Return the grade of a student, or of each member of a group.

    Parameters
    ----------
    score : CourseScore
    terms : Terms
    points : float, optional
        The assignment's full points in the other system, instead of those in the course.
    unfinished : bool
        Whether to include scores that still wait for a person, as they are so far.
    comment : str
    """
    total = Fraction(str(score.total))
    worth = points if points is not None else terms.of(score.assignment).points
    scale = Fraction(str(worth)) / total if worth is not None and total else Fraction(1)
    ready = score.state in ("final", "not counted") or (unfinished and score.state in ("waiting", "fault"))
    members = score.result.members if score.result else ()
    grade = Grade(
        score.student,
        score.student,
        score.name,
        Fraction(str(score.points)) * scale if ready else None,
        total * scale,
        score.state,
        _words(members[0]) if len(members) == 1 else (),
        tuple((line.label, None if line.waiting else line.points) for line in score.lines if line.kind == "task"),
        comment,
        members[0] if len(members) == 1 else None,
    )
    if len(members) < 2:
        return [grade]
    return [
        replace(
            grade,
            key=f"{score.student}/{n}",
            name=member.name or member.login or member.number,
            ids=_words(member),
            member=member,
        )
        for n, member in enumerate(members)
    ]


def of_roster(scores: Sequence[CourseScore], roster: Roster) -> tuple[list[CourseScore], list[Grade]]:
    """Return the scores completed from a roster, and an entry for each student on it who has no score.

    Students graded without this roster are matched in the same way as hand-ins, never by guessing.
    """
    handed_in = [_hand_in(score) for score in scores if score.result is not None]
    joined = join(handed_in, roster)
    people = {
        each.path.name: tuple(Member(**vars(person)) for person in each.origin.people)
        for each in joined.submissions
        if each.origin is not None
    }
    known = [
        replace(score, result=replace(score.result, members=people[score.student]))
        if score.result is not None and score.student in people
        else score
        for score in scores
    ]
    there = {word for score in scores for word in (score.student, score.name)}
    total = next((Fraction(str(score.total)) for score in scores if score.total), Fraction(0))
    missing = [
        Grade(
            key_of(person),
            slug_of(key_of(person)),
            person.name or key_of(person),
            None,
            total,
            "missing",
            member=Member(**vars(person)),
        )
        for person in joined.missing
        if key_of(person) not in there
    ]
    return known, missing


def _hand_in(score: CourseScore) -> Submission:
    """Return a score as a hand-in that the roster can match, by name if nothing else is known."""
    members = score.result.members if score.result is not None else ()
    origin = Origin("plain", tuple(Person(**vars(member)) for member in members)) if members else None
    return Submission(score.name, score.student, Path(score.student), "file", origin=origin)


def _words(member: Member) -> tuple[str, ...]:
    """Return a student's possible ids elsewhere, the most reliable first; the first part of an e-mail is often a login."""
    mail = member.email.partition("@")[0]
    every = (member.number, member.id, member.login, member.email, mail, member.name)
    return tuple(dict.fromkeys(word for word in every if word))


def two_decimals(value: Fraction) -> str:
    """Return a number with two decimals, rounding halves up."""
    cents = (abs(value) * 200 + 1) // 2
    sign = "-" if value < 0 and cents else ""
    return f"{sign}{cents // 100}.{cents % 100:02}"


def folded(text: str) -> str:
    """Return a word normalised, so that its different spellings are equal."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def compact(text: str) -> str:
    """Return only the letters and digits of a name, as Canvas does in file names."""
    return re.sub(r"[\W_]+", "", folded(text))


class Students:
    """Finds the student to whom a row belongs.

    Parameters
    ----------
    grades : iterable of Grade
    """

    def __init__(self, grades: Iterable[Grade]) -> None:
        self.grades = {grade.key: grade for grade in grades}
        self._words: dict[str, set[str]] = {}
        self._names: dict[str, set[str]] = {}
        for key, grade in self.grades.items():
            # A group's record has the names of all members, so it identifies none of them.
            alone = (grade.slug, grade.name) if grade.key == grade.slug else ()
            for word in (*alone, *grade.ids):
                self._words.setdefault(folded(word), set()).add(key)
            for number in (part for part in re.split(r"[_\s]+", " ".join(alone)) if part.isdecimal()):
                self._words.setdefault(number, set()).add(key)
            for name in (grade.name, re.split(r"_\d", grade.name)[0], *grade.ids):
                if not name.isdecimal():
                    self._names.setdefault(compact(name), set()).add(key)

    def find(self, ids: Iterable[str], names: Iterable[str]) -> set[str]:
        """Return the keys of the students to whom a row may belong, by the first known id, or else by the first name."""
        for word in ids:
            found = self._words.get(folded(word)) if word.strip() else None
            if found:
                return found
        for name in names:
            last, comma, first = name.partition(",")
            for form in (name, f"{first} {last}") if comma else (name,):
                found = self._names.get(compact(form)) or self._words.get(folded(form)) if form.strip() else None
                if found:
                    return found
        return set()


@dataclass
class Filled:
    """A file with the scores filled in, and what to report about it.

    ``written`` counts rows with a score; ``replaced`` are those that had another score before; ``no_row`` are students
    without a row; ``doubtful`` are rows that fit several students, or a student who has another row; ``waiting`` are
    students whose scores may not be exported yet.
    """

    content: bytes
    written: int = 0
    replaced: list[str] = field(default_factory=list)
    no_row: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def match(
    rows: Mapping[int, tuple[Sequence[str], Sequence[str]]], students: Students
) -> tuple[dict[int, Grade], list[int]]:
    """Return the student of each row, and the doubtful rows.

    Parameters
    ----------
    rows : mapping
        For each row number, its ids, the most reliable first, and its names.
    students : Students
    """
    found = {row: students.find(ids, names) for row, (ids, names) in rows.items()}
    owners: dict[str, list[int]] = {}
    for row, slugs in found.items():
        for slug in slugs:
            owners.setdefault(slug, []).append(row)
    sure, doubtful = {}, []
    for row, slugs in found.items():
        if len(slugs) == 1 and len(owners[next(iter(slugs))]) == 1:
            sure[row] = students.grades[next(iter(slugs))]
        elif slugs:
            doubtful.append(row)
    return sure, doubtful


def fill(
    table: Table,
    rows: Mapping[int, tuple[Sequence[str], Sequence[str]]],
    students: Students,
    column: int,
    *,
    excused: str = "",
    comma: bool = False,
) -> tuple[Filled, dict[int, Grade]]:
    """Fill the scores into a column of a file; return the outcome, and the student of each row.

    Parameters
    ----------
    table : Table
    rows : mapping
        As for ``match``.
    students : Students
    column : int
    excused : str
        The text for an assignment that does not count; if empty, the cell is left as it is.
    comma : bool
        Whether a comma is the decimal sign.
    """
    sure, doubtful = match(rows, students)
    filled = Filled(b"", doubtful=[_row_name(table, row, rows[row]) for row in doubtful])
    for row, grade in sure.items():
        text = excused if grade.excused else "" if grade.points is None else two_decimals(grade.points)
        if not text:
            continue
        text = text.replace(".", ",") if comma else text
        before = table.text(row, column)
        if not table.put(row, column, text):
            filled.doubtful.append(_row_name(table, row, rows[row]))
            continue
        filled.written += 1
        if before and _number(before) != _number(text):
            filled.replaced.append(f"{grade.name}: {before} -> {text}")
    there = {grade.key for grade in sure.values()} | {key for row in doubtful for key in students.find(*rows[row])}
    filled.no_row = [
        grade.name for key, grade in students.grades.items() if key not in there and grade.state != "missing"
    ]
    filled.waiting = [grade.name for grade in sure.values() if grade.points is None and not grade.excused]
    return filled, sure


def _row_name(table: Table, row: int, known: tuple[Sequence[str], Sequence[str]]) -> str:
    words = [word for word in (*known[1], *known[0]) if word.strip()]
    return f"row {row + 1} ({words[0]})" if words else f"row {row + 1}"


def _number(text: str) -> float | str:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def known_as(grade: Grade, *names: str) -> str:
    """Return the first of these fields known for a student, or else a number in the name, or an empty text."""
    if grade.member is not None:
        told = next((value for name in names if (value := str(getattr(grade.member, name)))), "")
        if told:
            return told
    return next((word for word in re.split(r"[_\s]+", grade.name) if word.isdecimal()), "")
