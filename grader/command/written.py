"""What a run of ``grade`` does for written answers: gives the new records the points of people, and writes the grading sheet."""

from __future__ import annotations

import filecmp
import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.record import read_record, record_path, write_record
from grader.rubric.entries import NotASheet, rows_of
from grader.rubric.people import People, read_people, write_people
from grader.rubric.points import Mark, with_marks
from grader.rubric.sheet import NAME, Entry, sheet
from grader.submissions import Submission


def keep_points(assignment: Assignment, everyone: Sequence[Submission], out: Path) -> list[str]:
    """Give every record of the class the points that were merged before, and write the sheet for what waits.

    Returns
    -------
    list of str
        Sentences for the instructor: what waits for a person and where the sheet is.

    Raises
    ------
    GraderError
        When the file with the points of people is damaged.
    """
    assert assignment.rubric is not None
    people = read_people(out, assignment.id).of([submission.slug for submission in everyone])
    marks: dict[str, list[Mark]] = {}
    for mark in people.marks:
        marks.setdefault(mark.slug, []).append(mark)
    path = out / NAME
    entries = _entered(path)
    waiting = 0

    def settled() -> Iterator[dict[str, Any]]:
        nonlocal waiting
        for record in _records(people, out):
            changed = _settled(record, marks.get(record["slug"], []), out)
            waiting += sum(answer["state"] == "waiting" for answer in changed["answers"])
            yield changed

    beside = path.with_name(f".{path.name}.new.tmp")
    with open(beside, "w", encoding="utf-8", newline="", errors="backslashreplace") as file:
        file.writelines(sheet(settled(), assignment.rubric, people.marks, entries))
        file.flush()
        os.fsync(file.fileno())
    write_people(out, people)
    told = _keep_aside(path, entries, beside)
    if path.exists() and filecmp.cmp(path, beside, shallow=False):
        beside.unlink()
    else:
        os.replace(beside, path)
    if waiting:
        number = "1 answer waits" if waiting == 1 else f"{waiting:,} answers wait"
        told.append(f"{number} for a person: fill {path}, then run python -m grader merge {path} --out {out}")
    return told


def _records(people: People, out: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of the class that have written answers."""
    for slug in people.students:
        path = record_path(out, slug)
        if path.exists():
            record = read_record(path)
            if record["assignment"]["id"] == people.assignment and record.get("answers"):
                yield record


def _settled(record: dict[str, Any], marks: Sequence[Mark], out: Path) -> dict[str, Any]:
    """Return a record with the points that people gave, written with its page when it did not have them."""
    from grader.report import write_student

    changed = with_marks(record, marks)
    if changed != record:
        write_record(record_path(out, record["slug"]), changed)
        write_student(changed, out)
    return changed


def _entered(path: Path) -> Mapping[str, Entry] | None:
    """Return what a person has entered into the sheet there, by key; None when it cannot be read."""
    if not path.exists():
        return {}
    try:
        with open(path, "rb") as file:
            return {row.key: row.entry for row in rows_of(file) if row.entry}
    except NotASheet:
        return None


def _keep_aside(path: Path, entries: Mapping[str, Entry] | None, new: Path) -> list[str]:
    """Keep a copy of a sheet with entries that the new one does not have; return a sentence that says so."""
    with open(new, "rb") as file:
        kept = {row.key for row in rows_of(file)}
    if entries is not None and entries.keys() <= kept:
        return []
    copies = (path.with_name(f"{path.stem}.{number}{path.suffix}") for number in itertools.count(1))
    copy = next(copy for copy in copies if not copy.exists())
    os.replace(path, copy)
    return [f"The former grading sheet holds entries that the new one has no row for; it is kept as {copy}."]
