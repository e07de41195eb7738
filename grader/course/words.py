"""Describes the gradebook's content in words: scores, times and events. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from grader.course import events as kinds
from grader.course.events import Event
from grader.course.score import CourseScore
from grader.course.terms import Terms
from grader.record.score import exact_sum
from grader.report.wording import points as worded


def who(own: CourseScore) -> str:
    """Return a student as shown by commands: the name, and the id if it is different."""
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
        "missing": "nothing has been graded yet",
    }[own.state]


def at(text: str, terms: Terms) -> str:
    """Return a time in the course's time zone, or the text unchanged if it is not a time."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(terms.zone):%Y-%m-%d %H:%M %Z}"
    except ValueError:
        return text or "at an unknown time"


def what_happened(event: Event, terms: Terms) -> str:
    """Return an event in words."""
    match event.what:
        case kinds.Result() as result:
            return f"graded attempt {result.attempt} with grader {result.version}"
        case kinds.Marked() as mark:
            return _marked(mark)
        case kinds.Weighed() as weighed:
            return _weighed(weighed)
        case kinds.Phrase() as phrase:
            done = (
                f"the comment {phrase.id!r} now reads: {phrase.text}"
                if phrase.text
                else f"removed the comment {phrase.id!r}"
            )
            return f"question {phrase.question}: {done}"
        case kinds.Claim() as claim:
            return f"{'grades' if claim.held else 'no longer grades'} question {claim.question}"
        case kinds.Override() as override:
            what = f"task {override.task}" if override.task else "the total"
            done = (
                f"withdrew the decision on {what}"
                if override.points is None
                else f"decided {what}: {worded(override.points)}"
            )
            return f"{done} ({override.why})"
        case kinds.Extension() as extension:
            until = f"extended until {at(extension.until, terms)}" if extension.until else "withdrew the extension"
            return f"{until} ({extension.why})"
        case kinds.Excuse() as excuse:
            return f"{'excused' if excuse.excused else 'withdrew the excuse'} ({excuse.why})"
        case kinds.Comment() as comment:
            return f"commented: {comment.text} ({comment.why})"
        case kinds.Request() as request:
            return f"asked for another look (request {event.version}): {request.text}"
        case kinds.Answer() as answer:
            return f"answered request {answer.request}: {answer.text}"
        case kinds.Exported() as exported:
            return f"exported {exported.rows} rows to {exported.target}: {exported.file}"


def _marked(mark: kinds.Marked) -> str:
    """Return a mark in words: the points in terms of the rubric, and the adjustment with its reason."""
    if not mark.earned:
        what = "a comment" if mark.comment or mark.phrases else "withdrew the points of"
        return f"gave question {mark.question} a comment" if what == "a comment" else f"{what} question {mark.question}"
    adjusted = f", adjusted by {mark.adjust:+g} ({mark.why})" if mark.adjust else ""
    return f"gave question {mark.question} {worded(_sum(mark.earned))} points{adjusted}"


def _weighed(weighed: kinds.Weighed) -> str:
    if not weighed.weights:
        return f"question {weighed.question}: the weights are again those of the rubric ({weighed.why})"
    shares = ", ".join(f"{name} {worded(points)}" for name, points in weighed.weights)
    return f"question {weighed.question}: the weights are now {shares} ({weighed.why})"


def _sum(pairs: Sequence[tuple[str, float]]) -> float:
    return float(exact_sum(points for _, points in pairs))
