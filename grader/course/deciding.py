"""Turns a person's input into a decision about a student, for the commands and the desk. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from grader.course.clock import moment
from grader.course.events import Answer, Comment, Event, Extension, Override, Request, Result
from grader.course.terms import Terms
from grader.course.words import at
from grader.errors import UsageError
from grader.material.document import near
from grader.report.text import one_line

MOST_TEXT = 20_000


def reason(text: str, instead: str = "--why") -> str:
    """Return the reason for a decision on one line; raise ``UsageError`` if there is none."""
    why = one_line(text)[:MOST_TEXT]
    if not why:
        raise UsageError(f"{instead} needs a reason, which is kept in the history.")
    return why


def points(text: str | None, back: str = "--back withdraws an earlier decision") -> float:
    """Return the points that a person wrote; raise ``UsageError`` if they are not a number of at least 0."""
    try:
        value = float((text or "").replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 <= value < 1e6 or "_" in (text or ""):
        raise UsageError(f"The points must be a number of at least 0, not {text!r}; {back}.")
    return value + 0.0


def tasks_of(events: Iterable[Event]) -> dict[str, None]:
    """Return the numbers of all tasks in the results."""
    found: dict[str, None] = {}
    for event in events:
        if isinstance(event.what, Result):
            found |= dict.fromkeys(one.number for one in event.what.tasks)
    return found


def override(task: str, given: float | None, why: str, known: Collection[str], assignment: str) -> Override:
    """Return the decision on a task or on the total; raise ``UsageError`` for a task that is in no result."""
    if task and known and task not in known:
        raise UsageError(f"{assignment} has no task {task!r}{near(task, list(known))}")
    return Override(task, given, why)


def extension(until: str, why: str, assignment: str, terms: Terms) -> Extension:
    """Return an extension, or with empty text its withdrawal; raise ``UsageError`` if it ends before the due date."""
    if not until:
        return Extension("", why)
    ends, due = moment(until, terms.zone), terms.of(assignment).due
    if due is not None and ends < due:
        raise UsageError(
            f"{assignment} is due {at(due.isoformat(), terms)}, and {at(ends.isoformat(), terms)} is earlier; an "
            "extension must give more time."
        )
    return Extension(ends.isoformat(), why)


def comment(text: str, why: str) -> Comment:
    """Return a comment for the student; raise ``UsageError`` if it is empty or very long."""
    return Comment(text_of(text), why)


def answer(text: str, request: int, events: Iterable[Event], student: str, assignment: str) -> Answer:
    """Return the answer to a request; raise ``UsageError`` if there is no such request."""
    if request not in [event.version for event in events if isinstance(event.what, Request)]:
        raise UsageError(f"{student!r} has no request {request} for {assignment}; `course requests` lists them.")
    return Answer(request, text_of(text))


def text_of(text: str) -> str:
    """Return the text of a comment; raise ``UsageError`` if it is empty or very long."""
    text = text.strip()
    if not text or len(text) > MOST_TEXT:
        raise UsageError(f"The comment must have 1 to {MOST_TEXT:,} characters.")
    return text
