"""Canvas: fills one column of the exported gradebook."""

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

_TITLE = re.compile(r"(.*\S)\s*\((\d+)\)")
_EXCUSED = "EX"


def fill_file(content: bytes, name: str, grades: Sequence[Grade], asked: Asked) -> Filled:
    """Return Canvas's file with the scores in the assignment's column.

    Raises
    ------
    UsageError
        If it is another file, or has no such column.
    """
    table = Table(content, name)
    id_column, login, sis = (table.column((each,)) for each in ("ID", "SIS Login ID", "SIS User ID"))
    if table.column(("Student",)) is None or id_column is None:
        raise UsageError(f"{name} is not a gradebook exported by Canvas: it needs the columns Student and ID.")
    place = column_of(table, asked, lambda header: found[1] if (found := _TITLE.fullmatch(header)) else None)
    rows = {}
    possible = ""
    for row in range(1, len(table.rows)):
        if table.text(row, 0) == "Points Possible":
            possible = table.text(row, place)
        elif table.text(row, id_column).isdecimal():
            ids = [table.text(row, each) for each in (id_column, sis, login)]
            login_name = table.text(row, login).partition("@")[0]
            rows[row] = ([*ids, login_name], [table.text(row, table.column(("Student",)))])
    filled, _ = fill(table, rows, Students(grades), place, excused=_EXCUSED)
    filled.content = table.written()
    filled.remarks += _possible(possible, grades, table.header[place])
    return filled


def _possible(possible: str, grades: Sequence[Grade], header: str) -> list[str]:
    """Return a remark if the points possible in Canvas differ from those of the scores."""
    totals = {two_decimals(grade.total) for grade in grades if grade.total}
    try:
        there = f"{float(possible):.2f}"
    except ValueError:
        return []
    if not totals or there in totals:
        return []
    return [
        f"Canvas has {possible} points possible in {header!r}, but these scores are out of {', '.join(sorted(totals))}; --points {possible} rescales them."
    ]


def new_file(grades: Sequence[Grade], column: str) -> bytes:
    """Return a file that Canvas can import, if there is none of its own.

    Raises
    ------
    UsageError
        If ``column`` does not contain Canvas's number of the assignment.
    """
    if not _TITLE.fullmatch(column):
        raise UsageError(
            f"Canvas needs its number of the assignment; write --column 'Homework 1 (12345)', not {column!r}."
        )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["Student", "ID", "SIS Login ID", "Section", inert(column)])
    totals = [grade.total for grade in grades if grade.total]
    writer.writerow(["    Points Possible", "", "", "", two_decimals(totals[0]) if totals else ""])
    for grade in grades:
        shown = _EXCUSED if grade.excused else "" if grade.points is None else two_decimals(grade.points)
        if shown:
            number, login = known_as(grade, "id"), grade.member.login if grade.member else ""
            section = grade.member.section if grade.member else ""
            writer.writerow(
                [
                    inert(grade.name),
                    inert(number),
                    inert(login or ("" if number else grade.slug)),
                    inert(section),
                    shown,
                ]
            )
    return text.getvalue().encode("utf-8", "backslashreplace")
