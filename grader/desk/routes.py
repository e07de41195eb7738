"""Maps addresses to pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from grader.desk import course, deciding, grading, looking, running
from grader.desk.pages import Desktop
from grader.desk.state import Assignment
from grader.desk.web import Reply, Request, go

# How long a page waits for a class to be read before it shows the progress instead.
PATIENCE = 3.0
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,200}")


def reply(pages: Desktop, request: Request) -> Reply:
    """Reply to a request."""
    words = request.path.strip("/").split("/")
    if words == [""]:
        return go("/course/")
    if words == ["course"]:
        # Until then the gradebook may lack what the reports contain.
        if not pages.state.ready.wait(PATIENCE):
            return pages.reading(request)
        return course.shown(pages, request)
    if words[0] != "a" or len(words) < 2 or words[1] not in pages.state.assignments:
        return pages.missing(request)
    assignment = pages.state.assignments[words[1]]
    assignment.book.refresh()
    rest = words[2:]
    if rest and rest[0] == "run":
        return running.reply(pages, request, assignment, rest[1:])
    assignment.look(PATIENCE)
    klass = assignment.klass
    if klass is None:
        return pages.reading(request, assignment)
    if not rest:
        return looking.class_page(pages, request, assignment, klass)
    if rest[0] == "students" and len(rest) == 2:
        slug = rest[1].removesuffix(".html")
        if request.method == "POST":
            return deciding.decide(pages, request, assignment, slug)
        return looking.student_page(pages, request, assignment, klass, slug)
    if rest[0] == "grading":
        return grading.reply(pages, request, assignment, klass, rest[1:])
    if rest == ["alike"]:
        return looking.alike_page(pages, request, assignment, klass)
    if request.method == "GET" and _is_file(rest):
        return _file(pages, request, assignment, rest)
    return pages.missing(request)


def _file(pages: Desktop, request: Request, assignment: Assignment, words: Sequence[str]) -> Reply:
    """Return a file of the reports as a download, never to be displayed, as an executed notebook is a student's."""
    path = assignment.out.joinpath(*words)
    try:
        content = path.read_bytes()
    except OSError:
        return pages.missing(request)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name)}"}
    return Reply(content, kind="application/octet-stream", headers=headers)


def _is_file(words: Sequence[str]) -> bool:
    """Return whether an address names a file linked from the class page."""
    if words in (["scores.csv"], ["grading-sheet.csv"]):
        return True
    return (
        len(words) == 2
        and words[0] in ("notebooks", "handed-in")
        and bool(_NAME.fullmatch(words[1]))
        and not words[1].startswith(".")
    )
