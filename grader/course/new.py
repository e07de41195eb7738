"""Makes a first course file from a person's answers to questions, each repeated until it is valid. Writes no file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from grader.course.clock import moment, zone_of
from grader.errors import UsageError

Ask = Callable[[str, str, Callable[[str], str]], str]


@dataclass
class Answers:
    """A person's answers about a course, as written to the file."""

    title: str = ""
    time_zone: str = "UTC"
    roster: str = ""
    assignments: list[dict[str, str]] = field(default_factory=list)
    percent: str = "0"
    late_days: str = ""


def answers(ask: Ask, assignment: Callable[[str], object], shipped: list[str]) -> Answers:
    """Ask the questions for a course file.

    Parameters
    ----------
    ask : callable
        Takes a question, the default answer, and a function that checks an answer; returns a valid answer.
    assignment : callable
        Raises ``GraderError`` for a name that is not an assignment.
    shipped : list of str
        The ids of the shipped assignments.
    """
    found = Answers(
        title=ask("Title of the course", "", str),
        time_zone=ask("Time zone", time_zone_here(), _zone),
        roster=ask("Roster, a CSV of the students (empty: none)", "", str),
    )
    while True:
        number = len(found.assignments) + 1
        known = [each["id"] for each in found.assignments]
        words = f"Id of assignment {number}{' (empty: no more)' if number > 1 else ''}"
        name = ask(words, "" if number > 1 else shipped[0], lambda text, known=known: _id(text, known))  # type: ignore[misc]
        if not name:
            break
        usual = name if name in shipped else shipped[0]
        graded = ask(
            f"  graded with ({', '.join(shipped)}, or a folder)", usual, lambda text: _assignment(text, assignment)
        )
        due = ask("  due, such as 2026-10-24 23:59 (empty: no date)", "", lambda text: _due(text, found.time_zone))
        found.assignments.append({"id": name, "assignment": graded, "due": due})
    found.percent = ask("Penalty in percent for each day late", "0", _percent)
    if float(found.percent) == 0:
        found.late_days = ask("Late days that each student may use over the term (empty: no rule)", "", _days)
    return found


def text_of(found: Answers) -> str:
    """Return the course file for these answers."""
    return "\n".join(_lines(found)) + "\n"


def time_zone_here() -> str:
    """Return the name of this machine's time zone, or UTC."""
    told = os.environ.get("TZ", "").lstrip(":")
    try:
        linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    except OSError:
        linked = ""
    for name in (told, linked):
        name = name.removeprefix("Etc/")
        if name:
            try:
                zone_of(name)
            except UsageError:
                continue
            return name
    return "UTC"


def _lines(found: Answers) -> Iterator[str]:
    yield "# Read by every command run in this folder or below; docs/course.md lists all keys."
    yield "[course]"
    if found.title:
        yield f"title = {_string(found.title)}"
    yield f"time_zone = {_string(found.time_zone)}"
    if found.roster:
        yield f"roster = {_string(found.roster)}"
    for each in found.assignments:
        yield ""
        yield "[[assignment]]"
        yield f"id = {_string(each['id'])}"
        yield f"assignment = {_string(each['assignment'])}"
        if each["due"]:
            yield f"due = {_string(each['due'])}"
        yield f"submissions = {_string('downloads/' + each['id'])}"
    if float(found.percent) or found.late_days:
        yield ""
        yield "[late]"
        yield f"late_days = {found.late_days}" if found.late_days else f'percent = {found.percent}\nper = "day"'


def _string(text: str) -> str:
    """Return a string in TOML syntax, which differs from JSON in one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _zone(text: str) -> str:
    zone_of(text)
    return text


def _id(text: str, known: list[str]) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", text):
        raise UsageError("It must begin with a letter or digit and contain only letters, digits, - and _; try week-1.")
    if text.casefold() in {name.casefold() for name in known}:
        raise UsageError(f"There is already an assignment {text!r}; each needs its own id.")
    return text


def _assignment(text: str, check: Callable[[str], object]) -> str:
    check(text)
    return text


def _due(text: str, zone: str) -> str:
    if text:
        moment(text, zone_of(zone))
    return text


def _percent(text: str) -> str:
    if not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", text) or float(text) > 100:
        raise UsageError("It must be a number from 0 to 100; try 10.")
    return text


def _days(text: str) -> str:
    if text and not re.fullmatch(r"\d{1,3}", text):
        raise UsageError("It must be a whole number; try 5.")
    return str(int(text)) if text else ""
