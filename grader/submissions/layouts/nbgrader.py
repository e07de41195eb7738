"""Nbgrader: ``submitted/{student}/{assignment}/{notebook}.ipynb``, with ``timestamp.txt`` beside the notebooks."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from grader.errors import UsageError
from grader.submissions.entry import Entry, Part, Person, Reading
from grader.submissions.layouts.asked import Asked
from grader.submissions.tree import Tree

NAME, TITLE = "nbgrader", "nbgrader's submitted"
TIMESTAMP = "timestamp.txt"
_TIME = re.compile(r"(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d*\s*(?P<zone>\S*)")


def read(tree: Tree, asked: Asked) -> Reading:
    """Return the hand-ins of one assignment below ``submitted``.

    Raises
    ------
    UsageError
        If there are several assignments, and none has a name of the one to grade.
    """
    held = {node.name: _assignments(tree, node.name, asked) for node in tree.nodes() if node.kind == "folder"}
    others = [node.name for node in tree.nodes() if node.kind != "folder" or not held[node.name]]
    times = Counter(name for assignments in held.values() for name in assignments)
    chosen = _chosen(times, asked, sum(map(bool, held.values())), len(tree.nodes()))
    entries, ignored = [], []
    for student, assignments in held.items():
        for assignment in assignments:
            path = f"{student}/{assignment}"
            if assignment == chosen:
                at = _moment(tree.text(f"{path}/{TIMESTAMP}"), asked.zone)
                entries.append(Entry((Person(login=student, id=student),), (Part(tree.path(path), ""),), submitted=at))
            else:
                ignored.append((tree.path(path), "is another assignment"))
    return Reading(tuple(entries), ignored=tuple(ignored), others=tuple(others))


def _assignments(tree: Tree, student: str, asked: Asked) -> list[str]:
    """Return the folders of a student that hold what nbgrader has collected."""
    folders = [node.name for node in tree.nodes(student) if node.kind == "folder"]
    sure = asked.insisted or tree.name == "submitted"
    return [name for name in folders if _is_collected(tree, f"{student}/{name}", sure)]


def _is_collected(tree: Tree, path: str, sure: bool) -> bool:
    names = {node.name for node in tree.nodes(path) if node.kind == "file"}
    return TIMESTAMP in names or (sure and any(name.lower().endswith(".ipynb") for name in names))


def _chosen(times: Counter[str], asked: Asked, students: int, most: int) -> str | None:
    """Return the assignment to grade."""
    if not times or 2 * students <= most:
        return next(iter(times), None)
    named = next((name for name in asked.assignment if name in times), None)
    if named is not None or len(times) == 1:
        return named or next(iter(times))
    listed = ", ".join(f"{name} ({count} students)" for name, count in sorted(times.items()))
    example = min(times)
    raise UsageError(
        f"The folder holds hand-ins of several assignments: {listed}. Say which with --layout nbgrader:NAME, such as "
        f"--layout nbgrader:{example}"
    )


def _moment(content: bytes, zone: tzinfo) -> datetime | None:
    match = _TIME.match(content[:200].decode("utf-8", "replace").strip())
    if match is None:
        return None
    try:
        at = datetime.fromisoformat(match["time"])
        named = match["zone"]
        if named.startswith(("+", "-")):
            return datetime.fromisoformat(f"{at.isoformat()}{named}")
        return at.replace(tzinfo=ZoneInfo(named) if named else zone)
    except (KeyError, ValueError, OSError):
        return None
