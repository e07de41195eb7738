"""A request and its reply as plain values: what pages are functions of, without a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Session:
    """Who asks: the name that stands in the gradebook, and the token that belongs into every form."""

    id: str
    author: str
    token: str


@dataclass(frozen=True)
class Request:
    """What a browser asks for.

    ``by_script`` says that our own script asks and wants JSON; ``skip`` names answers whose marks are under way, or will be when
    the page that is asked for is shown: what comes next is none of these.
    """

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, Sequence[str]]
    session: Session
    by_script: bool = False
    skip: frozenset[str] = frozenset()

    def one(self, name: str) -> str:
        """Return a field of a form, stripped; empty where it is not there."""
        found = self.form.get(name)
        return found[0].strip() if found else ""

    def many(self, name: str) -> list[str]:
        """Return all values of a field."""
        return list(self.form.get(name, ()))


@dataclass(frozen=True)
class Reply:
    """What is answered; ``styles`` and ``scripts`` are texts of ours within the page, which its policy allows by their digests."""

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
    """Return an answer for our script."""
    return Reply(json.dumps(values).encode("ascii"), status, "application/json")


def go(place: str) -> Reply:
    """Send a browser elsewhere on the desk after a form was taken."""
    return Reply(status=303, headers={"Location": place})


def plain(text: str, status: int) -> Reply:
    """Return a sentence."""
    return Reply(text.encode("utf-8", "backslashreplace") + b"\n", status, "text/plain; charset=utf-8")
