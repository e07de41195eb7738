"""A form as an assignment of ours, so that everything behind it needs no other word: tasks, points, questions for people, imports."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grader.material.document import Document
from grader.material.foreign.forms import Form, Question
from grader.material.foreign.imports import imported_names, solution_names
from grader.material.foreign.nbgrader import LIMITS
from grader.material.foreign.reading import read_form
from grader.material.parts import HARMLESS, Assignment, GivenFile, Limits, Task
from grader.material.questions import Criterion, Rubric
from grader.material.questions import Question as Written

WHOLE = "whole"
MOST_ABOVE = 3
TEST_SECONDS = 30.0
# Large libraries by the name that an assignment imports, and what takes longest of them to import.
PRELOADED = {"scipy": "scipy", "matplotlib": "matplotlib.pyplot", "pandas": "pandas"}
SCIPY_PARTS = ("fft", "integrate", "interpolate", "linalg", "ndimage", "optimize", "signal", "sparse", "spatial", "special", "stats")  # fmt: skip
# What the courses of these tools have installed, also where no cell of the author's imports it: a folder of tests has no cells.
USUAL = (
    "scipy",
    "pandas",
    "matplotlib",
    "seaborn",
    "sympy",
    "networkx",
    "sklearn",
    "statsmodels",
    "PIL",
    "datascience",
)
NOT_ALLOWED = frozenset({"otter", "nbgrader", "nose", "google"})


def foreign_assignment(path: Path, *, allow: Sequence[str] = ()) -> Assignment:
    """Read an assignment of nbgrader or Otter.

    Raises
    ------
    AssignmentError
        When it is none, or needs what is not supported.
    """
    return assignment_of(read_form(path), allow=allow)


def assignment_of(form: Form, *, allow: Sequence[str] = ()) -> Assignment:
    """Return a form as an assignment."""
    ids = _ids(form)
    rows = list(zip(form.questions, ids, strict=True))
    tasks = [Task(str(number), _title(question, form)) for number, (question, _) in enumerate(rows, 1)]
    if form.settings.score_threshold is not None:
        tasks.append(Task(str(len(rows) + 1), "The assignment as a whole"))
    allowed = [*_libraries(form), *allow]
    return Assignment(
        id=_plain(form.name),
        title=form.name,
        folder=form.folder.resolve(),
        total=float(sum(map(exact, worths(form)), Fraction(0))),
        bonus=0.0,
        reference="",
        entry="main.py",
        preload=_preload(form, allowed),
        tasks=tuple(tasks),
        limits=_limits(form.folder),
        allowed_imports=tuple(dict.fromkeys(["numpy", *allowed, *_usual()])),
        harmless_imports=(*HARMLESS, "nbgrader"),
        settings={},
        rubric=_rubric(form, ids),
        files=tuple(GivenFile(form.folder, name, content) for name, content in form.files.items()),
        form=form,
        task_of={question_key(question): id_ for question, id_ in rows},
        asked=tuple(solution_names(form)),
    )


def _limits(folder: Path) -> Limits:
    """Return what a hand-in may use: what a file of limits near the assignment says, with more time for a test than elsewhere."""
    folder = folder.absolute()
    for place in (folder, *folder.parents[:MOST_ABOVE]):
        if (place / LIMITS).is_file():
            table = Document.read(place / LIMITS).top.table("limits", required=True)
            table.only([each.name for each in fields(Limits)], "limit")
            given: dict[str, Any] = {key: table.number(key, "a number above zero") for key in table.data}
            return Limits(**{"check_cpu_seconds": TEST_SECONDS} | given)
    return Limits(check_cpu_seconds=TEST_SECONDS)


def question_key(question: Question) -> str:
    """Return what tells one question from all others of an assignment."""
    return f"{question.notebook}\0{question.id}"


def worths(form: Form) -> list[float]:
    """Return what each question is worth here, and what the whole is where only that counts."""
    own = [question.points for question in form.questions]
    total, settings = sum(map(exact, own), Fraction(0)), form.settings
    possible = exact(settings.points_possible) if settings.points_possible else total
    if settings.score_threshold is not None:
        return [*(0.0 for _ in own), float(possible)]
    if possible == total or not total:
        return own
    return [float(exact(points) * possible / total) for points in own]


def exact(points: float) -> Fraction:
    """Return points as the number that was written."""
    return Fraction(str(points))


def _ids(form: Form) -> list[str]:
    """Return the id of a check for each question, each once."""
    several = len({question.notebook for question in form.questions}) > 1
    found: list[str] = []
    for question in form.questions:
        wanted = _plain(f"{question.notebook}-{question.id}" if several and question.notebook else question.id)
        number, name = 1, wanted
        while name in found:
            number += 1
            name = f"{wanted}-{number}"
        found.append(name)
    return found


def _title(question: Question, form: Form) -> str:
    several = len({each.notebook for each in form.questions}) > 1
    return f"{question.notebook}: {question.id}" if several and question.notebook else question.id


def _plain(name: str) -> str:
    """Return a name that can be part of a file's name and of a key in a spreadsheet."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:80] or "assignment"
    return plain if plain[0].isalpha() else f"q{plain}"


def _libraries(form: Form) -> list[str]:
    """Return what the assignment's own cells and tests import, as far as it is installed."""
    roots = {name.partition(".")[0] for name in imported_names(form)} - NOT_ALLOWED
    beside = {path.partition("/")[0].removesuffix(".py") for path in form.files}
    return sorted(
        root
        for root in roots - beside
        if root not in sys.stdlib_module_names and root.isidentifier() and find_spec(root) is not None
    )


def _preload(form: Form, allowed: Sequence[str]) -> tuple[str, ...]:
    """Return what the clean parent imports before it forks, so that no hand-in has to wait for it: the large libraries that are used."""
    used = imported_names(form)
    # Where there are no cells to see it by, notebooks draw as a rule.
    allowed = [*allowed, *(["matplotlib"] if not form.notebooks and find_spec("matplotlib") is not None else [])]
    parts = [f"scipy.{part}" for part in SCIPY_PARTS if f"scipy.{part}" in used] if "scipy" in allowed else []
    roots = [whole for root, whole in PRELOADED.items() if root in allowed]
    return tuple(dict.fromkeys(["numpy", *roots, *parts]))


def _usual() -> list[str]:
    """Return what students of these tools may import without being told, as far as it is installed."""
    return [root for root in USUAL if find_spec(root) is not None]


def _rubric(form: Form, ids: Sequence[str]) -> Rubric | None:
    """Return the questions that a person grades; None where there is none."""
    found = []
    for number, (question, id_) in enumerate(zip(form.questions, ids, strict=True), 1):
        if question.manual or question.task:
            criteria = (Criterion("points", question.points),) if question.points else ()
            found.append(
                Written(
                    id_, str(number), _title(question, form), question.points, question.scheme, criteria,
                    asks=question.text, placeholder=question.unchanged,
                )
            )  # fmt: skip
    return Rubric(tuple(found), "", counts=True) if found else None
