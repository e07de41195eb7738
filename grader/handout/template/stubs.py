"""Removes the answers from one module and leaves names, signatures and docstrings.

It works on the source lines, so that the rest keeps its formatting. Private names and comments belong to the answers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from grader.material.plan import Plan

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Block:
    """One function or class of the template, with the numbers of its tasks (none if it is given)."""

    name: str
    source: str
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Stub:
    """One module of the template.

    ``libraries`` are imports of other packages, ``siblings`` those of the same package (``from .name import ...``).
    """

    name: str
    docstring: str
    libraries: tuple[str, ...]
    siblings: tuple[str, ...]
    blocks: tuple[Block, ...]


def make_stub(module: str, source: str, plan: Plan) -> Stub:
    """Return the stub of one module.

    Raises
    ------
    AssignmentError
        If a public name is neither given nor in a task.
    """
    tree, lines = ast.parse(source), source.splitlines()
    blocks = tuple(_blocks(tree, lines, plan))
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    used = {name for block in blocks for name in _names(block.source)}
    return Stub(
        name=module,
        docstring=ast.get_docstring(tree, clean=False) or "",
        libraries=tuple(filter(None, (_trimmed(node, used) for node in imports if not _is_relative(node)))),
        siblings=tuple(ast.unparse(node) for node in imports if _is_relative(node)),
        blocks=blocks,
    )


def answer_lines(source: str, plan: Plan) -> set[str]:
    """Return the lines of a module that are part of an answer, without their indentation."""
    tree, lines = ast.parse(source), source.splitlines()
    answers: set[str] = set()
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not plan.is_given(node.name):
            answers.update(_answers(node, lines, plan))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            answers.update(lines[node.lineno - 1 : node.end_lineno])
    return {line.strip() for line in answers}


def _blocks(tree: ast.Module, lines: list[str], plan: Plan) -> Iterator[Block]:
    for node in tree.body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if plan.is_given(node.name):
            yield Block(node.name, "\n".join(lines[_start(node) : node.end_lineno]), ())
        elif isinstance(node, ast.ClassDef):
            yield _class(node, lines, plan)
        else:
            yield Block(node.name, "\n".join(_emptied(node, node.name, lines, plan)), (plan.number(node.name),))


def _class(node: ast.ClassDef, lines: list[str], plan: Plan) -> Block:
    """Return a class with its head and docstring, and with every public method emptied."""
    parts, tasks = [lines[_start(node) : _head_end(node, lines)]], []
    for method in node.body:
        if not isinstance(method, Function) or _is_private(method.name):
            continue
        name = f"{node.name}.{method.name}"
        if plan.is_given(name):
            parts.append(lines[_start(method) : method.end_lineno])
        else:
            parts.append(_emptied(method, name, lines, plan))
            tasks.append(plan.number(name))
    return Block(node.name, "\n\n".join("\n".join(part) for part in parts), tuple(sorted(set(tasks))))


def _emptied(node: Function, name: str, lines: list[str], plan: Plan) -> list[str]:
    indent = " " * (node.col_offset + 4)
    return [
        *lines[_start(node) : _head_end(node, lines)],
        f'{indent}raise NotImplementedError("Task {plan.number(name)}: write {name}")',
    ]


def _answers(node: Function | ast.ClassDef, lines: list[str], plan: Plan) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        for method in node.body:
            if isinstance(method, Function) and not plan.is_given(f"{node.name}.{method.name}"):
                yield from _answers(method, lines, plan)
    else:
        # The name and docstring of something private are part of the answer, too.
        yield from lines[_start(node) if _is_private(node.name) else _head_end(node, lines) : node.end_lineno]


def _start(node: Function | ast.ClassDef) -> int:
    """Return the index of a definition's first line, including decorators."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1


def _head_end(node: Function | ast.ClassDef, lines: list[str]) -> int:
    """Return the index of the line after the docstring, or after the signature if there is none."""
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is not None and first.end_lineno is not None:
        return first.end_lineno
    end = first.lineno - 1
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
        end -= 1
    return end


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _is_relative(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.level > 0


def _names(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _trimmed(node: ast.Import | ast.ImportFrom, used: set[str]) -> str:
    """Return an import statement without unused names; empty if none is left."""
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return ""
    kept = [alias for alias in node.names if (alias.asname or alias.name).partition(".")[0] in used]
    if not kept:
        return ""
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import(names=kept))
    return ast.unparse(ast.ImportFrom(module=node.module, names=kept, level=0))
