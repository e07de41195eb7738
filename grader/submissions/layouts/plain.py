"""A plain class inside a zip: one entry per student, named after its author; ``grader.submissions.folder`` reads folders."""

from __future__ import annotations

from collections import defaultdict

from grader.submissions.endings import PERHAPS_CODE, ending_of, holds_code, is_no_code, is_nobodys, student_of
from grader.submissions.entry import Entry, Part, Person, Reading
from grader.submissions.layouts.asked import Asked
from grader.submissions.tree import Node, Tree

NAME, TITLE = "plain", "Plain folder"


def read(tree: Tree, asked: Asked) -> Reading:
    """Return one hand-in per name; several entries with the same name are one hand-in."""
    found: dict[str, list[Node]] = defaultdict(list)
    ignored = []
    for node in tree.nodes():
        reason = _reason_to_ignore(tree, node)
        if reason:
            ignored.append((tree.path(node.name), reason))
        else:
            found[student_of(node.name, is_folder=node.kind == "folder")].append(node)
    return Reading(tuple(_entry(tree, name, nodes) for name, nodes in found.items()), ignored=tuple(ignored))


def _reason_to_ignore(tree: Tree, node: Node) -> str:
    if node.kind == "link":
        return "is a link, and links are not followed"
    if node.kind == "other":
        return "is neither a file nor a folder"
    code = (
        ending_of(node.name) in PERHAPS_CODE
        and node.kind == "file"
        and holds_code(tree.text(node.name)[:65536], ending_of(node.name))
    )
    if is_nobodys(node.name) or (node.kind == "file" and is_no_code(node.name) and not code):
        return "is not a submission"
    return ""


def _entry(tree: Tree, name: str, nodes: list[Node]) -> Entry:
    alone = len(nodes) == 1 and nodes[0].kind == "folder"
    parts = tuple(Part(tree.path(node.name), "" if alone else node.name) for node in nodes)
    return Entry((Person(login=name),), parts)
