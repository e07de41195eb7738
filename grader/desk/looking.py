"""The pages of the class, of a student, and of similar work."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import replace
from typing import Any

from grader.course import words
from grader.course.booking import mark_of
from grader.course.decided import decided_of
from grader.course.events import Answer, Marked
from grader.course.events import Request as Asking
from grader.course.score import CourseScore, of_one
from grader.desk.beside import beside
from grader.desk.pages import Desktop, address
from grader.desk.state import Assignment, Klass
from grader.desk.web import Reply, Request
from grader.report import index, page
from grader.report.html import part
from grader.report.summary import Summary
from grader.report.text import one_line
from grader.written.points import Mark, with_marks

MOST_GROUPS = 200


def class_page(pages: Desktop, request: Request, assignment: Assignment, klass: Klass) -> Reply:
    """Return the page of the class, as in the reports, updated with what still waits for a person."""
    scores = pages.state.scores(assignment.name)
    summary = copy(klass.summary)
    summary.students = [_scored(student, scores.get((assignment.name, student.slug))) for student in summary.students]
    values = index.values_of(summary, pages.state.desk.absent(assignment.name))
    rules = str(values["rules"])
    return pages.render(
        request,
        "class.html",
        about=assignment,
        styles=[part("class.css"), rules],
        scripts=[part("class.js")],
        failed=klass.failed,
        questions=len(klass.questions),
        **values,
    )


def _scored(student: Summary, score: CourseScore | None) -> Summary:
    """Return a student with the gradebook's score, which includes marks, decisions and the late penalty."""
    if score is None or score.state not in ("final", "waiting") or not score.total or student.sum is None:
        return student
    percent = 100.0 * score.points / score.total
    return replace(student, sum=score.points, percent=percent, waiting=score.waiting)


def student_page(pages: Desktop, request: Request, assignment: Assignment, klass: Klass, slug: str) -> Reply:
    """Return the page of a student, as in the reports, with the score as a sum, forms for decisions, and the history."""
    record = assignment.record(slug)
    if record is None:
        return pages.missing(request)
    return shown_student(pages, request, assignment, klass, slug, record)


def shown_student(
    pages: Desktop,
    request: Request,
    assignment: Assignment,
    klass: Klass | None,
    slug: str,
    record: dict[str, Any],
    sentence: str = "",
    status: int = 200,
) -> Reply:
    """Return a student's page; ``sentence`` says why a decision was refused."""
    desk = pages.state.desk
    events = desk.gradebook.events(student=slug)
    score = of_one(events, assignment.name, slug, desk.terms)
    marked = with_marks(record, marks_of(assignment, record))
    values = page.values_of(marked, _decided(score))
    own = [event for event in events if event.assignment == assignment.name]
    answered = {event.what.request for event in own if isinstance(event.what, Answer)}
    return pages.render(
        request,
        "student.html",
        status=status,
        about=assignment,
        slug=slug,
        course_score=score,
        in_words=words.in_words(score) if score else "",
        history=[
            (words.at(event.at, desk.terms), one_line(event.author), words.what_happened(event, desk.terms), after)
            for event, after in _history(own, events, assignment.name, slug, desk.terms)
        ],
        requests=[
            (event.version, event.what.text)
            for event in own
            if isinstance(event.what, Asking) and event.version not in answered
        ],
        tasks=[(task["number"], task.get("title") or "") for task in record.get("tasks") or ()],
        grading=_grading(assignment, klass, slug),
        code=code_of(pages, assignment, record),
        refused=sentence,
        **values,
    )


def _decided(score: CourseScore | None) -> dict[str, Any] | None:
    decided = decided_of(score) if score is not None else None
    return decided if decided and (decided["lines"] or decided["comments"] or decided["why"]) else None


def _history(own: Any, events: Any, assignment: str, slug: str, terms: Any) -> list[tuple[Any, str]]:
    """Return every event with the score after it, newest first."""
    found = []
    mine = set(map(id, own))
    for number, event in enumerate(events, 1):
        if id(event) in mine:
            after = of_one(events[:number], assignment, slug, terms)
            found.append((event, words.in_words(after) if after else ""))
    return found[::-1]


def marks_of(assignment: Assignment, record: dict[str, Any]) -> list[Mark]:
    """Return the current points given by people for the answers of a record."""
    book = assignment.book
    rules = book.rules()
    found = []
    for answer in record.get("answers") or ():
        event = book.newest("mark", record["slug"], answer["id"], answer["sha256"])
        if event is not None and isinstance(event.what, Marked):
            found.append(mark_of(record["slug"], event.what, rules))
    return found


def _grading(assignment: Assignment, klass: Klass | None, slug: str) -> list[tuple[str, str]]:
    """Return the questions that a student answered, each with the address for grading it."""
    return [
        (asked.id, address("a", assignment.name, "grading", asked.id, answer.id))
        for asked in (klass.questions if klass else ())
        for answer in asked.answers
        if answer.slug == slug and answer.id in asked.by_id
    ]


def code_of(pages: Desktop, assignment: Assignment, record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the code handed in, file by file, with the lines named in messages; unavailable files are left out."""
    marked = _named_lines(record)
    return [
        {
            "path": path,
            "lines": {
                "first": 1,
                "lines": text.split("\n"),
                "marked": [line for name, line in marked if name == path.rpartition("/")[2]],
            },
        }
        for path, text in pages.state.desk.code(assignment.name, str(record["slug"]))
    ]


def _named_lines(record: dict[str, Any]) -> set[tuple[str, int]]:
    """Return the lines of the student's own files named in messages, each with its file name."""
    found: set[tuple[str, int]] = set()
    for excerpt in record.get("excerpts") or ():
        name = str(excerpt.get("file") or "").rpartition("/")[2]
        found |= {(name, int(line)) for line in excerpt.get("marked") or ()}
    outcomes = [
        *(record.get("checks") or ()),
        *filter(None, ((record.get(k) or {}).get("fault") for k in ("loading", "running"))),
    ]
    for outcome in outcomes:
        for frame in outcome.get("frames") or ():
            if isinstance(frame, dict) and re.fullmatch(r"\d+", str(frame.get("line", ""))):
                found.add((str(frame.get("file") or "").rpartition("/")[2], int(frame["line"])))
    return found


def alike_page(pages: Desktop, request: Request, assignment: Assignment, klass: Klass) -> Reply:
    """Return the page of similar work: written answers in the same words, and similar submissions."""
    desk = pages.state.desk
    questions = []
    for asked in klass.questions:
        groups = [
            {
                "first": stack.first,
                "others": [
                    {
                        "answer": one,
                        "identical": one.id in stack.identical,
                        "shown": beside(stack.first.text, one.text),
                    }
                    for one in stack.answers[1:]
                ],
            }
            for stack in asked.stacks
            if len(stack.answers) > 1
        ]
        if groups:
            groups.sort(key=lambda group: -len(group["others"]))
            questions.append({"asked": asked, "groups": groups[:MOST_GROUPS], "more": len(groups) - MOST_GROUPS})
    return pages.render(
        request,
        "alike.html",
        about=assignment,
        questions=questions,
        pairs=sorted(desk.similar(assignment.name), key=lambda pair: -pair.score)[:MOST_GROUPS],
        known=set(klass.stamps),
        title=str((klass.summary.assignment or {}).get("title") or assignment.name),
    )
