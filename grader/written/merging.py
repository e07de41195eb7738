"""Compares a completed grading sheet with the records; gives either all points or all problems. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from grader.report.spreadsheet import inert
from grader.report.wording import points as worded
from grader.written.entries import Row
from grader.written.points import Mark, Record
from grader.written.sheet import criterion_cell, key


def marks_of(rows: Sequence[Row], records: Sequence[Record]) -> tuple[list[Mark], list[str]]:
    """Return the marks in a sheet, or a part of one, and a sentence for each problem in it.

    A row without points and comment gives no mark, nor does a missing row: the answer keeps waiting.

    Parameters
    ----------
    rows : sequence of Row
    records : sequence of records
        The class.
    """
    answers = {key(record, answer): (record, answer) for record in records for answer in record.get("answers") or ()}
    names = {inert(record["student"]): record["slug"] for record in records}
    marks, problems, seen = [], [], dict[str, Row]()
    for row in rows:
        problem = _unknown(row, answers) or _twice(row, seen) or _scrambled(row, answers[row.key][0], names)
        if problem is None:
            seen[row.key] = row
            found = _criteria(row, answers[row.key][1])
            mark = _mark(row, *answers[row.key])
        problems += [f"{row.where}: {sentence}" for sentence in ([problem] if problem else found)]
        if not problem and not found and mark is not None:
            marks.append(mark)
    return marks, problems


def _unknown(row: Row, answers: Mapping[str, Any]) -> str | None:
    """Return why a row belongs to no answer of the class."""
    if row.key in answers:
        return None
    words = row.key.split("/")
    if len(words) != 4:
        return f"its key {row.key!r} was changed; restore the original row."
    assignment, slug, question, _ = words
    known = [other.split("/") for other in answers]
    if not any(other[0] == assignment for other in known):
        return f"it belongs to the assignment {assignment!r}; these reports belong to {known[0][0]!r}."
    if not any(other[1] == slug for other in known):
        return f"there is no student {row.student or slug!r} in these reports; remove the row, or grade that student first."
    if not any(other[2] == question for other in known):
        return f"there is no question {question!r}; remove the row."
    return f"the answer of {row.student or slug!r} to {question} has changed since this sheet was written; use the sheet of the last run."


def _twice(row: Row, seen: Mapping[str, Row]) -> str | None:
    first = seen.get(row.key)
    if first is None:
        return None
    _, slug, question, _ = row.key.split("/")
    return f"the answer of {row.student or slug!r} to {question} is also in {first.where}; remove one of them."


def _scrambled(row: Row, record: Record, names: Mapping[str, str]) -> str | None:
    """Return a sentence if a row names one student but has the key of another, as after sorting only some columns."""
    if names.get(inert(row.student), record["slug"]) == record["slug"]:
        return None
    return f"it names {row.student!r}, but its key is that of {record['student']!r}; sort whole rows only."


def _criteria(row: Row, answer: Mapping[str, Any]) -> list[str]:
    """Return the problems with the points of a row."""
    entered = row.entry.points + ("",) * (len(answer["criteria"]) - len(row.entry.points))
    problems = []
    for number, criterion in enumerate(answer["criteria"]):
        written = " ".join(criterion_cell(criterion).split())
        if number >= len(row.criteria) or row.criteria[number] != written:
            problems.append(f"criterion {number + 1} must be {written!r}; restore the original text.")
        elif entered[number]:
            problems += _points(entered[number], criterion)
        elif any(entered):
            problems.append(
                f"{criterion['name']!r} has no points; enter a number from 0 to {worded(criterion['points'])}."
            )
    beyond = [cell for cell in entered[len(answer["criteria"]) :] if cell]
    if beyond:
        problems.append(f"{beyond[0]!r} is in a column for which question {answer['id']} has no criterion; remove it.")
    return problems


def _points(cell: str, criterion: Mapping[str, Any]) -> list[str]:
    most, name = worded(criterion["points"]), criterion["name"]
    value = _number(cell)
    if value is None:
        return [f"{cell!r} for {name!r} is not a number; enter one from 0 to {most}."]
    if value < 0:
        return [f"{cell} points for {name!r} are below zero; enter a number from 0 to {most}."]
    if value > criterion["points"]:
        return [f"{cell} points for {name!r} are above its maximum of {most}."]
    return []


def _number(cell: str) -> float | None:
    """Return a number written with a point or a comma, or None."""
    try:
        value = float(cell.replace(",", ".")) if cell.isascii() and "_" not in cell else math.nan
    except ValueError:
        return None
    return value + 0.0 if math.isfinite(value) else None


def _mark(row: Row, record: Record, answer: Mapping[str, Any]) -> Mark | None:
    """Return the mark in a row without problems, or None if the row is empty."""
    numbers = [_number(cell) for cell in row.entry.points[: len(answer["criteria"])]]
    pairs = zip(answer["criteria"], numbers, strict=False)
    earned = tuple((criterion["name"], number) for criterion, number in pairs if number is not None)
    if not earned and not row.entry.comment:
        return None
    return Mark(record["slug"], answer["id"], answer["sha256"], earned, row.entry.comment)
