"""Loads a folder of modules that may import one another: CONFINED. Imports the package only."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from _fenced.faults import describe
from _fenced.namespaces import MergedNamespace, fresh_module
from _fenced.own_modules import put_on_path
from _fenced.reading import Submission
from _fenced.runs import Run, wait_for_threads
from _fenced.scripts import run_file
from _fenced.sealed import BUILTINS as __builtins__  # noqa: F401
from _fenced.sources import defined_names

_import_module, _partial = importlib.import_module, functools.partial


class ModulesRun(Run):
    """The run of a folder: every module for its names, or the entry as a program.

    Parameters
    ----------
    submission : Submission
        Of the kind "modules".
    run_name : {"__main__", "submission"}
        "__main__" runs the entry as a program, when there is one; else every module is imported.
    """

    def __init__(self, submission: Submission, run_name: str) -> None:
        super().__init__(submission)
        entry = submission.entry
        loaded = [path for path in sorted(submission.modules) if path not in submission.aside]
        # The entry's names go first, but it is loaded last: it may train for long.
        last = [entry] if entry in loaded and entry is not None else []
        self._paths = [path for path in loaded if path != entry] + last
        self._merged = MergedNamespace({path: _own_names(submission, path) for path in last + self._paths})
        self.namespace = self._merged
        self._run_name = run_name

    def execute(self) -> None:
        """Load the modules one after the other; one that fails does not stop the others."""
        put_on_path(self.submission, self._began)
        if self._run_name == "__main__" and self.submission.entry is not None:
            run_file(self, self.submission.entry, "__main__", self._began)
            return
        sys.modules["__main__"] = fresh_module("__main__", "")
        for path in self._paths:
            self._guarded(_partial(_import_module, self.submission.module_name(path)))
        self._guarded(wait_for_threads)

    def _guarded(self, action: Callable[[], object]) -> None:
        try:
            action()
        except BaseException as error:
            self.fail(error, describe(error, self.submission.sources))

    def conflicts(self) -> list[dict[str, Any]]:
        """Return the names that two modules define differently."""
        return self._merged.conflicts()[:100]

    def _began(self, path: str, module: ModuleType) -> None:
        self._merged.add(path, module.__dict__)
        if path == self.submission.entry:
            # As for a script: what it has pickled at home names its classes after `__main__`.
            sys.modules["__main__"] = module


def _own_names(submission: Submission, path: str) -> list[str]:
    tree = submission.modules[path].tree
    return defined_names(tree.body) if tree is not None else []
