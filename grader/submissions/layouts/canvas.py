"""Canvas: one flat folder, ``{name}[_LATE]_{user id}_{attachment id}_{file}``; anonymous ``[LATE_]anon_{id}_{attachment id}_{file}``."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from grader.submissions.entry import Entry, Part, Person, Reading
from grader.submissions.layouts.asked import Asked
from grader.submissions.tree import Tree

NAME, TITLE = "canvas", "Canvas download"
# Canvas reduces "Last, First" to its word characters, in lower case.
_NAMED = re.compile(
    r"(?P<name>(?!anon_)\w+?)(?P<late>_LATE)?_(?P<user>\d+)_(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<entry>text\.html|link\.html))",
    re.DOTALL,
)
_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?anon_(?P<user>[A-Za-z0-9]+)_(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<entry>text\.html|link\.html))",
    re.DOTALL,
)
# Canvas adds this to the name of a file that was handed in again.
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<number>\d{1,3})(?P<ending>(?:\.\w+)+)", re.DOTALL)


@dataclass(frozen=True)
class _File:
    """One file of a student; ``number`` counts resubmissions and is 0 for the first hand-in."""

    node: str
    name: str
    stem: str
    number: int
    attachment: int


def read(tree: Tree, asked: Asked) -> Reading:
    """Return the hand-ins of a Canvas download."""
    found: dict[str, list[re.Match[str]]] = defaultdict(list)
    others = []
    for node in tree.nodes():
        match = _matched(node.name) if node.kind in ("file", "folder") else None
        if match is None:
            others.append(node.name)
        else:
            found[match["user"]].append(match)
    given = _given(found)
    entries, older = [], []
    for user, matches in found.items():
        entry, replaced = _entry(tree, user, matches, given)
        entries.append(entry)
        older += replaced
    return Reading(tuple(entries), tuple(older), others=tuple(others))


def _matched(name: str) -> re.Match[str] | None:
    match = _ANONYMOUS.fullmatch(name)
    if match is None:
        match = _NAMED.fullmatch(name)
        if match is not None and any(letter.isupper() for letter in match["name"]):
            return None
    return match


def _given(found: dict[str, list[re.Match[str]]]) -> frozenset[str]:
    """Return the file names that half of the class has; a number in them belongs to the name the class was given."""
    times: dict[str, int] = defaultdict(int)
    for matches in found.values():
        for name in {match["file"] for match in matches if match["file"]}:
            times[name] += 1
    return frozenset(name for name, count in times.items() if count >= 3 and 2 * count >= len(found))


def _entry(tree: Tree, user: str, matches: list[re.Match[str]], given: frozenset[str]) -> tuple[Entry, list[str]]:
    """Return one student's hand-in with the newest file of each original name, and the files these replace."""
    newest: dict[str, _File] = {}
    older = []
    files = sorted((_file(match, given) for match in matches), key=lambda file: (file.number, file.attachment))
    for file in files:
        if file.stem in newest:
            older.append(tree.path(newest[file.stem].node))
        newest[file.stem] = file
    first = matches[0]
    anonymous = first.re is _ANONYMOUS
    person = Person(name=f"anon_{user}" if anonymous else first["name"], id=user)
    entry = Entry(
        (person,),
        tuple(Part(tree.path(file.node), file.stem) for file in newest.values()),
        attempt=1 + max(file.number for file in files),
        late=any(match["late"] for match in matches),
    )
    return entry, older


def _file(match: re.Match[str], given: frozenset[str]) -> _File:
    name = match["file"] or match["entry"]
    again = _AGAIN.fullmatch(name) if name not in given else None
    stem, number = (f"{again['stem']}{again['ending']}", int(again["number"])) if again else (name, 0)
    return _File(match.string, name, stem, number, int((match["attachment"] or "0")[:18]))
