"""Reads a completed grading sheet as rows of text, from any spreadsheet program. Pure; knows nothing about records."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from grader.report.spreadsheet import as_written
from grader.written.sheet import Entry

NEEDED = ("student", "comment", "key")
# Far above any spreadsheet's limit for a cell; the csv module's default is too low.
csv.field_size_limit(1 << 24)


class NotASheet(Exception):
    """The bytes are not a grading sheet; the message is a sentence without its full stop."""


@dataclass(frozen=True)
class Row:
    """One row that is not empty.

    ``number`` is the row in a spreadsheet, ``line`` the line of the file where the row begins, as cells may have several
    lines.
    """

    number: int
    line: int
    key: str
    student: str
    criteria: tuple[str, ...]
    entry: Entry

    @property
    def where(self) -> str:
        """The beginning of a sentence about this row."""
        return f"line {self.line}" if self.number == self.line else f"line {self.line} (row {self.number})"


def read_rows(content: bytes) -> list[Row]:
    """Return the rows of a sheet; raises as ``rows_of`` does."""
    return list(rows_of(io.BytesIO(content)))


def rows_of(file: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a sheet saved with commas, semicolons or tabs, with or without a byte order mark.

    Raises
    ------
    NotASheet
        If it is not UTF-8 text, is not CSV, or lacks a column.
    """
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        head = text.readline()
        text.seek(0)
        rows = _numbered(text, max(",;\t", key=head.count))
        header = [cell.strip() for cell in next(rows, (0, 0, []))[2]]
        for name in NEEDED:
            if header.count(name) != 1:
                raise NotASheet(f"line 1 must name the column {name!r} once; keep the original header")
        for number, line, cells in rows:
            if any(cells):
                yield _row(number, line, dict(zip(header, cells, strict=False)))
    except UnicodeDecodeError as error:
        raise NotASheet("it is not UTF-8 text; save it as CSV in UTF-8, not as a workbook") from error
    except csv.Error as error:
        raise NotASheet(f"it is not CSV: {error}") from error
    finally:
        text.detach()


def _numbered(text: TextIO, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the number of each row, the line it begins on, and its cells."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = 1
    for number, cells in enumerate(reader, 1):
        yield number, line, cells
        line = reader.line_num + 1


def _row(number: int, line: int, cells: dict[str, str]) -> Row:
    names = sorted(filter(re.compile(r"points \d{1,3}").fullmatch, cells), key=lambda name: int(name[7:]))
    return Row(
        number,
        line,
        cells.get("key", "").strip(),
        as_written(cells.get("student", "")),
        tuple(" ".join(cells.get(f"criterion {name[7:]}", "").split()) for name in names),
        Entry(tuple(as_written(cells.get(name, "")) for name in names), as_written(cells.get("comment", ""))),
    )
