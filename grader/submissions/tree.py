"""A tree of names, of a folder or of a zip, as a layout sees it. Pure, but for the few texts that a layout asks for."""

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
    """What was downloaded, seen from one of its folders.

    ``listed`` returns what lies in a folder, sorted by name, what nobody hands in left out; ``read`` the bytes of a small text, none
    when it cannot be read. Both take a path below the root; ``name`` is that of the folder one stands in, or of the zip.
    """

    name: str
    listed: Callable[[str], tuple[Node, ...]]
    read: Callable[[str], bytes]
    place: str = ""

    def path(self, name: str) -> str:
        """Return the path of what has this name, or this path from here, from the root."""
        return f"{self.place}/{name}" if self.place else name

    def nodes(self, name: str = "") -> tuple[Node, ...]:
        """Return what lies here, or in a folder of this path from here."""
        return self.listed(self.path(name) if name else self.place)

    def text(self, name: str) -> bytes:
        """Return the bytes of a text that lies here."""
        return self.read(self.path(name))

    def inside(self, name: str) -> Tree:
        """Return the same tree, seen from a folder that lies here."""
        return replace(self, name=name, place=self.path(name))

    def above(self) -> Tree | None:
        """Return the same tree, seen from the folder above; None at the root."""
        above = self.place.rpartition("/")[0]
        return replace(self, name=above.rpartition("/")[2], place=above) if self.place else None


def tree_of(name: str, paths: Iterable[tuple[str, Kind]], read: Callable[[str], bytes] | Mapping[str, bytes]) -> Tree:
    """Return the tree that has these paths, with ``/`` between the parts; folders need not be named."""
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
