"""The text of a submission, and the places of its definitions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.sources import Source

MAX_CHARACTERS = 400_000
MAX_FILES, MAX_DEFINITIONS = 400, 2000
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def outline(sources: Iterable[Source]) -> dict[str, list[dict[str, Any]]]:
    """Return `texts` and `definitions` of the loaded sources.

    A definition is a function, a class or a method: its name, its first and last lines, and the line where the code
    after its docstring begins. If the texts are too long together, they are left out, and messages do not show their
    lines.
    """
    texts: list[dict[str, Any]] = []
    definitions: list[dict[str, Any]] = []
    left = MAX_CHARACTERS
    for source in sources:
        text = source.text or ""
        if not text.strip() or len(text) > left or len(texts) == MAX_FILES:
            continue
        left -= len(text)
        texts.append({"file": source.path[:500], "text": text})
        for name, node in _defined(source.tree.body if source.tree is not None else []):
            if len(definitions) < MAX_DEFINITIONS:
                place = {
                    "file": source.path[:500],
                    "first": node.lineno,
                    "body": _body(node),
                    "last": node.end_lineno or node.lineno,
                }
                definitions.append({"name": name[:200], **place})
    return {"texts": texts, "definitions": definitions}


def _defined(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, Any]]:
    """Yield functions, classes and their methods, including those below a condition."""
    for node in body:
        if isinstance(node, _DEFINITIONS):
            yield owner + node.name, node
            if isinstance(node, ast.ClassDef) and not owner:
                yield from _defined(node.body, f"{node.name}.")
        else:
            for block in ("body", "orelse", "finalbody"):
                yield from _defined(getattr(node, block, []), owner)


def _body(node: Any) -> int:
    """Return the line of the first statement that is not a docstring; if there is only a docstring, its line."""
    statements = node.body[1:] if ast.get_docstring(node, clean=False) is not None and node.body[1:] else node.body
    return int(statements[0].lineno)
