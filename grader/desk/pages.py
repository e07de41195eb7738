"""Renders the pages of the desk with templates shared with the reports, and reports trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from grader.desk.book import new_act
from grader.desk.state import Assignment, State
from grader.desk.web import Reply, Request, html, plain, told
from grader.report.html import environment, part

HERE = Path(__file__).parent / "templates"


class Desktop:
    """Makes pages.

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
        """The reports' environment, which makes all inserted text harmless, with our own templates taking precedence."""
        shared = environment()
        assert isinstance(shared.loader, jinja2.FileSystemLoader)
        return shared.overlay(loader=jinja2.FileSystemLoader([HERE, *shared.loader.searchpath]))

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
        """Return a page rendered from a template."""
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

    def reading(self, request: Request, assignment: Assignment | None = None) -> Reply:
        """Report the progress of reading a large class, or the course; the page and our script ask again by themselves."""
        reading = assignment.reading if assignment else None
        far = f"{len(reading.summary.students):,} of {reading.of:,} records have been read." if reading else ""
        if request.by_script or request.method != "GET":
            return told(503, said=f"The class is being read. {far}".strip())
        reply = self.render(request, "reading.html", about=assignment, far=far)
        return replace(reply, headers={"Refresh": "1"})

    def missing(self, request: Request) -> Reply:
        """Reply that there is no such page."""
        return self.trouble(request, "There is no such page at this desk.", 404)

    def trouble(self, request: Request | None, sentence: str, status: int) -> Reply:
        """Reply with what is wrong, as a page or to our script."""
        if request is not None and request.by_script:
            return told(status, said=sentence)
        if request is None:
            return plain(sentence, status)
        return self.render(request, "trouble.html", status=status, sentence=sentence)

    def sign_in(self, path: str, sentence: str = "", status: int = 200) -> Reply:
        """Return the page for signing in."""
        return self.render(None, "sign_in.html", status=status, sentence=sentence)

    def open_to_all(self, path: str) -> Reply | None:
        """Return the desk's script or style sheet, which contain no private data; None for other paths."""
        kinds = {"/desk.js": "text/javascript; charset=utf-8", "/desk.css": "text/css; charset=utf-8"}
        if path not in kinds:
            return None
        return Reply((HERE / path[1:]).read_bytes(), kind=kinds[path], headers={"Cache-Control": "no-cache"})


def address(*words: str, **query: str) -> str:
    """Return an address of the desk."""
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items() if value)
    return "/" + "/".join(quote(word, safe="") for word in words) + (f"?{asked}" if asked else "")
