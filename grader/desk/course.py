"""The course page: a table of students and assignments."""

from __future__ import annotations

from grader.course import words
from grader.course.score import CourseScore
from grader.desk.pages import Desktop
from grader.desk.web import Reply, Request
from grader.report.text import one_line
from grader.report.wording import points as worded


def shown(pages: Desktop, request: Request) -> Reply:
    """Return the page with all students and assignments, and the progress of each assignment."""
    state = pages.state
    scores = state.scores()
    names = list(dict.fromkeys([*state.desk.folders, *sorted(name for name, _ in scores)]))
    students: dict[str, dict[str, CourseScore]] = {}
    for (name, slug), score in scores.items():
        students.setdefault(slug, {})[name] = score
    rows = []
    for slug, own in sorted(students.items()):
        called = next((score.name for score in own.values() if score.name != slug), slug)
        section = next((s for score in own.values() if (s := _section(score))), "")
        rows.append(
            {"slug": slug, "name": one_line(called), "section": section, "cells": [_cell(own.get(n)) for n in names]}
        )
    summaries = []
    for name, assignment in state.assignments.items():
        reading = assignment.reading
        klass = assignment.klass
        mine = [score for (of, _), score in scores.items() if of == name]
        summaries.append(
            {
                "name": name,
                "title": str((klass.summary.assignment or {}).get("title") or "") if klass else "",
                "students": len(klass.stamps) if klass else 0,
                "reading": f"reading {len(reading.summary.students)} of {reading.of}" if reading else "",
                "waiting": sum(score.waiting > 0 for score in mine),
                "questions": len(klass.questions) if klass else 0,
                "due": words.at(due.isoformat(), state.desk.terms) if (due := state.desk.terms.of(name).due) else "",
            }
        )
    return pages.render(
        request, "course.html", assignments=names, open=set(state.desk.folders), rows=rows, summaries=summaries
    )


def _section(score: CourseScore) -> str:
    members = score.result.members if score.result else ()
    return ", ".join(dict.fromkeys(one_line(member.section) for member in members if member.section))


def _cell(score: CourseScore | None) -> dict[str, str]:
    """Return the text of a cell, and a note for screen readers and the mouse."""
    if score is None or score.state == "missing":
        return {"text": "", "note": "nothing handed in"}
    if score.state in ("excused", "not counted"):
        return {"text": score.state, "note": score.why}
    note = {
        "final": "",
        "waiting": f"so far; {worded(score.waiting)} wait for a person",
        "fault": "so far; a fault of the grader",
    }[score.state]
    return {"text": f"{worded(score.points)}{'' if score.state == 'final' else '…'}", "note": note}
