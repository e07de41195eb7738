"""Brightspace: ``{user}-{submission} - {First Last} - {Mon D, YYYY HMM AM}``, as folders or in front of each file; each is an attempt."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, tzinfo

from grader.submissions.entry import Entry, Part, Person, Reading
from grader.submissions.layouts.asked import Asked
from grader.submissions.tree import Node, Tree

NAME, TITLE = "brightspace", "Brightspace download"
_NAMED = re.compile(
    r"(?P<user>\d+)-(?P<submission>\d+)\s+-\s+(?P<name>.+?)\s+-\s+"
    r"(?P<time>\w+\.?\s+\d{1,2},?\s+\d{4},?\s+\d{3,4}(?:\s*[AP]M)?|\d{1,2}\s+\w+\.?,?\s+\d{4},?\s+\d{3,4}(?:\s*[AP]M)?)"
    r"(?:\s+-\s+(?P<file>.+))?",
    re.DOTALL | re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(
    r"(?:(?P<month>[a-z]+)\.?\s+(?P<day>\d{1,2})|(?P<day_first>\d{1,2})\s+(?P<month_second>[a-z]+)\.?),?\s+(?P<year>\d{4}),?\s+"
    r"(?P<hour>\d{1,2}?)(?P<minute>\d{2})(?:\s*(?P<half>[ap])m)?",
    re.IGNORECASE,
)
_OWN = frozenset({"index.html"})


def read(tree: Tree, asked: Asked) -> Reading:
    """Return the hand-ins of a Brightspace download: the newest attempt of each student."""
    found: dict[str, dict[tuple[datetime | None, int], list[tuple[re.Match[str], Node]]]] = defaultdict(dict)
    others = []
    for node in tree.nodes():
        match = _NAMED.fullmatch(node.name) if node.kind in ("file", "folder") else None
        if match is not None:
            attempt = _moment(match["time"], asked.zone), int(match["submission"][:18])
            found[match["user"]].setdefault(attempt, []).append((match, node))
        elif node.name not in _OWN:
            others.append(node.name)
    entries, older = [], []
    for user, attempts in found.items():
        *before, last = sorted(attempts, key=_order)
        entries.append(_entry(tree, user, attempts[last], 1 + len(before), last[0]))
        older += [tree.path(node.name) for attempt in before for _, node in attempts[attempt]]
    return Reading(tuple(entries), tuple(older), others=tuple(others))


def _order(attempt: tuple[datetime | None, int]) -> tuple[float, int]:
    at, submission = attempt
    return (at.timestamp() if at else 0.0), submission


def _entry(tree: Tree, user: str, nodes: list[tuple[re.Match[str], Node]], attempt: int, at: datetime | None) -> Entry:
    person = Person(name=nodes[0][0]["name"].strip(), id=user)
    parts = tuple(Part(tree.path(node.name), match["file"] or "") for match, node in nodes)
    return Entry((person,), parts, attempt, at)


def _moment(text: str, zone: tzinfo) -> datetime | None:
    """Return the time in a folder's name, which has no colon; None if the month is in another language."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    month = (match["month"] or match["month_second"]).lower()[:3]
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    try:
        day = int(match["day"] or match["day_first"])
        return datetime(int(match["year"]), _MONTHS.index(month) + 1, day, hour, int(match["minute"]), tzinfo=zone)
    except ValueError:
        return None
