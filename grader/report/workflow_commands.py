"""Annotations of a GitHub Actions job, and a guard for text that must not become one: REPORTED. May not import fence."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import Any

from grader.report import wording
from grader.report.shape import Record, complete, faulted
from grader.report.summary import ClassSummary
from grader.report.text import short

MOST = 10
"""GitHub drops more than ten of a kind a step without a word."""


def annotate(summary: ClassSummary, records: Iterable[Record]) -> list[str]:
    """Return at most ten workflow commands: the score first, then the worst.

    For one student the worst are the checks that cost most; for a class, the students who need a look and the
    lowest scores.
    """
    lines = [_command("notice", "Score", _headline(summary))]
    if len(summary.students) == 1:
        lines += _of_checks(complete(next(iter(records))))
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


def _of_checks(record: dict[str, Any]) -> Iterator[str]:
    """Yield an error for a fault of ours, then for each check that failed, the dearest first."""
    if faulted(record):
        yield _command("error", "Grader", "A fault of the grader left something ungraded; it is not scored.")
    failed = [check for check in record["checks"] if check["result"] == "failed"]
    for check in heapq.nsmallest(MOST, failed, key=lambda check: check["earned"] - check["points"]):
        title = f"Task {check['task']}, {wording.result(check)}: {check['title']}"
        yield _command("error", title, check["message"] or check["title"])


def _of_students(summary: ClassSummary) -> Iterator[str]:
    """Yield an error for each student who needs a look, faults of ours first."""
    for student in summary.needing_a_look[:MOST]:
        yield _command("error", student.student, "; ".join(student.flags))


def _command(kind: str, title: str, message: str) -> str:
    """Return one workflow command, with what would end or split it escaped."""
    value = _escaped(short(title, 150)).replace(":", "%3A").replace(",", "%2C")
    return f"::{kind} title={value}::{_escaped(short(message, 1000))}"


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
