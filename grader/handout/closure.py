"""Finds the modules of the grader that a bundle needs, by reading their imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "grader"


def closure(modules: list[str]) -> dict[str, str]:
    """Return the texts of the modules and of all our modules that they import, by path, such as ``grader/errors.py``.

    Parameters
    ----------
    modules : list of str
        Dotted names.
    """
    found: dict[str, str] = {}
    waiting = [path for name in modules for path in _files(name)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            text = found[path] = (ROOT / path).read_text(encoding="utf-8")
            waiting += [file for name in imported(text) for file in _files(name)]
    return dict(sorted(found.items()))


def imported(text: str) -> Iterator[str]:
    """Yield the full names of all our modules and names that a text imports, anywhere in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] == PACKAGE)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == PACKAGE:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files(name: str) -> list[str]:
    """Return the files for a name: the packages above it and the module, which may be the one that defines it."""
    words = name.split(".")
    found = []
    for end in range(1, len(words) + 1):
        base = "/".join(words[:end])
        if (ROOT / base / "__init__.py").is_file():
            found.append(f"{base}/__init__.py")
        elif (ROOT / f"{base}.py").is_file():
            found.append(f"{base}.py")
    return found
