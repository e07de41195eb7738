"""Our own table, with one row per student, as CSV or as a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from grader.course.export.grades import Grade
from grader.report.spreadsheet import inert

CSV_BEGINS, XLSX_BEGINS = b'\xef\xbb\xbf"student",', b"PK"
_LEADING = ("student", "id", "state", "score", "of", "percent")


def rows_of(grades: Sequence[Grade]) -> Iterator[list[str | float | None]]:
    """Yield the header, then a row for each student; a number is None while it may not be exported."""
    labels = list(dict.fromkeys(label for grade in grades for label, _ in grade.tasks))
    yield [*_LEADING, *map(inert, labels), "comment"]
    for grade in grades:
        earned = dict(grade.tasks)
        score = None if grade.points is None else float(round(grade.points, 6))
        percent = None if grade.points is None or not grade.total else float(round(100 * grade.points / grade.total, 6))
        numbers = [earned.get(label) for label in labels]
        yield [
            inert(grade.name), inert(grade.slug), grade.state, score, float(grade.total), percent, *numbers, inert(grade.comment)
        ]  # fmt: skip


def as_csv(grades: Sequence[Grade]) -> bytes:
    """Return the table as CSV in UTF-8 with a byte order mark, which Excel needs."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in rows_of(grades):
        writer.writerow([_plain(cell) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "backslashreplace")


def _plain(cell: str | float | None) -> str | float | int:
    if isinstance(cell, float):
        return int(cell) if cell == int(cell) else round(cell, 6)
    return "" if cell is None else cell


def as_xlsx(grades: Sequence[Grade]) -> bytes:
    """Return the table as a workbook, in which text is never a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("scores")
    sheet.freeze_panes = "B2"
    for row in rows_of(grades):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
