"""The exercise as an nbgrader course: a source notebook with locked tests, and one submitted notebook per student."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peer_tools.exercise import CLAIMS, cells
from benchmarks.peer_tools.notebooks import as_notebook, code_cell
from benchmarks.peer_tools.tools import Tool

VERSION = "0.9.6"
CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "peers"\nc.ExecutePreprocessor.timeout = 120\n'


def make_course(folder: Path, students: Sequence[str], epochs: int) -> None:
    """Write the course and what every student handed in."""
    make_course_of(folder, {student: cells(seed, epochs) for seed, student in enumerate(students)}, CLAIMS)


def make_course_of(folder: Path, students: Mapping[str, Sequence[str]], claims: Mapping[str, str]) -> None:
    """Write a course with these claims and what every student handed in, cell by cell; the source is the first one's."""
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    _write(folder / "source" / "ps1" / "ps1.ipynb", next(iter(students.values())), claims)
    for student, own in students.items():
        _write(folder / "submitted" / student / "ps1" / "ps1.ipynb", own, claims)


def _write(path: Path, own: Sequence[str], claims: Mapping[str, str]) -> None:
    answers = [
        code_cell(source, f"answer{k}", nbgrader=_marks(f"answer{k}", points=None)) for k, source in enumerate(own)
    ]
    tests = [code_cell(source, name, nbgrader=_marks(name, points=1)) for name, source in claims.items()]
    path.parent.mkdir(parents=True)
    path.write_text(as_notebook([*answers, *tests]), encoding="utf-8")


def _marks(name: str, points: int | None) -> dict[str, object]:
    """Return nbgrader's metadata for a cell."""
    marks: dict[str, object] = {"grade_id": name, "schema_version": 3, "task": False}
    if points is None:
        return marks | {"grade": False, "locked": False, "solution": True}
    return marks | {"grade": True, "locked": True, "solution": False, "points": points}


def prepare(tool: Tool, course: Path) -> None:
    """Have nbgrader generate the assignment, which is not measured."""
    tool.run("nbgrader", "generate_assignment", "ps1", "--create", "--force", cwd=course)


def command() -> list[str]:
    """Return the command that grades the class."""
    return ["nbgrader", "autograde", "ps1", "--force"]


def scores(tool: Tool, course: Path) -> list[float]:
    """Return the points of every student."""
    tool.run("nbgrader", "export", "--to", "grades.csv", cwd=course)
    with open(course / "grades.csv", encoding="utf-8", newline="") as file:
        return [float(row["score"]) for row in csv.DictReader(file)]
