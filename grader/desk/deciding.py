"""Decisions about one student: each form writes one gradebook event with its reason."""

from __future__ import annotations

from grader.course import deciding
from grader.course.events import Draft, Excuse, What
from grader.course.events import Request as Asking
from grader.desk.looking import shown_student
from grader.desk.pages import Desktop, address
from grader.desk.state import Assignment
from grader.desk.web import Reply, Request, go
from grader.errors import UsageError


def decide(pages: Desktop, request: Request, assignment: Assignment, slug: str) -> Reply:
    """Write the decision in a form, and show the student again."""
    record = assignment.record(slug)
    if record is None:
        return pages.missing(request)
    try:
        what = _what(pages, request, assignment, slug)
    except UsageError as error:
        return shown_student(pages, request, assignment, assignment.klass, slug, record, str(error), 422)
    gradebook, name = pages.state.desk.gradebook, assignment.name
    gradebook.add(
        lambda events: [Draft(name, slug, what)], author=request.session.author, assignment=name, student=slug
    )
    return go(address("a", name, "students", f"{slug}.html") + "#decide")


def _what(pages: Desktop, request: Request, assignment: Assignment, slug: str) -> What:
    """Return the event of a form.

    Raises
    ------
    UsageError
        If a field is not valid, or the reason is missing.
    """
    desk, do = pages.state.desk, request.one("do")
    events = desk.gradebook.events(assignment=assignment.name, student=slug)
    if do == "ask":
        return Asking(deciding.text_of(request.one("text")))
    if do == "answer":
        number = request.one("request")
        return deciding.answer(
            request.one("text"), int(number) if number.isdecimal() else 0, events, slug, assignment.name
        )
    why = deciding.reason(request.one("why"), "A decision")
    match do:
        case "override" | "override back":
            given = (
                None
                if do.endswith("back")
                else deciding.points(request.one("points"), "'Withdraw' withdraws an earlier decision")
            )
            return deciding.override(request.one("task"), given, why, deciding.tasks_of(events), assignment.name)
        case "extend" | "extend back":
            until = "" if do.endswith("back") else request.one("until").replace("T", " ")
            if not until and not do.endswith("back"):
                raise UsageError("Give the new due time, such as 2026-10-24 or 2026-10-24 23:59.")
            return deciding.extension(until, why, assignment.name, desk.terms)
        case "excuse" | "excuse back":
            return Excuse(do == "excuse", why)
        case "comment":
            return deciding.comment(request.one("text"), why)
        case _:
            raise UsageError("This form does not belong to this page; load the page again.")
