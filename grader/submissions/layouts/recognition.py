"""Recognises which system a tree of names comes from. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from grader.errors import UsageError
from grader.submissions.endings import is_no_code
from grader.submissions.entry import Reading
from grader.submissions.layouts import (
    blackboard,
    brightspace,
    canvas,
    e3,
    github,
    gradescope,
    moodle,
    nbgrader,
    plain,
)
from grader.submissions.layouts.asked import Asked
from grader.submissions.tree import Tree

# How many wrapper folders are opened: the platform's, and those added by archive programs.
MAX_WRAPPERS = 3


@dataclass(frozen=True)
class Layout:
    """How one system lays out a download; ``read`` is its pure function."""

    name: str
    title: str
    read: Callable[[Tree, Asked], Reading]


# The first that fits is taken, so the most distinctive names come first.
LAYOUTS = {
    module.NAME: Layout(module.NAME, module.TITLE, module.read)
    for module in (gradescope, e3, moodle, brightspace, blackboard, canvas, nbgrader, github, plain)
}


@dataclass(frozen=True)
class Recognised:
    """A tree that a layout has read."""

    layout: Layout
    tree: Tree
    reading: Reading


def recognise(tree: Tree, asked: Asked, name: str | None = None) -> Recognised | None:
    """Return the tree as read by the layout that fits it, looking inside wrapper folders; None if no layout fits.

    Parameters
    ----------
    tree : Tree
    asked : Asked
    name : str or None
        The layout to use, chosen by the instructor.

    Raises
    ------
    UsageError
        If nothing in the tree is named as that layout requires.
    """
    if name is not None:
        return _insisted(tree, asked, LAYOUTS[name])
    for seen in _unwrapped(tree):
        for layout in LAYOUTS.values():
            if layout.name != plain.NAME and (reading := _fitting(seen, asked, layout)) is not None:
                return Recognised(layout, seen, reading)
    return None


def _unwrapped(tree: Tree) -> Iterator[Tree]:
    """Yield the tree, then the content of a folder that is the only thing in it that could be graded."""
    for _ in range(MAX_WRAPPERS + 1):
        yield tree
        nodes = tree.nodes()
        folders = [node for node in nodes if node.kind == "folder"]
        if len(folders) != 1 or not all(node in folders or is_no_code(node.name) for node in nodes):
            return
        tree = tree.inside(folders[0].name)


def _fitting(tree: Tree, asked: Asked, layout: Layout) -> Reading | None:
    """Return a layout's reading of a tree, if it fits the names of more than half of the possible hand-ins."""
    reading = layout.read(tree, asked)
    kinds = {node.name: node.kind for node in tree.nodes()}
    doubtful = [name for name in reading.others if kinds[name] == "folder" or not is_no_code(name)]
    named = len(kinds) - len(reading.others)
    return reading if reading.entries and named > len(doubtful) else None


def _insisted(tree: Tree, asked: Asked, layout: Layout) -> Recognised:
    asked = replace(asked, insisted=True)
    levels = [*_unwrapped(tree)]
    if layout.name == plain.NAME:
        levels = levels[1:2] or levels  # any further folder is a student's own
    for seen in levels:
        reading = layout.read(seen, asked)
        if reading.entries:
            return Recognised(layout, seen, reading)
    raise UsageError(
        f"Nothing in {tree.name} is named as in the layout {layout.name}; leave --layout out to have the layout recognised, "
        f"or give another one: {', '.join(LAYOUTS)}."
    )
