"""Gradescope: ``submission_metadata.yml`` beside ``submission_{id}`` folders; several submitters are a group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from grader.submissions.entry import Entry, Part, Person, Reading
from grader.submissions.layouts.asked import Asked
from grader.submissions.tree import Node, Tree

NAME, TITLE = "gradescope", "Gradescope export"
METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"submission_(?P<id>\d+)(?:\.\w+)?")


def read(tree: Tree, asked: Asked) -> Reading:
    """Return the hand-ins of a Gradescope export."""
    nodes = tree.nodes()
    has_metadata = any(node.name == METADATA and node.kind == "file" for node in nodes)
    known = _metadata(tree.text(METADATA)) if has_metadata else {}
    entries, others = [], []
    for node in nodes:
        match = _FOLDER.fullmatch(node.name) if node.kind in ("file", "folder") else None
        if match is not None and (has_metadata or asked.insisted):
            entries.append(_entry(tree, node, match["id"], known.get(node.name)))
        elif node.name != METADATA:
            others.append(node.name)
    return Reading(tuple(entries), others=tuple(others))


def _metadata(content: bytes) -> Mapping[str, Any]:
    """Return what the export says about its folders; an empty mapping if it cannot be read."""
    if not content:
        return {}
    import yaml

    # Both loaders are safe; the C one, if PyYAML was built with it, is fifty times as fast.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = yaml.load(content, loader)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError):
        return {}
    return found if isinstance(found, dict) else {}


def _entry(tree: Tree, node: Node, submission: str, told: Any) -> Entry:
    told = told if isinstance(told, dict) else {}
    submitters = told.get(":submitters")
    people = (
        tuple(_person(each) for each in submitters if isinstance(each, dict)) if isinstance(submitters, list) else ()
    )
    remark = ""
    if not any(person.label for person in people):
        people = (Person(name=node.name, id=submission),)
        remark = f"{METADATA} does not say whose this is"
    part = Part(tree.path(node.name), node.name if node.kind == "file" else "")
    history = told.get(":history")
    attempt = 1 + len(history) if isinstance(history, list) else None
    return Entry(people, (part,), attempt, _moment(told.get(":created_at")), remark=remark)


def _person(told: Mapping[Any, Any]) -> Person:
    name, number, email = (_text(told.get(key)) for key in (":name", ":sid", ":email"))
    return Person(name=name, id=number or email, email=email, number=number)


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _moment(value: Any) -> datetime | None:
    """Return when it was handed in; a time without an offset is UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip().replace(" UTC", "+00:00"))
        except ValueError:
            return None
    if not isinstance(value, datetime) or not isinstance(value, date):
        return None
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
