"""GitHub Classroom: ``{slug}-submissions/{slug}-{username}``; a grades CSV beside them, if there is one, names the students."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

from grader.submissions.entry import Entry, Part, Person, Reading
from grader.submissions.layouts.asked import Asked
from grader.submissions.tree import Tree

NAME, TITLE = "github", "GitHub Classroom clone"
_ROOT = "-submissions"
_REPOSITORY = "student_repository_name"


def read(tree: Tree, asked: Asked) -> Reading:
    """Return the hand-ins of a GitHub Classroom clone; a name is never split at a hyphen unless the slug is known."""
    slug = tree.name[: -len(_ROOT)] if tree.name.endswith(_ROOT) else ""
    grades: dict[str, list[dict[str, str]]] = defaultdict(list)
    own = _read_tables(tree, grades)
    above = tree.above()
    if above is not None:
        _read_tables(above, grades)
    entries, others = [], []
    for node in tree.nodes():
        rows = grades.get(node.name)
        login = node.name.removeprefix(f"{slug}-") if slug else ""
        known = rows or (login and login != node.name) or (asked.insisted and not slug)
        if node.kind == "folder" and known:
            people = tuple(map(_person, rows)) if rows else (Person(login=login or node.name),)
            at = max(filter(None, map(_moment, rows or ())), default=None)
            entries.append(Entry(people, (Part(tree.path(node.name), ""),), submitted=at))
        elif node.name not in own:
            others.append(node.name)
    return Reading(tuple(entries), others=tuple(others))


def _read_tables(tree: Tree, grades: dict[str, list[dict[str, str]]]) -> list[str]:
    """Read the grades CSVs in a folder and return their names."""
    tables = [node.name for node in tree.nodes() if node.kind == "file" and node.name.lower().endswith(".csv")]
    return [name for name in tables if _take_grades(tree.text(name), grades)]


def _take_grades(content: bytes, grades: dict[str, list[dict[str, str]]]) -> bool:
    """Add the rows of a grades CSV by repository, and return whether it is such a CSV."""
    text = content.decode("utf-8-sig", "replace")
    try:
        rows = csv.DictReader(io.StringIO(text))
        if _REPOSITORY not in (rows.fieldnames or ()):
            return False
        for row in rows:
            name = row[_REPOSITORY] or ""
            grades[name.rpartition("/")[2]].append({key: value for key, value in row.items() if isinstance(value, str)})
    except csv.Error:
        return False
    return True


def _person(row: Mapping[str, str]) -> Person:
    identifier = row.get("roster_identifier", "").strip()
    email = identifier if "@" in identifier else ""
    login = row.get("github_username", "").strip()
    return Person(id=identifier or login, login=login, email=email)


def _moment(row: Mapping[str, str]) -> datetime | None:
    text = row.get("submission_timestamp", "").strip().replace(" UTC", "+00:00").replace("Z", "+00:00")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
