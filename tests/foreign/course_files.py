"""Reads courses that are written down as text, as authors of nbgrader would write them, with right, wrong and hostile answers.

A course is a file in ``courses``, or a folder with one for each notebook. A line ``%% kind name points`` begins a cell; the versions of an
answer are parted by ``---``: a right one, wrong ones, and last a hostile one where there are three.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.material.foreign.reading import read_form
from grader.material.foreign.release import release
from tests.material.foreign.writing import as_json, cell, marked, notebook, text, words

COURSES = Path(__file__).parent / "courses"
KINDS = ("right", "wrong", "even", "odd", "hostile")
HOSTILE = 2


@dataclass
class Part:
    """One cell: its kind, its name, its points, and its text in all versions."""

    kind: str
    name: str = ""
    points: float = 0.0
    versions: list[str] = field(default_factory=list)

    def version(self, student: str, number: int) -> str:
        """Return what a student of some kind has written here; ``number`` counts the answers."""
        if student == "hostile":
            return self.versions[HOSTILE] if len(self.versions) > HOSTILE else self.versions[0]
        wrong = {"right": False, "wrong": True, "even": number % 2 == 0, "odd": number % 2 == 1}[student]
        return self.versions[1] if wrong and len(self.versions) > 1 else self.versions[0]


@dataclass
class Course:
    """One assignment: its folder, and the notebooks of its students by name, each by the names of the author's."""

    name: str
    assignment: Path
    hand_ins: dict[str, dict[str, dict[str, Any]]]


def course_names() -> list[str]:
    """Return the names of all courses."""
    return sorted(path.stem for path in COURSES.iterdir())


def write_course(name: str, folder: Path) -> Course:
    """Write a course to disk; return it with its hand-ins."""
    paths = sorted((COURSES / name).glob("*.course")) or [COURSES / f"{name}.course"]
    assignment = folder / "source" / name
    notebooks = {path.stem: list(_parts(path.read_text(encoding="utf-8"))) for path in paths}
    for stem, parts in notebooks.items():
        notebook(assignment / f"{stem}.ipynb", *(made for each in _cells(parts, "author") for made in [each]))
        for part in parts:
            if part.kind == "file":
                text(assignment / part.name, f"{part.versions[0]}\n")
    hand_ins = {
        student: {stem: as_json(*_cells(parts, student)) for stem, parts in notebooks.items()} for student in KINDS
    }
    hand_ins["untouched"] = dict(release(read_form(assignment)))
    return Course(name, assignment, hand_ins)


def _parts(content: str) -> Iterator[Part]:
    for block in f"\n{content}".split("\n%% ")[1:]:
        head, _, body = block.partition("\n")
        kind, *more = head.split()
        name = more[0] if more else ""
        points = float(more[1]) if len(more) > 1 else 0.0
        versions = body.rstrip("\n").split("\n---\n") if kind == "answer" else [body.rstrip("\n")]
        yield Part(kind, name, points, versions)


def _cells(parts: Sequence[Part], student: str) -> Iterator[dict[str, Any]]:
    """Yield the cells of the author's notebook, or of a student's."""
    answers = 0
    for part in parts:
        if part.kind == "given":
            yield cell(part.versions[0])
        elif part.kind == "words":
            yield words(part.versions[0])
        elif part.kind == "answer":
            solved = f"### BEGIN SOLUTION\n{part.versions[0]}\n### END SOLUTION"
            yield marked(solved if student == "author" else part.version(student, answers), part.name, "answer")
            answers += 1
        elif part.kind == "test":
            seen = part.versions[0] if student == "author" else _visible(part.versions[0])
            yield marked(seen, part.name, "test", part.points)
        elif part.kind in ("manual", "task"):
            yield marked(part.versions[0], part.name, part.kind, part.points, "markdown")


def _visible(test: str) -> str:
    kept, hidden = [], False
    for line in test.split("\n"):
        hidden = (hidden or "BEGIN HIDDEN TESTS" in line) and "END HIDDEN TESTS" not in line
        if not hidden and "END HIDDEN TESTS" not in line:
            kept.append(line)
    return "\n".join(kept)
