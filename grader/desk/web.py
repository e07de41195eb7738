"""Requests and replies as plain values, so that pages are functions that need no server."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Session:
    """The user's session: the name used in the gradebook, and the token that every form must have."""

    id: str
    author: str
    token: str


@dataclass(frozen=True)
class Request:
    """A request from a browser.

    ``by_script`` says that our own script asks and expects JSON; ``skip`` names answers whose marks are being sent, or will
    be by the time the page is shown, so the next answer must not be one of them.
    """

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, Sequence[str]]
    session: Session
    by_script: bool = False
    skip: frozenset[str] = frozenset()

    def one(self, name: str) -> str:
        """Return a field of a form, stripped; empty if it is missing."""
        found = self.form.get(name)
        return found[0].strip() if found else ""

    def many(self, name: str) -> list[str]:
        """Return all values of a field."""
        return list(self.form.get(name, ()))


@dataclass(frozen=True)
class Reply:
    """A reply; ``styles`` and ``scripts`` are our texts in the page, allowed in its policy by their digests."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    styles: Sequence[str] = ()
    scripts: Sequence[str] = ()


Page = Callable[..., Reply]


def html(text: str, status: int = 200, *, styles: Sequence[str] = (), scripts: Sequence[str] = ()) -> Reply:
    """Return a page."""
    return Reply(text.encode("utf-8", "backslashreplace"), status, styles=styles, scripts=scripts)


def told(status: int = 200, **values: Any) -> Reply:
    """Return a JSON reply for our script."""
    return Reply(json.dumps(values).encode("ascii"), status, "application/json")


def go(place: str) -> Reply:
    """Return a redirect to another page of the desk, after a form was processed."""
    return Reply(status=303, headers={"Location": place})


def plain(text: str, status: int) -> Reply:
    """Return a sentence as plain text."""
    return Reply(text.encode("utf-8", "backslashreplace") + b"\n", status, "text/plain; charset=utf-8")
