"""Gradescope: fills one column of the course's downloaded grades."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from grader.course.export.cells import Table
from grader.course.export.columns import Asked, column_of
from grader.course.export.grades import Filled, Grade, Students, fill, known_as, two_decimals
from grader.errors import UsageError
from grader.report.spreadsheet import inert

_BESIDE = (" - Max Points", " - Submission Time", " - Lateness (H:M:S)")
_PEOPLE = ("sid", "email", "name", "first name", "last name", "section_name", "sections", "total lateness (h:m:s)")


def fill_file(content: bytes, name: str, grades: Sequence[Grade], asked: Asked) -> Filled:
    """Return Gradescope's file with scores in the assignment's column; raise ``UsageError`` if it is another file."""
    table = Table(content, name)
    ids = [k for each in ("SID", "Email") if (k := table.column((each,))) is not None]
    if not ids:
        raise UsageError(f"{name} is not a grades file exported by Gradescope: it needs the column SID or Email.")
    place = column_of(table, asked, _title)
    names = [k for each in ("Name", "First Name", "Last Name") if (k := table.column((each,))) is not None]
    rows = {}
    for row in range(1, len(table.rows)):
        if len(table.rows[row]) > 1:
            words = [table.text(row, k) for k in ids]
            mail = next((word for word in words if "@" in word), "")
            rows[row] = ([*words, mail.partition("@")[0]], [" ".join(table.text(row, k) for k in names)])
    filled, _ = fill(table, rows, Students(grades), place)
    most = table.column((f"{table.header[place]} - Max Points",))
    if most is not None:
        filled.remarks += _other_total(table, most, rows, grades)
    filled.content = table.written()
    return filled


def _title(header: str) -> str | None:
    return None if header.endswith(_BESIDE) or header.casefold() in _PEOPLE or not header else header


def _other_total(table: Table, most: int, rows: Iterable[int], grades: Sequence[Grade]) -> list[str]:
    there = {table.text(row, most) for row in rows} - {""}
    totals = {two_decimals(grade.total) for grade in grades if grade.total}
    shown = {f"{float(text):.2f}" for text in there if re.fullmatch(r"\d+(\.\d+)?", text)}
    if not shown or not totals or shown & totals:
        return []
    points = sorted(there)[0]
    return [
        f"Gradescope has {points} points there, but these scores are out of {', '.join(sorted(totals))}; --points {points} rescales them."
    ]


def new_file(grades: Sequence[Grade], title: str) -> bytes:
    """Return a file in Gradescope's format, if there is none of its own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["SID", inert(title), inert(f"{title} - Max Points")])
    for grade in grades:
        if grade.points is not None:
            writer.writerow(
                [
                    inert(known_as(grade, "number", "email") or grade.slug),
                    two_decimals(grade.points),
                    two_decimals(grade.total),
                ]
            )
    return text.getvalue().encode("utf-8", "backslashreplace")
