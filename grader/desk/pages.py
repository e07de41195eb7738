"""The pages of the desk by their addresses, and the templates that they share with the reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from grader.desk.book import new_act
from grader.desk.state import Assignment, State
from grader.desk.web import Reply, Request, go, html, plain, told
from grader.report.html import environment, part

HERE = Path(__file__).parent / "templates"
# How long a page waits for a class that is being read, before it says so.
PATIENCE = 3.0
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,200}")


class Desktop:
    """Answers requests.

    Parameters
    ----------
    state : State
    accounts : bool
        Whether graders sign in by name.
    """

    def __init__(self, state: State, *, accounts: bool = False) -> None:
        self.state, self.accounts = state, accounts

    @cached_property
    def templates(self) -> jinja2.Environment:
        """The environment of the reports, which makes everything inserted harmless, with our own templates before theirs."""
        shared = environment()
        assert isinstance(shared.loader, jinja2.FileSystemLoader)
        return shared.overlay(loader=jinja2.FileSystemLoader([HERE, *shared.loader.searchpath]))

    def reply(self, request: Request) -> Reply:
        """Return what an address shows, or does."""
        from grader.desk import course, deciding, grading, looking, running

        words = request.path.strip("/").split("/")
        if words == [""]:
            return go("/course/")
        if words == ["course"]:
            return course.shown(self, request)
        if words[0] != "a" or len(words) < 2 or words[1] not in self.state.assignments:
            return self.missing(request)
        assignment = self.state.assignments[words[1]]
        assignment.book.refresh()
        rest = words[2:]
        if rest and rest[0] == "run":
            return running.reply(self, request, assignment, rest[1:])
        assignment.look(PATIENCE)
        klass = assignment.klass
        if klass is None:
            return self._reading(request, assignment)
        if not rest:
            return looking.class_page(self, request, assignment, klass)
        if rest[0] == "students" and len(rest) in (2, 3):
            slug = rest[1].removesuffix(".html")
            if request.method == "POST":
                return deciding.decide(self, request, assignment, slug)
            return looking.student_page(self, request, assignment, klass, slug)
        if rest[0] == "grading":
            return grading.reply(self, request, assignment, klass, rest[1:])
        if rest == ["alike"]:
            return looking.alike_page(self, request, assignment, klass)
        if request.method == "GET" and _is_file(rest):
            return self._file(request, assignment, rest)
        return self.missing(request)

    def render(
        self,
        request: Request | None,
        template: str,
        *,
        status: int = 200,
        about: Assignment | None = None,
        styles: Sequence[str] = (),
        scripts: Sequence[str] = (),
        **values: Any,
    ) -> Reply:
        """Return a page made of a template."""
        desk = self.state.desk
        text = self.templates.get_template(template).render(
            layout="desk.html",
            token=request.session.token if request else "",
            author=request.session.author if request else "",
            course=desk.title,
            here=about.name if about else "",
            names=list(desk.folders) if request else [],
            anonymous=desk.anonymous,
            problem=self.state.problem,
            accounts=self.accounts,
            another=new_act(),
            **values,
        )
        return html(text, status, styles=[part("style.css"), *styles], scripts=scripts)

    def _reading(self, request: Request, assignment: Assignment) -> Reply:
        """Say how far a large class is read; our script asks again by itself, and so does the page."""
        reading = assignment.reading
        far = f"{len(reading.summary.students):,} of {reading.of:,}" if reading else "0"
        if request.by_script or request.method != "GET":
            return told(503, said=f"The class is being read: {far}.")
        reply = self.render(request, "reading.html", about=assignment, far=far)
        return replace(reply, headers={"Refresh": "1"})

    def missing(self, request: Request) -> Reply:
        """Say that there is no such page."""
        return self.trouble(request, "There is no such page at this desk.", 404)

    def trouble(self, request: Request | None, sentence: str, status: int) -> Reply:
        """Say what is wrong: as a page, or to our script."""
        if request is not None and request.by_script:
            return told(status, said=sentence)
        if request is None:
            return plain(sentence, status)
        return self.render(request, "trouble.html", status=status, sentence=sentence)

    def sign_in(self, path: str, sentence: str = "", status: int = 200) -> Reply:
        """Return the page that asks for a name and a password."""
        return self.render(None, "sign_in.html", status=status, sentence=sentence)

    def open_to_all(self, path: str) -> Reply | None:
        """Return the script or the style sheet of the desk, which hold nothing of anybody; None for all else."""
        kinds = {"/desk.js": "text/javascript; charset=utf-8", "/desk.css": "text/css; charset=utf-8"}
        if path not in kinds:
            return None
        return Reply((HERE / path[1:]).read_bytes(), kind=kinds[path], headers={"Cache-Control": "no-cache"})

    def _file(self, request: Request, assignment: Assignment, words: Sequence[str]) -> Reply:
        """Return a file of the reports, to be kept and never shown: a notebook as it ran is a student's."""
        path = assignment.out.joinpath(*words)
        try:
            content = path.read_bytes()
        except OSError:
            return self.missing(request)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name)}"}
        return Reply(content, kind="application/octet-stream", headers=headers)


def _is_file(words: Sequence[str]) -> bool:
    """Return whether an address names a file that the class page leads to."""
    if words in (["scores.csv"], ["grading-sheet.csv"]):
        return True
    return (
        len(words) == 2
        and words[0] in ("notebooks", "handed-in")
        and bool(_NAME.fullmatch(words[1]))
        and not words[1].startswith(".")
    )


def address(*words: str, **query: str) -> str:
    """Return an address of the desk."""
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items() if value)
    return "/" + "/".join(quote(word, safe="") for word in words) + (f"?{asked}" if asked else "")
