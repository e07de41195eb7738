"""Notebooks that other files of a submission import, with the help of `import_ipynb`, `ipynb`, `nbimporter` or `importnb`.

None of these libraries is needed here: a notebook beside the program is found by its name, and its cells are its code.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from posixpath import basename
from types import ModuleType
from typing import Any

from _child.cells import Notebook, cell_sources
from _child.choosing import NOTEBOOK_LOADERS, module_of
from _child.harmless import Harmless, HarmlessModule
from _child.reading import Submission
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_PACKAGES = frozenset({"ipynb", "ipynb.fs", "ipynb.fs.full", "ipynb.fs.defs"})
# What is taken of a notebook by `ipynb.fs.defs`, and by `nbimporter` unless it is told otherwise.
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def spec_of(name: str, submission: Submission, began: Callable[[str, ModuleType], None]) -> ModuleSpec | None:
    """Return the spec of a notebook that is imported under a name, or of a library with which it is; None for all others."""
    if not submission.notebook_modules:
        return None
    if name in NOTEBOOK_LOADERS or name in _PACKAGES:
        return ModuleSpec(name, _NothingLoader(), is_package=name in _PACKAGES)
    wanted = f"{module_of(name).replace('.', '/')}.ipynb"
    found = [path for path in submission.notebook_modules if f"/{path}".endswith(f"/{wanted}")]
    found = found or [path for path in submission.notebook_modules if basename(path) == basename(wanted)]
    if not found:
        return None
    only_names = name.startswith("ipynb.fs.defs.") or (name == module_of(name) and "nbimporter" in sys.modules)
    return ModuleSpec(name, _NotebookLoader(found[0], submission, began, only_names))


class _NothingLoader(Loader):
    """Loads a library that has nothing to do."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return HarmlessModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing."""


class _NotebookLoader(Loader):
    """Loads a notebook as a module.

    Parameters
    ----------
    path : str
        The notebook's.
    submission : Submission
    began : callable
        Called with path and module before the code runs.
    only_names : bool
        Whether only its definitions, imports and constants are run.
    """

    def __init__(
        self, path: str, submission: Submission, began: Callable[[str, ModuleType], None], only_names: bool
    ) -> None:
        self._path, self._submission, self._began, self._only_names = path, submission, began, only_names

    def create_module(self, spec: ModuleSpec) -> None:
        """Return None, for a plain module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the cells."""
        names: dict[str, Any] = module.__dict__
        # The program's own builtins, not the copy of this package.
        names["__builtins__"] = builtins
        if not hasattr(builtins, "get_ipython"):
            # Beside a script there is no shell for its commands.
            names["get_ipython"] = Harmless()
        self._began(self._path, module)
        notebook: Notebook = self._submission.notebook_modules[self._path]
        for source in cell_sources(notebook):
            self._submission.sources.add_text(source.path, source.text or "")
            if source.tree is None:
                raise SyntaxError(str((source.fault or {}).get("message", f"{source.path} cannot be read.")))
            if self._only_names:
                source.tree.body = [node for node in source.tree.body if _is_definition(node)]
            exec(compile(source.tree, source.path, "exec", dont_inherit=True), names)


def _is_definition(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name) and target.id.isupper() for target in node.targets)
    return isinstance(node, _DEFINITIONS)
