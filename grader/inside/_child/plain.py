"""Runs the cells of a notebook if IPython is not installed.

Plain Python cells run as they would in Jupyter; magic commands and lines for the
system's shell are left out, and a remark names each of them.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_SILENT = ("matplotlib", "load_ext", "autoreload", "config", "time")
# Cell magics whose cell is nevertheless Python.
_PYTHON = ("time", "timeit", "capture", "prun")
_COMMAND = re.compile(r"^([^\S\n]*+)([%!])(.*)$", re.MULTILINE)
Remark = Callable[[str], None]


class _Shell:
    """The part of a shell that a run of a notebook needs."""

    def __init__(self, remark: Remark) -> None:
        self.user_module = ModuleType("__main__")
        self.user_ns = self.user_module.__dict__
        self.user_ns.update({"__builtins__": builtins, "display": _display, "In": [""], "Out": {}})
        self.outputs: Any = None
        self.cell_text = ""
        self.compile = SimpleNamespace(cell_name="notebook")
        self.execution_count = 1
        self._remark = remark

    def run_cell(self, text: str, store_history: bool = False) -> Any:
        """Run a cell; return the exceptions raised before and while it ran."""
        name = self.compile.cell_name
        before = after = None
        try:
            tree = ast.parse(self.transform_cell(text), name)
        except SyntaxError as error:
            before = error
        else:
            try:
                self._execute(tree, name)
            except BaseException as error:
                after = error
        return SimpleNamespace(error_before_exec=before, error_in_exec=after)

    def _execute(self, tree: ast.Module, name: str) -> None:
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec", dont_inherit=True), self.user_ns)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), name, "eval", dont_inherit=True), self.user_ns)
            if value is not None and not self.cell_text.rstrip().endswith(";"):
                self.outputs.display("execute_result", {"text/plain": repr(value)})

    def transform_cell(self, text: str) -> str:
        """Return a cell without its commands, with every other line in its place."""
        head = text.lstrip().partition("\n")[0]
        if head.startswith("%%") and head[2:].split(" ")[0] not in _PYTHON:
            self._remark(f"`{head.strip()[:60]}` was not run, because IPython is not installed here.")
            return ""
        return _COMMAND.sub(self._left_out, text)

    def _left_out(self, found: re.Match[str]) -> str:
        indent, mark, rest = found.groups()
        word = rest.lstrip("%").split(" ")[0]
        if mark == "!" or word not in (*_SILENT, *_PYTHON):
            self._remark(f"`{mark}{rest.strip()[:60]}` was not run, because IPython is not installed here.")
        return f"{indent}pass"


def _display(*values: Any, **options: Any) -> None:
    for value in values:
        print(repr(value))  # noqa: T201


def prepare_shell() -> None:
    """Do nothing: there is no shell to prepare."""


def install(remark: Remark) -> Any:
    """Return a new shell."""
    shell = _Shell(remark)
    builtins.display = _display  # type: ignore[attr-defined]
    sys.modules["__main__"] = shell.user_module
    return shell
