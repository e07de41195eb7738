"""Blackboard: one flat folder, ``{hw}_{user}_attempt_{YYYY-MM-DD-HH-MM-SS}_{file}``, and a text for each attempt that names its author."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, tzinfo

from grader.submissions.entry import Entry, Part, Person, Reading
from grader.submissions.layouts.asked import Asked
from grader.submissions.tree import Tree

NAME, TITLE = "blackboard", "Blackboard download"
_NAMED = re.compile(
    r"(?P<head>.+?)_attempt_(?P<time>\d{4}(?:-\d{2}){5})(?:_(?P<file>.+)|(?P<receipt>\.txt))", re.DOTALL
)
_AUTHOR = re.compile(r"(?m)^Name: *(?P<name>.*?) *\((?P<login>[^()\r\n]+)\) *\r?$")


def read(tree: Tree, asked: Asked) -> Reading:
    """Return the hand-ins of a Blackboard download: the newest attempt of each student."""
    found: dict[str, dict[str, list[re.Match[str]]]] = defaultdict(lambda: defaultdict(list))
    others = []
    for node in tree.nodes():
        match = _NAMED.fullmatch(node.name) if node.kind in ("file", "folder") else None
        if match is None:
            others.append(node.name)
        else:
            found[match["head"]][match["time"]].append(match)
    assignment = _assignment(tree, found)
    entries, older = [], []
    for head, attempts in found.items():
        *before, last = sorted(attempts)
        matches = attempts[last]
        parts = tuple(Part(tree.path(match.string), match["file"]) for match in matches if match["file"])
        person = _author(tree, [match for each in attempts.values() for match in each])
        login = head.removeprefix(f"{assignment}_")
        person = person or Person(login=login, id=login)
        entries.append(Entry((person,), parts, len(attempts), _moment(last, asked.zone)))
        older += [tree.path(match.string) for time in before for match in attempts[time] if match["file"]]
    return Reading(tuple(entries), tuple(older), others=tuple(others))


def _assignment(tree: Tree, found: dict[str, dict[str, list[re.Match[str]]]]) -> str:
    """Return the part of every name before the user: taken from a text that names one, or the longest common prefix."""
    for head, attempts in found.items():
        person = _author(tree, [match for each in attempts.values() for match in each])
        if person is not None and head.endswith(f"_{person.login}"):
            return head[: -len(person.login) - 1]
    heads = sorted(found)
    if len(heads) == 1:
        return heads[0].rpartition("_")[0]
    alike = 0
    while heads and all(head[: alike + 1] == heads[0][: alike + 1] for head in heads) and alike < len(heads[0]):
        alike += 1
    return heads[0][:alike].rpartition("_")[0] if heads else ""


def _author(tree: Tree, matches: list[re.Match[str]]) -> Person | None:
    """Return the person named in the text of an attempt, if the file's own name agrees."""
    for match in matches:
        if match["receipt"]:
            named = _AUTHOR.search(tree.text(match.string).decode("utf-8-sig", "replace"))
            if named is not None and match["head"].endswith(f"_{named['login']}"):
                return Person(name=named["name"], id=named["login"], login=named["login"])
    return None


def _moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S").replace(tzinfo=zone)
    except ValueError:
        return None
