"""What people decide about a student: each command writes one event to the gradebook and requires a reason."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.command.anonymity import key_here, stand_in_of, through_key
from grader.command.gradebooks import (
    add_gradebook,
    author,
    course_of_command,
    near_students,
    open_gradebook,
    student_of,
)
from grader.command.lookup import event_line
from grader.command.terms import add_terms, terms_of
from grader.errors import UsageError, reason
from grader.material.document import near
from grader.terminal import remark, say

if TYPE_CHECKING:
    from grader.course.events import Draft, Event, What
    from grader.course.gradebook import Gradebook
    from grader.course.terms import Terms

MOST_TEXT = 20_000


def _common(parser: argparse.ArgumentParser, *, why: bool = True) -> None:
    parser.add_argument(
        "--assignment", metavar="NAME", help="id of the assignment (may be left out if there is only one)"
    )
    if why:
        parser.add_argument("--why", required=True, metavar="REASON", help="the reason, which is kept in the history")
    add_gradebook(parser, writes=True)
    add_terms(parser)


def _student(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("student", metavar="STUDENT", help="the student's id, or the name as in the reports")


def _of_override(parser: argparse.ArgumentParser) -> None:
    _student(parser)
    parser.add_argument(
        "points", nargs="?", metavar="POINTS", help="the points; they replace the total unless --task names a task"
    )
    parser.add_argument(
        "--task", default="", metavar="NUMBER", help="decide this task, such as 2.1, instead of the total"
    )
    parser.add_argument("--back", action="store_true", help="withdraw an earlier decision")
    _common(parser)


def _of_extend(parser: argparse.ArgumentParser) -> None:
    _student(parser)
    parser.add_argument(
        "until", nargs="?", metavar="TIME", help="a date, which means its end, or a time such as '2026-10-24 23:59'"
    )
    parser.add_argument("--back", action="store_true", help="withdraw an earlier extension")
    _common(parser)


def _of_excuse(parser: argparse.ArgumentParser) -> None:
    _student(parser)
    parser.add_argument("--back", action="store_true", help="withdraw an earlier excuse")
    _common(parser)


def _of_comment(parser: argparse.ArgumentParser) -> None:
    _student(parser)
    parser.add_argument(
        "text", metavar="TEXT", help="the text for the student, in Markdown, with formulas between dollar signs"
    )
    parser.add_argument(
        "--answers", type=int, metavar="N", help="the number of the student's request that this answers"
    )
    _common(parser)


def _of_requests(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="CSV", help="requests to add, in the columns student, assignment and text"
    )
    _common(parser, why=False)


def override(options: argparse.Namespace) -> int:
    """Decide the points of a task or the total."""
    from grader.course import deciding

    if not options.points and not options.back:
        raise UsageError("Give the points, or --back to withdraw an earlier decision.")
    points = None if options.back else deciding.points(options.points)

    def made(gradebook: Gradebook, assignment: str, slug: str, terms: Terms) -> What:
        known = deciding.tasks_of(gradebook.events(assignment=assignment, kinds=("result",))) if options.task else ()
        return deciding.override(options.task, points, _why(options), known, assignment)

    return _decide(options, made)


def extend(options: argparse.Namespace) -> int:
    """Give a student more time."""
    from grader.course import deciding

    if not options.until and not options.back:
        raise UsageError("Give the time, or --back to withdraw an earlier extension.")
    until = "" if options.back else options.until
    return _decide(
        options, lambda gradebook, assignment, slug, terms: deciding.extension(until, _why(options), assignment, terms)
    )


def excuse(options: argparse.Namespace) -> int:
    """Excuse a student from an assignment, so that it does not count."""
    from grader.course.events import Excuse

    return _decide(options, lambda gradebook, assignment, slug, terms: Excuse(not options.back, _why(options)))


def comment(options: argparse.Namespace) -> int:
    """Write a comment on the student's page."""
    from grader.course import deciding

    text = deciding.text_of(options.text)

    def made(gradebook: Gradebook, assignment: str, slug: str, terms: Terms) -> What:
        if options.answers is None:
            return deciding.comment(text, _why(options))
        events = gradebook.events(assignment=assignment, student=slug)
        return deciding.answer(text, options.answers, events, options.student, assignment)

    return _decide(options, made)


def _why(options: argparse.Namespace) -> str:
    from grader.course import deciding

    return deciding.reason(options.why)


def _decide(options: argparse.Namespace, made: Callable[[Gradebook, str, str, Terms], What]) -> int:
    """Write one event, print the resulting score, and update the student's page."""
    from grader.command.booked import catch_up, reports_of
    from grader.command.pages import keep_pages
    from grader.course.events import Draft
    from grader.course.score import of_one
    from grader.course.words import in_words, who

    _why(options)
    through_key(options)
    terms, by = terms_of(options), author(options)
    with open_gradebook(options) as gradebook:
        course = course_of_command(options)
        catch_up(gradebook, options.out, by, options.student, course=course)
        names = gradebook.students()
        slug, known = student_of(options.student, names)
        assignment = _assignment(options, gradebook, slug, terms)
        if not known:
            remark(f"The gradebook has no result of {options.student!r} yet{near_students(options.student, names)}")
        before = of_one(gradebook.events(student=slug), assignment, slug, terms)
        what = made(gradebook, assignment, slug, terms)
        gradebook.add(lambda events: [Draft(assignment, slug, what)], author=by, assignment=assignment, student=slug)
        after = of_one(gradebook.events(student=slug), assignment, slug, terms)
    assert after is not None
    former = f" (before: {in_words(before)})" if before is not None and in_words(before) != in_words(after) else ""
    say(f"{who(after)}, {assignment}: {in_words(after)}{former}")
    keep_pages(reports_of(options.out, assignment, course), [after])
    return 0


def _assignment(options: argparse.Namespace, gradebook: Gradebook, slug: str, terms: Terms) -> str:
    """Return the assignment that a decision concerns."""
    from grader.material.assignment import shipped_ids

    known = dict.fromkeys(
        [*terms.assignments, *(event.assignment for event in gradebook.events(student=slug) if event.student)]
    )
    if options.assignment:
        given = str(options.assignment)
        if given in known or given in shipped_ids() or gradebook.events(assignment=given, kinds=("result",)):
            return given
        raise UsageError(
            f"The gradebook and the course know no assignment {given!r}{near(given, [*known, *shipped_ids()])}"
        )
    if len(known) != 1:
        named = f"one of {', '.join(known)}" if known else "it"
        raise UsageError(f"Which assignment is this about? Name {named} with --assignment.")
    return next(iter(known))


def requests(options: argparse.Namespace) -> int:
    """Add students' requests, and list those waiting for an answer."""
    from grader.course.events import Answer, Draft, Request

    terms, by = terms_of(options), author(options)
    with open_gradebook(options, must_exist=options.file is None) as gradebook:
        if options.file is not None:
            key = key_here(options)
            wanted = [
                Draft(name, student_of(stand_in_of(student, key), gradebook.students())[0], Request(text))
                for student, name, text in _asked(options.file, options.assignment)
            ]

            def decide(events: list[Event]) -> Sequence[Draft]:
                there = {(e.assignment, e.student, e.what.text) for e in events if isinstance(e.what, Request)}
                new = {(d.assignment, d.student, d.what.text): d for d in wanted if isinstance(d.what, Request)}
                return [draft for key, draft in new.items() if key not in there]

            taken = gradebook.add(decide, author=by, kinds=("request",))
            say(f"{len(taken):,} of {len(wanted):,} requests are new.")
        events = gradebook.events(kinds=("request", "answer"))
    answered = {(e.assignment, e.student, e.what.request) for e in events if isinstance(e.what, Answer)}
    waiting = [
        e
        for e in events
        if isinstance(e.what, Request)
        and (e.assignment, e.student, e.version) not in answered
        and options.assignment in (None, e.assignment)
    ]
    for event in waiting:
        say(f"{event.student}, {event_line(event, None, terms)}")
    say(
        "No request is waiting for an answer."
        if not waiting
        else f"{len(waiting):,} waiting for an answer; to answer, run: course comment STUDENT TEXT --answers N"
    )
    return 0


def _asked(path: Path, assignment: str | None) -> list[tuple[str, str, str]]:
    """Return the requests in a CSV file: student, assignment, text."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"The requests in {path} cannot be read: {reason(error)}.") from error
    found = []
    for number, row in enumerate(rows, 2):
        student, text = (row.get("student") or "").strip(), (row.get("text") or "").strip()[:MOST_TEXT]
        name = (row.get("assignment") or "").strip() or assignment or ""
        if not (student and text and name):
            raise UsageError(f"Row {number} of {path} needs a student, an assignment and a text; no request was added.")
        found.append((student, name, text))
    return found


COMMANDS = (
    ("override", "Decide the points of a task or the total; grading again keeps the decision.", _of_override, override),
    ("extend", "Give a student more time.", _of_extend, extend),
    ("excuse", "Excuse a student from an assignment, so that it does not count.", _of_excuse, excuse),
    ("comment", "Write a comment on the student's page, or answer a request.", _of_comment, comment),
    ("requests", "Add students' requests, and list those waiting for an answer.", _of_requests, requests),
)
