"""Runs a trusted notebook, given as text in the percent format, cell by cell, and goes back in it. CHECKED; may not import fence.

The child of the fence does the same with students' notebooks, and this keeps to its rules: a cell that fails does not stop the
later ones, and a check can go back to the moment at which a name got its value.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
import symtable
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from grader.material.percent import Cell, read_cells

KEY = "__moments__"
STUB_NAMES = ("NotImplementedError",)
Names = dict[str, Any]
Code = tuple[str, tuple[str, ...]]


@dataclass
class Moments:
    """The names of a notebook as they were after each cell that gave one of them a new value.

    Attributes
    ----------
    live : dict
        What the notebook's functions read.
    """

    live: Names
    _taken: dict[str, list[tuple[tuple[str, ...], Names]]] = field(default_factory=dict)
    _modules: Names = field(default_factory=dict)
    _end: Names = field(default_factory=dict)

    def note(self, tags: tuple[str, ...]) -> None:
        """Take down what a cell with these tags has changed."""
        now = dict(self.live)
        for name, value in now.items():
            if isinstance(value, ModuleType):
                self._modules[name] = value
            elif name not in self._end or self._end[name] is not value:
                self._taken.setdefault(name, []).append((tags, now))
        self._end = now

    def reset(self) -> None:
        """Give all names the values that they had at the end."""
        self.live.clear()
        self.live.update(self._end)

    def go_back(self, name: str, tag: str | None, back: int) -> int:
        """Go back to one of the moments at which ``name`` was defined, the best first; return how many there are."""
        moments = self._ordered(name, tag)
        if 0 <= back < len(moments):
            names = {**self._end, **moments[back][1]}
            shadowed = {
                key: module for key, module in self._modules.items() if not isinstance(names.get(key), ModuleType)
            }
            self.live.clear()
            self.live.update({**names, **shadowed})
        return len(moments)

    def _ordered(self, name: str, tag: str | None) -> list[tuple[tuple[str, ...], Names]]:
        latest_first = self._taken.get(name, [])[::-1]
        if tag is None:
            return sorted(latest_first, key=lambda moment: (_is_stub(moment[1][name]), not callable(moment[1][name])))
        return sorted(latest_first, key=lambda moment: (_is_stub(moment[1][name]), tag not in moment[0]))


def run_cells(
    source: str, names: Names, file: str, compiled: Callable[[str, bool], CodeType], task: str | None = None
) -> None:
    """Run the cells of a notebook among ``names``, which get its moments under ``KEY``; what it prints and draws is dropped.

    Parameters
    ----------
    file : str
        What the text is called in messages.
    compiled : callable
        Compiles the text of a cell; the second argument says whether annotations stay text.
    task : str, optional
        The number of the task that matters: only the cell with its tag, and those that define what that one needs, are run.
    """
    import matplotlib.pyplot as plt

    plt.switch_backend("Agg")
    moments = Moments(names)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text, tags in needed_cells(source, file, task):
            with contextlib.suppress(Exception):
                exec(compiled(text, False), names)
            plt.close("all")
            moments.note(tags)
    names[KEY] = moments
    moments.note(())


@lru_cache(maxsize=64)
def needed_cells(source: str, file: str, task: str | None) -> list[Code]:
    """Return the cells with code that must be run for a task, all when no cell belongs to it.

    These are the cells with its tag, cells behind them without a tag that bind one of their names anew, and what all of these need.
    """
    cells = [(cell.source, _with_mark(cell)) for cell in read_cells(source, file) if cell.kind == "code"]
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
    """Return whether a task needs every cell, as it does when none belongs to it."""
    return len(needed_cells(source, file, task)) == len(needed_cells(source, file, None))


def _with_mark(cell: Cell) -> tuple[str, ...]:
    """Return the tags of a cell, with the one that its first line stands for when no tag says which answer it is."""
    mark = re.match(r"#+\s*answer\s+([a-z0-9][a-z0-9._-]*)", cell.source, re.IGNORECASE)
    if mark is None or any(tag.startswith("cell:") for tag in cell.tags):
        return cell.tags
    return (*cell.tags, f"cell:{mark[1].rstrip('.')}")


@lru_cache(maxsize=1024)
def _uses(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a cell binds at its top level, and those that it reads before it has bound them itself."""
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


def _is_stub(value: Any) -> bool:
    """Return whether a function, or a method of a class, does nothing but raise ``NotImplementedError``."""
    members = vars(value).values() if isinstance(value, type) else (value,)
    return any(isinstance(member, FunctionType) and member.__code__.co_names == STUB_NAMES for member in members)
