"""Annotations of a GitHub Actions job, and a guard for text that must not become one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grader.record.fields import Record, filled
from grader.report import wording
from grader.report.causes import CHECK, causes
from grader.report.sentence import heading, message, sentence
from grader.report.shape import faulted, to_do
from grader.report.summary import ClassSummary
from grader.report.text import short

MOST = 10
"""GitHub drops more than ten of a kind a step without a word."""
_FILE = re.compile(r"[\w. /-]++")


def annotate(summary: ClassSummary, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return at most ten workflow commands: the score first, then the worst.

    For one student the worst are the causes that cost most; for a class, the students who need a look and the
    lowest scores.
    """
    lines = [_command("notice", "Score", _headline(summary))]
    if len(summary.students) == 1:
        lines += _of_causes(filled(next(iter(records))))
    else:
        lines += _of_students(summary)
    return lines[:MOST]


def _headline(summary: ClassSummary) -> str:
    """Return the score of the one student, or the figures of the class."""
    if len(summary.students) == 1:
        student = summary.students[0]
        if student.sum is None:
            return f"{student.student}: no score"
        scored = f"{wording.points(student.sum)} of {wording.points(student.total)} points"
        if student.waiting:
            return f"{student.student}: {scored} so far; {wording.waits(student.waiting)}"
        return f"{student.student}: {scored} ({wording.percent(student.percent or 0.0)})"
    text = wording.counted(len(summary.students), "student")
    if summary.waiting:
        text += f", {summary.waiting:,} of them not final"
    return f"{text}, {summary.middle}" if summary.middle else text


def _of_causes(record: Record) -> Iterator[str]:
    """Yield an error for a fault of ours, then for each cause what it costs, the dearest first and bonuses last, at the student's line."""
    if faulted(record):
        yield _command("error", "Grader", "A fault of the grader left something ungraded; it is not scored.")
    if to_do(record):
        yield _command("notice", "To do", sentence(record))
        return
    for cause in causes(record)[:MOST]:
        is_check = cause.kind == CHECK
        task = f"Task {cause.told['task']}, {wording.result(cause.told)}: " if is_check else ""
        worth = wording.worth(cause.points, cause.bonus_points)
        title = f"{task}{heading(record, cause).replace('`', '').rstrip('.')}{f' ({worth})' if worth else ''}"
        place = _place(record, cause.place)
        yield _command("error", title, message(cause) or cause.told["message"] or heading(record, cause), place)


def _place(record: Record, of: str) -> dict[str, Any]:
    """Return file and line of what a cause speaks of, where that is a line of a file in the repository."""
    for excerpt in record["excerpts"]:
        if of in excerpt["of"] and _FILE.fullmatch(excerpt["file"]) and excerpt["file"].endswith(".py"):
            return {"file": excerpt["file"], "line": int(min(excerpt["marked"], default=excerpt["first"]))}
    return {}


def _of_students(summary: ClassSummary) -> Iterator[str]:
    """Yield an error for each student who needs a look, faults of ours first."""
    for student in summary.needing_a_look[:MOST]:
        yield _command("error", student.student, "; ".join(student.flags))


def _command(kind: str, title: str, message: str, place: Mapping[str, Any] | None = None) -> str:
    """Return one workflow command, with what would end or split it escaped."""
    properties = {"title": short(title, 150), **(place or {})}
    values = (f"{name}={_of_a_property(str(value))}" for name, value in properties.items())
    return f"::{kind} {','.join(values)}::{_escaped(short(message, 1000))}"


def _of_a_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    """Return ``text`` as the value of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def guarded(text: str, token: str) -> str:
    """Return ``text`` between commands that stop and resume the reading of commands.

    Parameters
    ----------
    text : str
        What is to be printed and may hold lines of students.
    token : str
        A fresh random word, which whoever wrote ``text`` cannot know.
    """
    return f"::stop-commands::{token}\n{text.rstrip(chr(10))}\n::{token}::\n"
