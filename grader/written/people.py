"""The points given by people, kept apart from the records so that grading again loses none.

There is one file per assignment, ``people/<id>.json`` in the folder of the reports. It also lists the class of the last
run, whose records a sheet must cover.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.files import write_atomically
from grader.written.points import Mark

FORMAT = "neural network grader points by people"
VERSION = 1


@dataclass(frozen=True)
class People:
    """The points given by people for one assignment; ``students`` are the slugs of the class, in the order of the reports.

    ``booked`` says that the marks are a copy from a gradebook, which takes precedence.
    """

    assignment: str
    students: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    booked: bool = False

    def given(self, marks: Iterable[Mark]) -> People:
        """Return these points with ``marks`` added; each replaces an earlier one for the same answer."""
        every = {mark.key: mark for mark in (*self.marks, *marks)}
        return replace(self, marks=tuple(every.values()))

    def of(self, students: Sequence[str]) -> People:
        """Return these points for a class of these students; the points of others are kept, too."""
        return replace(self, students=tuple(students))

    def renamed(self, slugs: Mapping[str, str]) -> People:
        """Return these points with slugs of an earlier version replaced by today's."""
        marks = (replace(mark, slug=slugs.get(mark.slug, mark.slug)) for mark in self.marks)
        return replace(self, marks=tuple(marks))


def people_path(out: Path, assignment: str) -> Path:
    """Return the path of an assignment's points in the folder of the reports."""
    return out / "people" / f"{assignment}.json"


def read_people(out: Path, assignment: str) -> People:
    """Return the points given by people; empty if the file does not exist.

    Raises
    ------
    GraderError
        If the file is not one of ours.
    """
    path = people_path(out, assignment)
    if not path.exists():
        return People(assignment)
    try:
        found: Any = json.loads(path.read_bytes())
        if (found["format"], found["version"], found["assignment"]) != (FORMAT, VERSION, assignment):
            raise ValueError("another format")
        marks = tuple(_mark(entry) for entry in found["marks"])
        return People(assignment, tuple(map(str, found["students"])), marks, found.get("booked") is True)
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise GraderError(
            f"{path} does not contain the points given by people ({error}). Restore a copy of it, or move it away and "
            "merge the sheets again."
        ) from error


def write_people(out: Path, people: People) -> None:
    """Write the points given by people, atomically."""
    marks = [
        {"student": mark.slug, "question": mark.question, "sha256": mark.sha256}
        | {"earned": dict(mark.earned), "comment": mark.comment}
        | ({"adjust": mark.adjust, "why": mark.why} if mark.adjust else {})
        | ({"weights": dict(mark.weights)} if mark.weights else {})
        for mark in people.marks
    ]
    found = {"format": FORMAT, "version": VERSION, "assignment": people.assignment, "students": people.students}
    if people.booked:
        found["booked"] = True
    text = json.dumps(found | {"marks": marks}, indent=1, allow_nan=False)
    write_atomically(people_path(out, people.assignment), text.encode("ascii") + b"\n")


def _mark(entry: Any) -> Mark:
    earned = tuple((str(name), float(points)) for name, points in entry["earned"].items())
    weights = tuple((str(name), float(points)) for name, points in entry.get("weights", {}).items())
    adjust, why = float(entry.get("adjust", 0.0)), str(entry.get("why", ""))
    slug, question, digest = (str(entry[name]) for name in ("student", "question", "sha256"))
    return Mark(slug, question, digest, earned, str(entry["comment"]), adjust, why, weights)
