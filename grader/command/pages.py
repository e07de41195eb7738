"""Keeps the students' pages up to date with the gradebook; a page is rewritten only if its content changes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from grader.command.booked import name_of
from grader.course.decided import decided_of
from grader.course.score import CourseScore
from grader.files import write_atomically
from grader.record.record import read_record, record_path
from grader.report.decided import decided_path, decided_text


def keep_pages(out: Path, scores: Iterable[CourseScore]) -> None:
    """Write people's decisions next to these students' records, and the pages; students without a record are skipped.

    Raises
    ------
    NotWritten
        If the disk is full.
    """
    for score in scores:
        path, record = decided_path(out, score.student), record_path(out, score.student)
        if not record.exists() or (not score.changed_by_people and not path.exists()):
            continue
        text = decided_text(decided_of(score))
        if _content(path) != text:
            write_atomically(path, text)
        with suppress(OSError, ValueError):  # the next run of grade reports a damaged record
            _keep_page(out, score, record, path)


def _keep_page(out: Path, score: CourseScore, record: Path, decided: Path) -> None:
    """Write the page of a student unless it is newer than everything it is made from."""
    from grader.report.write import student_page, write_student

    page = student_page(out, score.student)
    made_of = max(record.stat().st_mtime_ns, decided.stat().st_mtime_ns)
    if page.exists() and page.stat().st_mtime_ns >= made_of:
        return
    found = read_record(record)
    if name_of(out, found["assignment"]["id"]) == score.assignment:
        write_student(found, out)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
