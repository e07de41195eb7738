"""The grading sheet: CSV with a row per student and question. Writes only unnamed temporary files; may not import fence or checks."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeVar

from grader.material.questions import Rubric
from grader.report.spreadsheet import inert, inert_entry, inert_lines
from grader.report.wording import points
from grader.written.answers import State
from grader.written.points import Mark, Record, key_of

NAME = "grading-sheet.csv"
FIRST = ("student", "question", "answer", "state", "note")
LAST = ("comment", "belongs to", "model answer", "key")
WORDS = {State.WAITING: "to grade", State.GRADED: "graded", State.EMPTY: "empty", State.UNTOUCHED: "untouched"}
# A BOM: without it Excel does not recognise UTF-8. LibreOffice reads the file either way.
BOM = "\ufeff"
_DIGEST = 12
_PIECE = 1 << 16
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Entry:
    """A person's entries in a row: the text of each points column, in order, and the comment."""

    points: tuple[str, ...] = ()
    comment: str = ""

    def __bool__(self) -> bool:
        return any(self.points) or bool(self.comment)


def columns(most_criteria: int) -> list[str]:
    """Return the header of a sheet whose questions have at most ``most_criteria`` criteria."""
    numbers = range(1, most_criteria + 1)
    return [*FIRST, *(f"{word} {k}" for k in numbers for word in ("criterion", "points")), *LAST]


def key(record: Record, answer: Mapping[str, Any]) -> str:
    """Return the key of a row, made of the assignment, student, question and answer; every spreadsheet reads it as text."""
    return "/".join((record["assignment"]["id"], record["slug"], answer["id"], answer["sha256"][:_DIGEST]))


def criterion_cell(criterion: Mapping[str, Any]) -> str:
    """Return the cell that names a criterion."""
    return inert(f"{criterion['name']} (at most {points(criterion['points'])})")


def _asked(answer: Mapping[str, Any]) -> str:
    """Return the question, with its full text if it has more than a title."""
    head = f"{answer['id']} {answer['title']} ({points(answer['points'])})"
    return f"{head}\n{answer['asks']}" if answer.get("asks") else head


def _raise(record: Record, error: Exception) -> None:
    raise error


def sheet(
    records: Iterable[Record],
    rubric: Rubric,
    marks: Iterable[Mark],
    entries: Mapping[str, Entry] | None = None,
    *,
    folder: Path | None = None,
    failed: Callable[[Record, Exception], None] = _raise,
) -> Iterator[str]:
    """Yield the sheet of a class in pieces, question by question; rows are held on disk, not in memory.

    Parameters
    ----------
    records : iterable of records
        Each is read once. Records without answers have no rows.
    rubric : Rubric
        For the model answers, which are not in the records.
    marks : iterable of Mark
        Points merged earlier.
    entries : mapping, optional
        A person's entries in an earlier sheet, by key; they take precedence over merged points.
    folder : Path, optional
        Where the rows are held.
    failed : callable, optional
        Called with a record that failed and the error, and the sheet is written without it; by default the error is raised.
    """
    most = max((len(question.criteria) for question in rubric.questions), default=1)
    entered = entries or {}
    given = _grouped((mark.key[:2], mark) for mark in marks)
    typed = _grouped((_place(other), (other, entry)) for other, entry in entered.items() if entry)
    model = {question.id: question.model_answer for question in rubric.questions}
    with ExitStack() as stack:
        files = {question: stack.enter_context(_spool(folder)) for question in model}

        def row(record: Record, answer: Mapping[str, Any]) -> str:
            own, before = key(record, answer), given.get(key_of(record, answer)[:2], [])
            entry = entered.get(own) or _merged(record, answer, before)
            replaced = [earlier for other, earlier in typed.get(_place(own), []) if other != own]
            return _line(
                [
                    inert(record["student"]),
                    inert_lines(_asked(answer)),
                    inert_lines(answer["text"] + ("\n[cut here]" if answer["truncated"] else "")),
                    WORDS[State(answer["state"])],
                    inert_lines(_note(answer, before, replaced)),
                    *_criteria(answer, entry, most),
                    inert_entry(entry.comment),
                    inert_lines(_evidence(answer)),
                    inert_lines(model[answer["id"]]),
                    own,
                ]
            )

        for record in records:
            try:
                rows = [(one["id"], row(record, one)) for one in record.get("answers") or () if one["id"] in model]
            except Exception as error:
                failed(record, error)
                continue
            for question, line in rows:
                files[question].write(line)
        yield BOM + _line(columns(most))
        for file in files.values():
            file.seek(0)
            yield from iter(lambda file=file: file.read(_PIECE), "")  # type: ignore[misc]


def _spool(folder: Path | None) -> TextIO:
    """Return an unnamed file that keeps every character and line ending unchanged."""
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="", errors="surrogatepass", dir=folder)


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Return the values of each key, in order, for quick lookup in a class with many answers."""
    groups: dict[Key, list[Value]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def _place(row: str) -> str:
    """Return the key of a row without the answer's text: assignment, student, question."""
    return row.rpartition("/")[0]


def _merged(record: Record, answer: Mapping[str, Any], marks: Sequence[Mark]) -> Entry:
    """Return what was merged for an answer, in the form of an entry."""
    mark = next((mark for mark in marks if mark.key == key_of(record, answer)), None)
    if mark is None:
        return Entry()
    given = dict(mark.earned)
    cells = (given.get(criterion["name"]) for criterion in answer["criteria"])
    return Entry(tuple("" if cell is None else f"{cell:g}" for cell in cells), mark.comment)


def _criteria(answer: Mapping[str, Any], entry: Entry, most: int) -> list[str]:
    cells: list[str] = []
    for number, criterion in enumerate(answer["criteria"]):
        cells += [criterion_cell(criterion), inert_entry(entry.points[number]) if number < len(entry.points) else ""]
    return cells + [""] * (2 * most - len(cells))


def _note(answer: Mapping[str, Any], marks: Sequence[Mark], replaced: Sequence[Entry]) -> str:
    """Return a note for the grader: the answer changed, has no place, or contains a picture.

    Parameters
    ----------
    answer : mapping
    marks : sequence of Mark
        Marks merged for this student and question, including those for earlier answers.
    replaced : sequence of Entry
        Entries for earlier answers of this student to this question.
    """
    notes = [
        f"The answer has changed; previously, {', '.join(entry.points)} was entered. {entry.comment}".strip()
        for entry in replaced
    ]
    for mark in marks:
        if mark.sha256 != answer["sha256"] and not notes:
            given = ", ".join(points(earned) for _, earned in mark.earned)
            notes.append(f"The answer has changed; previously, it got {given or 'no points'}. {mark.comment}".strip())
    if answer["place"] is None:
        notes.append("No place for this answer was found.")
    if "](attachment:" in answer["text"] or "<img" in answer["text"]:
        notes.append("It contains a picture; see the hand-in.")
    return "\n".join(notes)


def _evidence(answer: Mapping[str, Any]) -> str:
    """Return the source and printed text of an answer's cells."""
    texts = []
    for cell in answer["belongs_to"]:
        printed = f"\n[printed]\n{cell['printed'].rstrip()}" if cell["printed"].strip() else ""
        drawn = f"\n[{len(cell['figures'])} figure(s), see the student's page]" if cell["figures"] else ""
        texts.append(f"{cell['source'].rstrip()}{printed}{drawn}")
    return "\n\n".join(texts)
