"""Moodle: edits the downloaded offline grading worksheet in place, with headers in any language."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from grader.course.export.cells import Table
from grader.course.export.columns import Asked
from grader.course.export.grades import Filled, Grade, Students, fill
from grader.errors import UsageError
from grader.report.text import visible

# Names of the columns in some of Moodle's translations.
GRADE = (
    "Grade",
    "Bewertung",
    "Note",
    "Calificación",
    "Valutazione",
    "Nota",
    "Cijfer",
    "Qualificació",
    "Ocena",
    "Známka",
    "Karakter",
    "Betyg",
    "Arvosana",
    "Оценка",
    "Оцінка",
    "評点",
    "成績",
    "成绩",
    "分數",
    "성적",
)
COMMENTS = (
    "Feedback comments",
    "Feedback als Kommentar",
    "Feedback-Kommentare",
    "Commentaires",
    "Feedback par commentaires",
    "Comentarios de retroalimentación",
    "Commenti",
    "Comentários de feedback",
    "Feedbackcommentaar",
    "回饋評論",
    "回饋意見",
    "反馈评论",
)
_PARTICIPANT = re.compile(r"\D*+(\d+)")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")


def fill_file(content: bytes, name: str, grades: Sequence[Grade], asked: Asked) -> Filled:
    """Return Moodle's worksheet with the grades, and with feedback comments if it has a column for them.

    Raises
    ------
    UsageError
        If it is another file, or its column of grades cannot be identified.
    """
    table = Table(content, name)
    identifier = _identifier(table)
    if identifier is None:
        raise UsageError(f"{name} is not a Moodle grading worksheet: no column has the participants' numbers.")
    place = _grade_column(table, asked.column)
    others = [k for k in range(len(table.header)) if k not in (identifier, place)]
    rows = {}
    for row in range(1, len(table.rows)):
        found = _PARTICIPANT.fullmatch(table.text(row, identifier))
        if found:
            cells = [table.text(row, k) for k in others if not _NUMBER.fullmatch(table.text(row, k))]
            numbers = [
                table.text(row, k) for k in others if table.text(row, k).isdecimal() and len(table.text(row, k)) > 4
            ]
            mails = [cell for cell in cells if "@" in cell and " " not in cell]
            ids = [found[1], *mails, *(mail.partition("@")[0] for mail in mails), *numbers]
            rows[row] = (ids, [cell for cell in cells[:2] if cell not in mails])
    filled, whose = fill(table, rows, Students(grades), place, comma=_comma(table, place))
    comments = table.column((asked.comments,) if asked.comments else COMMENTS)
    if asked.comments and comments is None:
        raise UsageError(f"{name} has no column {asked.comments!r}; it has {', '.join(map(repr, table.header))}.")
    for row, grade in whose.items():
        if comments is not None and grade.comment and grade.points is not None:
            table.put(row, comments, comment_html(grade.comment))
    filled.content = table.written()
    return filled


def comment_html(text: str) -> str:
    """Return a comment as HTML, for Moodle, that no spreadsheet reads as a formula."""
    shown = html.escape(visible(text).strip()).replace("\n", "<br>")
    return f"<p>{shown}</p>"


def participants(content: bytes, name: str) -> dict[int, tuple[Sequence[str], Sequence[str]]]:
    """Return the ids and names of a worksheet's participants, by Moodle's number; raise ``UsageError`` if there are none."""
    table = Table(content, name)
    identifier = _identifier(table)
    if identifier is None:
        raise UsageError(f"{name} is not a Moodle grading worksheet: no column has the participants' numbers.")
    found: dict[int, tuple[Sequence[str], Sequence[str]]] = {}
    for row in range(1, len(table.rows)):
        number = _PARTICIPANT.fullmatch(table.text(row, identifier))
        if number:
            cells = [table.text(row, k) for k in range(len(table.header)) if k != identifier]
            mails = [cell for cell in cells if "@" in cell and " " not in cell]
            found[int(number[1])] = ([number[1], *mails, *(mail.partition("@")[0] for mail in mails)], cells[:1])
    return found


def _identifier(table: Table) -> int | None:
    """Return the column whose cells all consist of one word and a number, such as ``Participant 12``."""
    for k in range(len(table.header)):
        cells = [text for row in range(1, len(table.rows)) if (text := table.text(row, k))]
        words = {re.sub(r"\d+$", "", text) for text in cells}
        if cells and len(words) == 1 and words != {""} and all(_PARTICIPANT.fullmatch(text) for text in cells):
            return k
    return None


def _grade_column(table: Table, asked: str | None) -> int:
    if asked is not None:
        found = table.column((asked,))
        if found is None:
            raise UsageError(f"{table.name} has no column {asked!r}; it has {', '.join(map(repr, table.header))}.")
        return found
    found = table.column(GRADE)
    if found is None:
        # In every language, the column after the grade has the highest possible grade, the same in each row.
        found = next((k - 1 for k in range(1, len(table.header)) if _same_number(table, k)), None)
    if found is None:
        raise UsageError(
            f"Which column of {table.name} is for the grade? Name it with --column; there are {', '.join(map(repr, table.header))}."
        )
    return found


def _same_number(table: Table, column: int) -> bool:
    cells = {table.text(row, column) for row in range(1, len(table.rows)) if len(table.rows[row]) > 1}
    return len(cells) == 1 and bool(re.fullmatch(r"\d+[.,]\d+", next(iter(cells))))


def _comma(table: Table, place: int) -> bool:
    """Return whether the file uses a decimal comma, in the column of grades or those after it."""
    cells = [table.text(row, k) for row in range(1, len(table.rows)) for k in (place, place + 1)]
    numbers = [cell for cell in cells if re.fullmatch(r"-?\d+[.,]\d+", cell)]
    return bool(numbers) and all("," in cell for cell in numbers)
