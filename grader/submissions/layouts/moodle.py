"""Moodle: ``{Full Name}_{participant id}_assignsubmission_{file|onlinetext}[_]``, as folders or in front of each file; blind ``Participant_{id}``."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from grader.submissions.entry import Entry, Part, Person, Reading
from grader.submissions.layouts.asked import Asked
from grader.submissions.tree import Node, Tree

NAME, TITLE = "moodle", "Moodle download"
# Moodle replaces underscores in names by spaces, so the first number between underscores is the participant's.
_NAMED = re.compile(
    r"(?P<name>.*?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<rest>.*))?", re.DOTALL
)
# Submission plugins that hold nothing to grade.
_BESIDE = re.compile(r".*?_\d+_assign(?:submission|feedback)_[a-z]+(?:_.*)?", re.DOTALL)
_BLIND = "Participant"


def read(tree: Tree, asked: Asked) -> Reading:
    """Return the hand-ins of a Moodle download."""
    found: dict[str, list[tuple[re.Match[str], Node]]] = defaultdict(list)
    others, ignored = [], []
    for node in tree.nodes():
        match = _NAMED.fullmatch(node.name) if node.kind in ("file", "folder") else None
        if match is not None:
            found[match["id"]].append((match, node))
        elif node.kind == "folder" and _BESIDE.fullmatch(node.name):
            ignored.append((tree.path(node.name), "holds no files of a submission"))
        else:
            others.append(node.name)
    names = Counter(matches[0][0]["name"] for matches in found.values())
    entries = [_entry(tree, participant, matches, names) for participant, matches in found.items()]
    return Reading(tuple(entries), ignored=tuple(ignored), others=tuple(others))


def _entry(tree: Tree, participant: str, matches: list[tuple[re.Match[str], Node]], names: Counter[str]) -> Entry:
    name = matches[0][0]["name"].strip()
    # The word for "participant" is in the site's language and the same for the whole class.
    blind = name == _BLIND or (len(names) == 1 and names.total() > 2) or not name
    person = Person(name=f"{name or _BLIND}_{participant}" if blind else name, id=participant)
    parts = []
    for match, node in matches:
        rest, kind = match["rest"] or "", match["kind"]
        if node.kind == "file":
            # An online text is one file, named after its plugin.
            parts.append(Part(tree.path(node.name), rest or f"{kind}.html"))
        else:
            parts.append(Part(tree.path(node.name), rest if kind == "file" else f"online text/{rest}".rstrip("/")))
    return Entry((person,), tuple(parts))
