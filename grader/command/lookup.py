"""What the gradebook says of a student: the score as a sum with its sources, and every change of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
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
    parser.add_argument("student", metavar="STUDENT", help="the student's id, or name as the reports have it")
    parser.add_argument("--assignment", metavar="NAME", help="id of one assignment (default: all)")
    add_gradebook(parser, writes=False)
    add_terms(parser)


def show(options: argparse.Namespace) -> int:
    """Print the score of a student as a sum with its sources."""
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
    """Print every event of a student, and the score that followed from it."""
    from grader.course.score import of_one

    terms = terms_of(options)
    events = _events(options, terms)
    chosen = {event.subject for event in events if options.assignment in (None, event.assignment)}
    if not chosen:
        raise UsageError(_nothing(options, events))
    for number, event in enumerate(events, 1):
        if event.subject in chosen:
            say(event_line(event, of_one(events[:number], event.assignment, event.student, terms), terms))
    return 0


def _events(options: argparse.Namespace, terms: Terms) -> list[Event]:
    """Return the events of the student that the options name."""
    from grader.command.booked import catch_up, has_reports

    through_key(options)
    with open_gradebook(options, must_exist=not has_reports(options.out)) as gradebook:
        catch_up(gradebook, options.out, author(options), options.student, course=course_of_command(options))
        events = gradebook.events(student=options.student)
        if events:
            return events
        names = gradebook.students()
        events = gradebook.events(student=student_of(options.student, names)[0])
        if not events:
            raise UsageError(
                f"The gradebook {gradebook.name} knows no student {options.student!r}{near_students(options.student, names)}"
            )
    return events


def _nothing(options: argparse.Namespace, events: Iterable[Event]) -> str:
    known = ", ".join(dict.fromkeys(event.assignment for event in events))
    return f"The gradebook has nothing of {options.student!r} for {options.assignment!r}; it has {known}."


def score_lines(own: CourseScore, terms: Terms) -> Iterator[str]:
    """Yield a score as a sum: its result first, then a line for each source."""
    yield f"{who(own)}, {own.assignment}: {in_words(own)}"
    width = max((len(line.label) for line in own.lines), default=0)
    for line in own.lines:
        of = f" of {worded(line.total)}" if line.total is not None else ""
        waits = f", {worded(line.waiting)} wait for a person" if line.waiting else ""
        yield f"  {worded(line.points):>7}{of:<9} {line.label[:60]:<{min(width, 60)}}  {line.source}{waits}"
    yield from (f"  {sentence}" for sentence in _about(own, terms))


def _about(own: CourseScore, terms: Terms) -> Iterator[str]:
    """Yield sentences about the hand-in, its dates and its comments."""
    if own.result is not None:
        handed_in = f", handed in {at(own.result.handed_in, terms)}" if own.result.handed_in else ""
        yield f"attempt {own.result.attempt}{handed_in}, graded {at(own.result.graded_at, terms)} by grader {own.result.version}"
        if own.result.marked_late and not own.result.handed_in:
            yield "the platform marks it as late and tells no time, so nothing was taken off"
    if own.late is not None:
        left = "" if own.late.left is None else f"; late days used {own.late.charged}, left {own.late.left}"
        yield f"due {own.late.last.astimezone(terms.zone):%Y-%m-%d %H:%M %Z}{left}"
    for event in own.comments:
        yield f"{event.author}: {getattr(event.what, 'text', '')}"


def who(own: CourseScore) -> str:
    """Return a student as a command names them: the name, and the id where that is another word."""
    return own.name if own.name == own.student else f"{own.name} ({own.student})"


def in_words(own: CourseScore) -> str:
    """Return a score in a few words, such as ``72 of 100``."""
    text = f"{worded(own.points)} of {worded(own.total)}"
    return {
        "final": text,
        "waiting": f"{text} so far, {worded(own.waiting)} wait for a person",
        "fault": f"{text} so far, a fault of the grader left something unscored",
        "excused": own.why,
        "not counted": f"not counted, {own.why}",
        "missing": "nothing was graded yet",
    }[own.state]


def at(text: str, terms: Terms) -> str:
    """Return a moment in the course's time zone; text that is none as it came."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(terms.zone):%Y-%m-%d %H:%M %Z}"
    except ValueError:
        return text or "at an unknown time"


def event_line(event: Event, after: CourseScore | None, terms: Terms) -> str:
    """Return one event as one line, with the score that followed."""
    score = f" -> {in_words(after)}" if after is not None else ""
    return f"{at(event.at, terms)}  {event.assignment}  {event.author}: {what_happened(event, terms)}{score}"


def what_happened(event: Event, terms: Terms) -> str:
    """Return what an event says, in words."""
    from grader.course import events as kinds

    match event.what:
        case kinds.Result() as result:
            return f"graded attempt {result.attempt} with grader {result.version}"
        case kinds.Marked() as mark:
            given = "a comment" if not mark.earned else f"{worded(_sum(mark.earned))} points"
            return f"gave question {mark.question} {given}"
        case kinds.Override() as override:
            what = f"task {override.task}" if override.task else "the total"
            done = (
                f"took back the decision on {what}"
                if override.points is None
                else f"decided {what}: {worded(override.points)}"
            )
            return f"{done} ({override.why})"
        case kinds.Extension() as extension:
            until = f"extended until {at(extension.until, terms)}" if extension.until else "took back the extension"
            return f"{until} ({extension.why})"
        case kinds.Excuse() as excuse:
            return f"{'excused' if excuse.excused else 'took back the excuse'} ({excuse.why})"
        case kinds.Comment() as comment:
            return f"commented: {comment.text} ({comment.why})"
        case kinds.Request() as request:
            return f"asked for another look (request {event.version}): {request.text}"
        case kinds.Answer() as answer:
            return f"answered request {answer.request}: {answer.text}"
        case kinds.Exported() as exported:
            return f"exported {exported.rows} rows to {exported.target}: {exported.file}"


def _sum(pairs: Sequence[tuple[str, float]]) -> float:
    from grader.record.score import exact_sum

    return float(exact_sum(points for _, points in pairs))


COMMANDS = (
    ("show", "Print the score of a student as a sum with its sources.", _arguments, show),
    ("history", "Print every change of a student's score.", _arguments, history),
)
