"""NYCU's E3, which is a Moodle: the name of a folder begins or ends with the student's number."""

from __future__ import annotations

import re
from dataclasses import replace

from grader.submissions.entry import Entry, Reading
from grader.submissions.layouts import moodle
from grader.submissions.layouts.asked import Asked
from grader.submissions.tree import Tree

NAME, TITLE = "e3", "E3 (Moodle) download"
_NUMBERED = re.compile(
    r"(?P<before>[A-Za-z]?\d{6,10})[ _\-]*(?P<name>[^\d_].*)|(?P<name_first>.*[^\d _\-(])[ _\-(]+(?P<behind>[A-Za-z]?\d{6,10})\)?",
    re.DOTALL,
)


def read(tree: Tree, asked: Asked) -> Reading:
    """Return the hand-ins of an E3 download; without numbers it is read as plain Moodle unless E3 was asked for."""
    reading = moodle.read(tree, asked)
    entries = tuple(map(_with_number, reading.entries))
    numbered = sum(bool(entry.people[0].number) for entry in entries)
    if 2 * numbered <= len(entries) and not asked.insisted:
        return Reading(others=tuple(node.name for node in tree.nodes()))
    return replace(reading, entries=entries)


def _with_number(entry: Entry) -> Entry:
    (person,) = entry.people
    match = _NUMBERED.fullmatch(person.name)
    if match is None:
        return entry
    number, name = match["before"] or match["behind"], match["name"] or match["name_first"]
    return replace(entry, people=(replace(person, name=name.strip(), number=number),))
