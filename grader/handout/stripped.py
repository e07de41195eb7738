"""Removes the hidden checks from a file, together with everything that only they used."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def stripped(text: str, hidden: frozenset[str]) -> str:
    """Return a file of checks without the functions named in ``hidden``.

    Helpers, constants and imports that nothing else in the file uses are removed too. The rest stays unchanged.
    """
    tree = ast.parse(text)
    kept = [node for node in tree.body if getattr(node, "name", None) not in hidden]
    if len(kept) == len(tree.body):
        return text
    body = _in_use(kept, _leftover(tree, kept))
    lines = text.splitlines()
    for node in tree.body:
        if node not in body:
            first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
            _blank(lines, first, node.end_lineno or node.lineno)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            wanted = [
                alias
                for alias in node.names
                if _bound(alias) in _used(body) or _bound(alias) not in _candidates(tree, kept)
            ]
            if len(wanted) < len(node.names):
                _blank(lines, node.lineno, node.end_lineno or node.lineno)
                lines[node.lineno - 1] = ast.unparse(_import(node, wanted))
    return _tidy(lines)


def _import(node: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> ast.stmt:
    if isinstance(node, ast.Import):
        return ast.Import(names)
    return ast.ImportFrom(node.module, names, node.level)


def _candidates(tree: ast.Module, kept: list[ast.stmt]) -> set[str]:
    """Return the names used only by what was removed."""
    return _used([node for node in tree.body if node not in kept])


def _leftover(tree: ast.Module, kept: list[ast.stmt]) -> set[str]:
    """Return the names used by what was removed, and by the helpers that only it used."""
    names = _candidates(tree, kept)
    while True:
        helpers = [
            node
            for node in kept
            if set(_defined(node)) & names and not set(_defined(node)) & _used_by_others(kept, node)
        ]
        more = names | _used(helpers)
        if more == names:
            return names
        names = more


def _in_use(kept: list[ast.stmt], leftover: set[str]) -> list[ast.stmt]:
    """Return the statements without those that define only unused names."""
    while True:
        body = [
            node
            for node in kept
            if not (set(_defined(node)) and set(_defined(node)) <= leftover)
            or any(name.startswith("check_") for name in _defined(node))
            or set(_defined(node)) & _used_by_others(kept, node)
        ]
        if len(body) == len(kept):
            return body
        kept = body


def _used_by_others(body: list[ast.stmt], node: ast.stmt) -> set[str]:
    return _used([other for other in body if other is not node])


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [_bound(alias) for alias in node.names]
    return []


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _used(body: list[ast.stmt]) -> set[str]:
    return {part.id for node in body for part in ast.walk(node) if isinstance(part, ast.Name)}


def _blank(lines: list[str], first: int, last: int) -> None:
    for number in range(first - 1, last):
        lines[number] = ""


def _tidy(lines: list[str]) -> str:
    """Return lines with at most two empty ones in a row, and without comments whose code was removed."""
    return "\n".join(_squeezed(lines)).strip("\n") + "\n"


def _squeezed(lines: list[str]) -> Iterator[str]:
    empty = 0
    for line in lines:
        empty = 0 if line.strip() else empty + 1
        if empty <= 2:
            yield line
