"""The tree of names in a folder or zip, as a layout sees it. Pure, except for the few texts that a layout reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["file", "folder", "link", "other"]


@dataclass(frozen=True, order=True)
class Node:
    """A name in a folder."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Tree:
    """A download, seen from one of its folders.

    ``listed`` returns the entries of a folder, sorted by name, without files that programs leave; ``read`` returns the
    bytes of a small text, none if it cannot be read. Both take a path from the root. ``name`` is the name of the current
    folder, or of the zip.
    """

    name: str
    listed: Callable[[str], tuple[Node, ...]]
    read: Callable[[str], bytes]
    place: str = ""

    def path(self, name: str) -> str:
        """Return the path from the root of a name, or of a path from here."""
        return f"{self.place}/{name}" if self.place else name

    def nodes(self, name: str = "") -> tuple[Node, ...]:
        """Return the entries here, or in the folder at this path from here."""
        return self.listed(self.path(name) if name else self.place)

    def text(self, name: str) -> bytes:
        """Return the bytes of a text in this folder."""
        return self.read(self.path(name))

    def inside(self, name: str) -> Tree:
        """Return the same tree, seen from a folder in this one."""
        return replace(self, name=name, place=self.path(name))

    def above(self) -> Tree | None:
        """Return the same tree, seen from the parent folder; None at the root."""
        above = self.place.rpartition("/")[0]
        return replace(self, name=above.rpartition("/")[2], place=above) if self.place else None


def tree_of(name: str, paths: Iterable[tuple[str, Kind]], read: Callable[[str], bytes] | Mapping[str, bytes]) -> Tree:
    """Return the tree with these ``/``-separated paths; folders need not be listed."""
    folders: dict[str, set[Node]] = {"": set()}
    for path, kind in paths:
        above, _, last = path.rpartition("/")
        folders.setdefault(above, set()).add(Node(last, kind))
        while above:
            above, _, last = above.rpartition("/")
            folders.setdefault(above, set()).add(Node(last, "folder"))
    listed = {folder: tuple(sorted(nodes)) for folder, nodes in folders.items()}
    texts = read if callable(read) else lambda path: read.get(path, b"")
    return Tree(name, lambda folder: listed.get(folder, ()), texts)
