"""Reads the questions graded by people from ``rubric.toml``. Serves READ to REPORTED; imports only the TOML reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from grader.material.document import Document, Table, near

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
MOST_QUESTIONS = 200


@dataclass(frozen=True)
class Criterion:
    """A criterion of a question, with its share of the points."""

    name: str
    points: float


@dataclass(frozen=True)
class Question:
    """One question graded by a person.

    Attributes
    ----------
    id : str
        Such as ``"1.1f"``; answers are marked with it.
    task : str
        The number of the task to which its points belong.
    model_answer : str
        For the graders; never shown to a student.
    belongs_to : tuple of str
        Names of the tagged code cells shown with the answer.
    asks : str
        The question's text in Markdown, for the student's page; may be empty.
    in_report : bool
        Whether it is answered in a report handed in with the code, so that a person always looks at it.
    placeholder : str
        The text of an untouched answer to this question, if it is not the rubric's.
    check : str
        The id of a check: the question is asked only if that check leaves its points to a person. Empty for other questions.
    """

    id: str
    task: str
    title: str
    points: float
    model_answer: str
    criteria: tuple[Criterion, ...]
    belongs_to: tuple[str, ...] = ()
    asks: str = ""
    check: str = ""
    in_report: bool = False
    placeholder: str = ""


@dataclass(frozen=True)
class Rubric:
    """All questions of an assignment.

    ``placeholder`` is the text of an untouched answer; ``counts`` says whether the points count towards the total.
    """

    questions: tuple[Question, ...]
    placeholder: str = ""
    counts: bool = False

    def for_students(self) -> Rubric:
        """Return the questions that students are asked; what a check may leave to a person is none of them."""
        return replace(self, questions=tuple(one for one in self.questions if not one.check))

    def points_of(self, tasks: Sequence[str]) -> float:
        """Return the points of those questions of these tasks that are always asked."""
        return float(_sum([one.points for one in self.questions if one.task in tasks and not one.check]))


def load_rubric(path: Path, tasks: Sequence[str], *, counts: bool) -> Rubric:
    """Read and validate a ``rubric.toml``.

    Parameters
    ----------
    path : Path
    tasks : sequence of str
        The numbers of the assignment's tasks.
    counts : bool
        Whether its points count towards the total.

    Raises
    ------
    AssignmentError
        If something is missing, unknown or does not add up; the message names the line, the value and a remedy.
    """
    top = Document.read(path).top
    top.only(("placeholder", "question"), "key or table")
    rows = top.tables("question")
    if len(rows) > MOST_QUESTIONS:
        raise top.fail("question", f"there are {len(rows)} questions; at most {MOST_QUESTIONS} are allowed.")
    questions: list[Question] = []
    for row in rows:
        question = _question(row, tasks)
        for other, earlier in zip(rows, questions, strict=False):
            if earlier.id == question.id:
                first = row.document.line((*other.place, "id"))
                raise row.fail(
                    "id", f"the question of line {first} has the id {question.id!r}, too; each needs its own."
                )
        questions.append(question)
    return Rubric(tuple(questions), top.string("placeholder", 'a string like "Write your answer here."', ""), counts)


def _question(row: Table, tasks: Sequence[str]) -> Question:
    row.only(
        ("id", "task", "title", "asks", "points", "model_answer", "belongs_to", "criterion", "check", "in_report"),
        "key of [[question]] called",
    )
    question = Question(
        id=row.string("id", 'a string like "1.1f"'),
        task=row.string("task", 'the number of a task like "1.1"'),
        title=row.string("title", 'a string like "Why does it diverge?"'),
        points=row.number("points", "a number like 2"),
        model_answer=row.string("model_answer", "the answer that earns all points, for the graders").strip(),
        criteria=tuple(_criterion(one) for one in row.tables("criterion")),
        belongs_to=row.strings("belongs_to", example='["1.2c"]'),
        asks=row.string("asks", 'a text like "Why does it diverge?"', "").strip(),
        in_report=row.value("in_report", bool, "true or false", False),
        check=row.string("check", 'the name of a check like "check_training"', ""),
    )
    if not ID.fullmatch(question.id):
        raise row.fail("id", f"'id' must contain only letters, digits, dots, - and _, not {question.id!r}.")
    if question.task not in tasks:
        raise row.fail("task", f"assignment.toml has no task {question.task!r}{near(question.task, tasks)}")
    names = [criterion.name for criterion in question.criteria]
    for number, name in enumerate(names):
        if name in names[:number]:
            place = (*row.place, "criterion", number, "name")
            raise row.document.fail(
                place, f"two criteria of {question.id!r} are called {name!r}; each needs its own name."
            )
    total = _sum([criterion.points for criterion in question.criteria])
    if total != Fraction(str(question.points)):
        raise row.fail(
            "points",
            f"question {question.id!r} has {question.points:g} points, but its criteria add up to {float(total):g}.",
        )
    return question


def _criterion(row: Table) -> Criterion:
    row.only(("name", "points"), "key of [[question.criterion]] called")
    name = " ".join(row.string("name", 'a string like "names the sign"').split())
    points = row.number("points", "a number like 1")
    if points == 0:
        raise row.fail("points", "'points' of a criterion must be above zero, not 0.")
    return Criterion(name, points)


def _sum(values: Sequence[float]) -> Fraction:
    return sum((Fraction(str(value)) for value in values), Fraction(0))
