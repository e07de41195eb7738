"""What the gradebook knows about a student: how the score adds up, and every change to it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from grader.command.anonymity import through_key
from grader.command.gradebooks import (
    add_gradebook,
    author,
    course_of_command,
    near_students,
    open_gradebook,
    student_of,
)
from grader.command.terms import add_terms, terms_of
from grader.errors import UsageError
from grader.report.wording import points as worded
from grader.terminal import say

if TYPE_CHECKING:
    from grader.course.events import Event
    from grader.course.score import CourseScore
    from grader.course.terms import Terms


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("student", metavar="STUDENT", help="the student's id, or the name as in the reports")
    parser.add_argument("--assignment", metavar="NAME", help="id of one assignment (default: all)")
    add_gradebook(parser, writes=False)
    add_terms(parser)


def show(options: argparse.Namespace) -> int:
    """Print how a student's score adds up, and where the points come from."""
    from grader.course.score import scores_of

    terms = terms_of(options)
    events = _events(options, terms)
    chosen = [own for own in scores_of(events, terms).values() if options.assignment in (None, own.assignment)]
    if not chosen:
        raise UsageError(_nothing(options, events))
    for own in chosen:
        say(*score_lines(own, terms))
    return 0


def history(options: argparse.Namespace) -> int:
    """Print every event of a student and the score after it."""
    from grader.course.score import of_one

    terms = terms_of(options)
    events = _events(options, terms)
    own = [event for event in events if event.student]
    chosen = {event.assignment for event in own if options.assignment in (None, event.assignment)}
    if not chosen:
        raise UsageError(_nothing(options, own))
    for number, event in enumerate(events, 1):
        if event.assignment in chosen:
            say(event_line(event, of_one(events[:number], event.assignment, own[0].student, terms), terms))
    return 0


def _events(options: argparse.Namespace, terms: Terms) -> list[Event]:
    """Return the events of the student that the options name."""
    from grader.command.booked import catch_up, has_reports

    through_key(options)
    with open_gradebook(options, must_exist=not has_reports(options.out)) as gradebook:
        catch_up(gradebook, options.out, author(options), options.student, course=course_of_command(options))
        events = gradebook.events(student=options.student)
        if any(event.student for event in events):
            return events
        names = gradebook.students()
        events = gradebook.events(student=student_of(options.student, names)[0])
        if not any(event.student for event in events):
            raise UsageError(
                f"The gradebook {gradebook.name} has no student {options.student!r}{near_students(options.student, names)}"
            )
    return events


def _nothing(options: argparse.Namespace, events: Iterable[Event]) -> str:
    known = ", ".join(dict.fromkeys(event.assignment for event in events))
    return f"The gradebook has nothing from {options.student!r} for {options.assignment!r}; it has {known}."


def score_lines(own: CourseScore, terms: Terms) -> Iterator[str]:
    """Yield a score as a sum: the result first, then a line for each source."""
    from grader.course.words import in_words, who

    yield f"{who(own)}, {own.assignment}: {in_words(own)}"
    width = max((len(line.label) for line in own.lines), default=0)
    for line in own.lines:
        of = f" of {worded(line.total)}" if line.total is not None else ""
        waits = f", {worded(line.waiting)} wait for a person" if line.waiting else ""
        yield f"  {worded(line.points):>7}{of:<9} {line.label[:60]:<{min(width, 60)}}  {line.source}{waits}"
    yield from (f"  {sentence}" for sentence in _about(own, terms))


def _about(own: CourseScore, terms: Terms) -> Iterator[str]:
    """Yield sentences about the hand-in, its dates and the comments on it."""
    from grader.course.words import at

    if own.result is not None:
        handed_in = f", handed in {at(own.result.handed_in, terms)}" if own.result.handed_in else ""
        yield f"attempt {own.result.attempt}{handed_in}, graded {at(own.result.graded_at, terms)} by grader {own.result.version}"
        if own.result.marked_late and not own.result.handed_in:
            yield "the platform marks it as late without a time, so nothing was taken off"
    if own.late is not None:
        left = "" if own.late.left is None else f"; late days used {own.late.charged}, left {own.late.left}"
        yield f"due {own.late.last.astimezone(terms.zone):%Y-%m-%d %H:%M %Z}{left}"
    for event in own.comments:
        yield f"{event.author}: {getattr(event.what, 'text', '')}"


def event_line(event: Event, after: CourseScore | None, terms: Terms) -> str:
    """Return one event as one line, with the score after it."""
    from grader.course.words import at, in_words, what_happened

    score = f" -> {in_words(after)}" if after is not None else ""
    return f"{at(event.at, terms)}  {event.assignment}  {event.author}: {what_happened(event, terms)}{score}"


COMMANDS = (
    ("show", "Print how a student's score adds up, and where the points come from.", _arguments, show),
    ("history", "Print every change of a student's score.", _arguments, history),
)
