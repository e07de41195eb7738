"""Which system a tree of names comes from. Pure."""

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

# A wrapper folder, and what an archive program puts around it.
MAX_WRAPPERS = 3


@dataclass(frozen=True)
class Layout:
    """How one system lays out a download; ``read`` is its pure function."""

    name: str
    title: str
    read: Callable[[Tree, Asked], Reading]


# The first that fits is taken: those that are named most unlike anything else come first.
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
    """Return what the tree is, below as many wrapper folders as there are; None when it is no system's.

    Parameters
    ----------
    tree : Tree
    asked : Asked
    name : str or None
        The layout that a person insists on.

    Raises
    ------
    UsageError
        When nothing in the tree is named as that layout has it.
    """
    if name is not None:
        return _insisted(tree, asked, LAYOUTS[name])
    for seen in _unwrapped(tree):
        for layout in LAYOUTS.values():
            if layout.name != plain.NAME and (reading := _fitting(seen, asked, layout)) is not None:
                return Recognised(layout, seen, reading)
    return None


def _unwrapped(tree: Tree) -> Iterator[Tree]:
    """Yield the tree, and what is in a folder beside which nothing could be graded."""
    for _ in range(MAX_WRAPPERS + 1):
        yield tree
        nodes = tree.nodes()
        folders = [node for node in nodes if node.kind == "folder"]
        if len(folders) != 1 or not all(node in folders or is_no_code(node.name) for node in nodes):
            return
        tree = tree.inside(folders[0].name)


def _fitting(tree: Tree, asked: Asked, layout: Layout) -> Reading | None:
    """Return how a layout reads a tree, if more than half of what may be hand-ins is named as it has it."""
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
        f"Nothing in {tree.name} is named as in a download of the layout {layout.name}; leave --layout out to have it "
        f"recognised, or give another one: {', '.join(LAYOUTS)}."
    )
