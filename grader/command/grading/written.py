"""What ``grade`` does for written answers: adds people's points to the new records and writes the grading sheet."""

from __future__ import annotations

import filecmp
import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.command.gradebooks import open_at
from grader.command.grading.job import Job
from grader.command.grading.told import Told
from grader.command.grading.troubles import Troubles
from grader.errors import GraderError, NotWritten
from grader.files import writing
from grader.material.assignment import Assignment
from grader.record.record import record_path, write_record
from grader.submissions import Submission, former_slugs
from grader.terminal import complain
from grader.written.entries import NotASheet, rows_of
from grader.written.people import People, read_people, write_people
from grader.written.points import Mark, with_marks
from grader.written.sheet import NAME, Entry, sheet


def add_points(job: Job, everyone: Sequence[Submission], troubles: Troubles, place: str | None) -> Told:
    """Add the points people gave earlier to the records, and write the grading sheet if there are written answers.

    ``place`` is the gradebook, None if there is none.
    """
    if job.assignment.rubric is None:
        return Told()
    try:
        return Told(_keep_points(job.assignment, everyone, troubles, place))
    except NotWritten:
        raise
    except GraderError as problem:
        return Told(problem=problem)


def _keep_points(
    assignment: Assignment, everyone: Sequence[Submission], troubles: Troubles, place: str | None
) -> list[str]:
    """Add points merged earlier to all records of the class, and write the sheet of answers still waiting.

    ``place`` is the gradebook, None if there is none.

    Returns
    -------
    list of str
        Sentences for the instructor: how many answers wait for a person and where the sheet is.

    Raises
    ------
    GraderError
        If the file with people's points is damaged, or the sheet cannot be written.
    """
    assert assignment.rubric is not None
    out = troubles.out
    slugs = {submission.id: submission.slug for submission in everyone}
    people = read_people(out, assignment.id).renamed(former_slugs(slugs)).of(list(slugs.values()))
    people = _from_gradebook(people, out, place)
    path = out / NAME
    with writing(path):
        entries = _entered(path)
        waiting, beside = _write_beside(assignment, everyone, people, entries, troubles)
        write_people(out, people)
        told = _keep_aside(path, entries, beside)
        if path.exists() and filecmp.cmp(path, beside, shallow=False):
            beside.unlink()
        else:
            os.replace(beside, path)
    if waiting:
        number = "1 answer waits" if waiting == 1 else f"{waiting:,} answers wait"
        told.append(f"{number} for a person: fill in {path}, then run python -m grader merge {path} --out {out}")
    return told


def _from_gradebook(people: People, out: Path, place: str | None) -> People:
    """Return people's points from the gradebook, if there is one; the last known ones if it cannot be read."""
    if place is None:
        return people
    from grader.command.booked import name_of, with_gradebook

    try:
        with open_at(place) as gradebook:
            return with_gradebook(people, gradebook, name_of(out, people.assignment))
    except GraderError as problem:
        complain(*map(str, problem.args), "The points given by people are those merged into these reports earlier.")
        return people


def _write_beside(
    assignment: Assignment,
    everyone: Sequence[Submission],
    people: People,
    entries: Mapping[str, Entry] | None,
    troubles: Troubles,
) -> tuple[int, Path]:
    """Write the new sheet next to the old one; return how many answers wait, and the new sheet's path."""
    assert assignment.rubric is not None
    by_slug = {submission.slug: submission for submission in everyone}
    marks: dict[str, list[Mark]] = {}
    for mark in people.marks:
        marks.setdefault(mark.slug, []).append(mark)
    waiting = 0

    def settled() -> Iterator[Mapping[str, Any]]:
        nonlocal waiting
        for record in troubles.records(everyone):
            if record.get("answers"):
                with troubles.of(by_slug[record["slug"]], "points of people"):
                    record = _settled(record, marks.get(record["slug"], []), troubles.out)
                    waiting += sum(answer["state"] == "waiting" for answer in record["answers"])
                    yield record

    def failed(record: Mapping[str, Any], error: Exception) -> None:
        troubles.add(by_slug[record["slug"]], "grading sheet", error)

    beside = troubles.out / f".{NAME}.new.tmp"
    with open(beside, "w", encoding="utf-8", newline="", errors="backslashreplace") as file:
        file.writelines(sheet(settled(), assignment.rubric, people.marks, entries, folder=troubles.out, failed=failed))
        file.flush()
        os.fsync(file.fileno())
    return waiting, beside


def _settled(record: Mapping[str, Any], marks: Sequence[Mark], out: Path) -> Mapping[str, Any]:
    """Return a record with people's points, after writing it and its page if it lacked them."""
    from grader.report.write import write_student

    changed = with_marks(record, marks)
    if changed != record:
        write_record(record_path(out, record["slug"]), changed)
        write_student(changed, out)
    return changed


def _entered(path: Path) -> Mapping[str, Entry] | None:
    """Return the entries people made in a sheet, by key; None if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return {row.key: row.entry for row in rows_of(file) if row.entry}
    except FileNotFoundError:
        return {}
    except (NotASheet, OSError):
        return None


def _keep_aside(path: Path, entries: Mapping[str, Entry] | None, new: Path) -> list[str]:
    """Keep a copy of a sheet that has entries the new one lacks, and return a sentence about it."""
    if entries is None:
        why = "could not be read, so the new one has none of its entries"
    elif entries.keys() <= _keys(new):
        return []
    else:
        why = "has entries for which the new one has no row"
    copies = (path.with_name(f"{path.stem}.{number}{path.suffix}") for number in itertools.count(1))
    copy = next(copy for copy in copies if not copy.exists())
    os.replace(path, copy)
    return [f"The old grading sheet {why}; it is kept as {copy}."]


def _keys(path: Path) -> set[str]:
    """Return the keys of the rows of a sheet; none if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return {row.key for row in rows_of(file)}
    except NotASheet:
        return set()
