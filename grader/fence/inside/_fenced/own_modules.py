"""Finds the submission's own modules for its imports, before any library of that name: CONFINED. Imports the package only."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType
from typing import Any

from _fenced.reading import Submission
from _fenced.sealed import BUILTINS as __builtins__  # noqa: F401

# In every interpreter from its start, so that no file of a student's ever takes their place.
_CORE = frozenset(
    {"abc", "builtins", "codecs", "encodings", "genericpath", "io", "os", "posix", "posixpath", "stat", "sys", "time"}
)
_join = os.path.join
_spec_from_file = importlib.util.spec_from_file_location
_exec_module = SourceFileLoader.exec_module

Began = Callable[[str, ModuleType], None]


def put_on_path(submission: Submission, began: Began) -> None:
    """Make the submission's modules importable, and its own folder the working folder.

    Parameters
    ----------
    submission : Submission
        Its modules are found under their names relative to `submission.base`.
    began : callable
        Is told path and module when the code of a module is about to run.
    """
    base = _join(submission.folder, submission.base).rstrip("/")
    # As Jupyter and `python file.py` in a file's own folder do.
    os.chdir(base)
    sys.path[:0] = list(dict.fromkeys([base, submission.folder]))
    sys.argv = [_join(submission.folder, submission.entry or "")]
    paths = {}
    for path in submission.modules:
        name = submission.module_name(path)
        root = name.partition(".")[0]
        if root in _CORE or (root in sys.modules and root not in sys.stdlib_module_names):
            continue
        sys.modules.pop(root, None)
        paths[name] = path
    sys.meta_path.insert(0, _OwnFinder(submission.folder, paths, began))


class _OwnFinder(MetaPathFinder):
    """Finds the submission's modules by their names."""

    def __init__(self, folder: str, paths: dict[str, str], began: Began) -> None:
        self._folder = folder
        self._paths = paths
        self._began = began

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return the spec of one of the submission's modules, None for all others."""
        own = self._paths.get(fullname)
        if own is None:
            return None
        filename = _join(self._folder, own)
        return _spec_from_file(fullname, filename, loader=_OwnLoader(fullname, filename, own, self._began))


class _OwnLoader(SourceFileLoader):
    """Reports a module before its code runs, so that its names survive a failure."""

    def __init__(self, fullname: str, filename: str, own: str, began: Began) -> None:
        super().__init__(fullname, filename)
        self._own = own
        self._began = began

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code."""
        self._began(self._own, module)
        _exec_module(self, module)
