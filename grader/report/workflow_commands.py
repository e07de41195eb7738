"""Annotations of a GitHub Actions job, and a guard for text that must not be read as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grader.record.fields import Record, filled
from grader.report import wording
from grader.report.causes import CHECK, causes
from grader.report.class_summary import ClassSummary
from grader.report.sentence import heading, message, sentence
from grader.report.shape import faulted, to_do
from grader.report.text import short

MOST = 10
"""GitHub silently drops annotations after the tenth of a kind per step."""
_FILE = re.compile(r"[\w. /-]++")


def annotate(summary: ClassSummary, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return at most ten workflow commands: the score first, then the most serious findings.

    For one student these are the causes that cost most; for a class, the students who need a look and the lowest
    scores.
    """
    lines = [_command("notice", "Score", _headline(summary))]
    if len(summary.students) == 1:
        lines += _of_causes(filled(next(iter(records))))
    else:
        lines += _of_students(summary)
    return lines[:MOST]


def _headline(summary: ClassSummary) -> str:
    """Return the score of the only student, or the figures of the class."""
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
    """Yield an error for a fault of ours, then each cause at the student's line, most points first and bonuses last."""
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
    """Return the file and line of a cause, if it is a line of a file in the repository."""
    for excerpt in record["excerpts"]:
        if of in excerpt["of"] and _FILE.fullmatch(excerpt["file"]) and excerpt["file"].endswith(".py"):
            return {"file": excerpt["file"], "line": int(min(excerpt["marked"], default=excerpt["first"]))}
    return {}


def _of_students(summary: ClassSummary) -> Iterator[str]:
    """Yield an error for each student who needs a look, faults of ours first."""
    for student in summary.needing_a_look[:MOST]:
        yield _command("error", student.student, "; ".join(student.flags))


def _command(kind: str, title: str, message: str, place: Mapping[str, Any] | None = None) -> str:
    """Return one workflow command, with special characters escaped."""
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
        Text to print, which may contain lines by students.
    token : str
        A fresh random word, unknown to the author of ``text``.
    """
    return f"::stop-commands::{token}\n{text.rstrip(chr(10))}\n::{token}::\n"
