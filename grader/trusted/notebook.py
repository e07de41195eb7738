"""Runs a trusted notebook, given as text in the percent format, or only the cells of it that a task needs.

As in a child, a cell that fails does not stop the later ones; the child's own code keeps the values of names after each
cell.
"""

from __future__ import annotations

import ast
import contextlib
import io
import symtable
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType

from grader.material.percent import read_cells
from grader.wire.inside import packages_inside

with packages_inside():
    from _child import drawing
    from _child.cells import with_mark
    from _child.history import History
    from _child.namespaces import Namespace

Code = tuple[str, tuple[str, ...]]


def run_cells(
    source: str,
    namespace: Namespace,
    history: History,
    file: str,
    compiled: Callable[[str, bool], CodeType],
    task: str | None = None,
) -> None:
    """Run the cells of a notebook; its output and figures are dropped.

    Parameters
    ----------
    namespace : Namespace
        Gets its names.
    history : History
        Gets their values after each cell.
    file : str
        The name of the text in messages.
    compiled : callable
        Compiles the text of a cell; the second argument says whether annotations stay text.
    task : str, optional
        The number of the task that matters: only the cell with its tag, and those that define what that one needs, are run.
    """
    (names,) = namespace.dictionaries()
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text, tags in needed_cells(source, file, task):
            with contextlib.suppress(Exception):
                exec(compiled(text, False), names)
            drawing.close_all()
            history.note(tags, namespace)
            history.see(namespace)


@lru_cache(maxsize=64)
def needed_cells(source: str, file: str, task: str | None) -> list[Code]:
    """Return the code cells that must be run for a task, or all if no cell belongs to it.

    These are the cells with its tag, later cells without a tag that bind one of their names again, and the cells
    that all of these need.
    """
    cells = [
        (cell.source, with_mark(cell.tags, cell.source)) for cell in read_cells(source, file) if cell.kind == "code"
    ]
    own = [text for text, tags in cells if f"cell:{task}" in tags]
    if not own:
        return cells
    answers = frozenset[str]().union(*(_uses(text)[0] for text in own))
    wanted: frozenset[str] = frozenset()
    needed: list[Code] = []
    for text, tags in reversed(cells):
        bound, read = _uses(text)
        is_answer = f"cell:{task}" in tags
        is_anew = bool(bound & answers) and not any(tag.startswith("cell:") for tag in tags)
        if is_answer or is_anew or bound & wanted:
            wanted = (wanted - bound) | read
            needed.append((text, tags))
    return needed[::-1]


def needs_all_cells(source: str, file: str, task: str | None) -> bool:
    """Return whether a task needs every cell, as it does if no cell belongs to it."""
    return len(needed_cells(source, file, task)) == len(needed_cells(source, file, None))


@lru_cache(maxsize=1024)
def _uses(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a cell binds at its top level, and those that it reads before it binds them itself."""
    bound: set[str] = set()
    read: set[str] = set()
    try:
        statements = ast.parse(text).body
    except SyntaxError:
        return frozenset(), frozenset()
    for statement in statements:
        read |= set(_read(symtable.symtable(ast.unparse(statement), "cell", "exec"))) - bound
        bound |= set(_bound(statement))
    return frozenset(bound), frozenset(read)


def _read(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a statement reads and that are not its own functions' variables."""
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _read(inner)


def _bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement binds outside of functions and classes."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).partition(".")[0]
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
        yield from (n.id for n in ast.walk(node.value) if isinstance(n, ast.Name))
    elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)
