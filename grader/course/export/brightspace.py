"""Brightspace: fills one column of the exported grades; ids begin with ``#``, and so does the last cell of each row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from grader.course.export.cells import Table
from grader.course.export.columns import Asked, column_of
from grader.course.export.grades import Filled, Grade, Students, fill, known_as, two_decimals
from grader.errors import UsageError
from grader.report.spreadsheet import inert

_TITLE = re.compile(r"(.*\S)\s+Points Grade(\s*<[^<>]*>)?")
_MOST = re.compile(r"MaxPoints:\s*([\d.]+)")


def fill_file(content: bytes, name: str, grades: Sequence[Grade], asked: Asked) -> Filled:
    """Return Brightspace's file with scores in the assignment's column; raise ``UsageError`` if it is another file."""
    table = Table(content, name)
    ids = [k for each in ("OrgDefinedId", "Username", "Email") if (k := table.column((each,))) is not None]
    if not ids or "end-of-line indicator" not in [header.casefold() for header in table.header]:
        raise UsageError(
            f"{name} is not a grades file exported by Brightspace: it needs OrgDefinedId or Username, and End-of-Line Indicator as the last column."
        )
    place = column_of(table, asked, lambda header: found[1] if (found := _TITLE.fullmatch(header)) else None)
    first, last = table.column(("First Name",)), table.column(("Last Name",))
    rows = {
        row: (
            [table.text(row, k).lstrip("#") for k in ids],
            [f"{table.text(row, first)} {table.text(row, last)}"] if first is not None and last is not None else [],
        )
        for row in range(1, len(table.rows))
        if len(table.rows[row]) > 1
    }
    filled, _ = fill(table, rows, Students(grades), place)
    filled.content = table.written()
    most = _MOST.search(table.header[place])
    totals = {two_decimals(grade.total) for grade in grades if grade.total}
    if most and totals and f"{float(most[1]):.2f}" not in totals:
        filled.remarks.append(
            f"Brightspace has {most[1]} points in {table.header[place]!r}, but these scores are out of {', '.join(sorted(totals))}; --points {most[1]} rescales them."
        )
    return filled


def new_file(grades: Sequence[Grade], item: str) -> bytes:
    """Return a file that Brightspace can import, if there is none of its own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["OrgDefinedId", "Username", inert(f"{item} Points Grade"), "End-of-Line Indicator"])
    for grade in grades:
        if grade.points is not None:
            number, login = known_as(grade, "number"), grade.member.login if grade.member else ""
            writer.writerow(
                [f"#{number}" if number else "", f"#{login or grade.slug}", two_decimals(grade.points), "#"]
            )
    return text.getvalue().encode("utf-8", "backslashreplace")
