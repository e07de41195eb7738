"""The cells of a marimo notebook, which is a script with a function for each cell.

A cell's arguments are the names that it needs, and it returns those that it makes; the order in the file means nothing.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_APP = "app"
_CELL = frozenset({"cell", "function", "class_definition"})


@dataclass(frozen=True)
class Part:
    """The code of one cell, the line of the file where it begins, and the names that it needs and makes."""

    text: str
    line: int
    needs: frozenset[str]
    makes: frozenset[str]


def parts_of(tree: ast.Module, text: str) -> list[Part]:
    """Return the cells of a marimo notebook in an order in which they can run; none for any other script."""
    imports = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    waiting = list(_parts(tree, text)) if "marimo" in imports else []
    made_somewhere = {name for part in waiting for name in part.makes}
    ordered: list[Part] = []
    made = set[str]()
    while waiting:
        # In a circle, which marimo refuses, the first one of the file goes first.
        ready = next((part for part in waiting if not (part.needs & made_somewhere) - made), waiting[0])
        waiting.remove(ready)
        ordered.append(ready)
        made |= ready.makes
    return ordered


def _parts(tree: ast.Module, text: str) -> Iterator[Part]:
    lines = text.splitlines(keepends=True)
    for node in tree.body:
        if isinstance(node, ast.With) and any(_is_of_app(item.context_expr, {"setup"}) for item in node.items):
            yield Part(_code(node.body, lines), node.body[0].lineno, frozenset(), frozenset(_bound(node.body)))
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        elif any(_is_of_app(decorator, _CELL - {"cell"}) for decorator in node.decorator_list):
            code = "".join(lines[node.lineno - 1 : node.end_lineno])
            used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            yield Part(code, node.lineno, frozenset(used - {node.name}), frozenset({node.name}))
        elif not isinstance(node, ast.ClassDef) and any(_is_of_app(each, {"cell"}) for each in node.decorator_list):
            body = node.body[:-1] if isinstance(node.body[-1], ast.Return) else node.body
            if body:
                needs = frozenset(argument.arg for argument in node.args.args)
                yield Part(_code(body, lines), body[0].lineno, needs, frozenset(_returned(node.body[-1])))


def _is_of_app(node: ast.expr, names: frozenset[str] | set[str]) -> bool:
    """Return whether an expression is `app.cell`, or a call of it."""
    node = node.func if isinstance(node, ast.Call) else node
    return isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == _APP and node.attr in names


def _code(body: list[ast.stmt], lines: list[str]) -> str:
    first = min([body[0].lineno, *(each.lineno for each in getattr(body[0], "decorator_list", ()))])
    text = textwrap.dedent("".join(lines[first - 1 : body[-1].end_lineno]))
    try:
        ast.parse(text)
    except SyntaxError:
        # Lines of a text may stand further to the left than the code.
        return ast.unparse(ast.Module(body, [])) + "\n"
    return text


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        else:
            yield from (
                each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            )


def _returned(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Return) and node.value is not None:
        yield from (each.id for each in ast.walk(node.value) if isinstance(each, ast.Name))
