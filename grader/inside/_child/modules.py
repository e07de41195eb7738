"""Loads a folder of modules that may import one another."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from _child.faults import describe
from _child.history import History
from _child.namespaces import MergedNamespace, Namespace, fresh_module
from _child.own_modules import put_on_path
from _child.reading import Submission
from _child.runs import Run, end, status_of
from _child.scripts import run_file
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.sources import defined_names

_import_module = importlib.import_module


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
        # The entry's names take precedence, but it is loaded last: it may train for a long time.
        last = [entry] if entry in loaded and entry is not None else []
        self._paths = [path for path in loaded if path != entry] + last
        self._merged = MergedNamespace({path: _own_names(submission, path) for path in last + self._paths})
        self.namespace = self._merged
        self._run_name = run_name
        self._seen: dict[str, list[ModuleType]] = {}
        self._failed: dict[str, tuple[BaseException, dict[str, Any]]] = {}
        self._lacking: dict[str, list[str]] = {}
        self._histories: dict[str, History] = {}

    def execute(self) -> None:
        """Load the modules one after the other; one that fails does not stop the others."""
        put_on_path(self.submission, self._began, self._look)
        if self._run_name == "__main__" and self.submission.entry is not None:
            run_file(self, self.submission.entry, "__main__", self._began)
            return
        sys.modules["__main__"] = fresh_module("__main__", "")
        for path in self._paths:
            self._import(path)
        self._try_again()
        for path, (error, description) in self._failed.items():
            if not self._is_loaded(path):
                self.fail(error, description)
        try:
            end()
        except BaseException as error:
            self.fail(error, describe(error, self.submission.sources))

    def _import(self, path: str) -> None:
        if self._is_loaded(path):
            return
        try:
            _import_module(self.submission.module_name(path))
        except BaseException as error:
            self._failed[path] = (error, describe(error, self.submission.sources))
            if type(error) is ModuleNotFoundError:
                self._lacking[path] = list(sys.path)
            status_of(error)
            error.__traceback__ = None

    def _try_again(self) -> None:
        """Import again modules that did not find their neighbours before another module extended the search path, as the program does first."""
        for path, searched in self._lacking.copy().items():
            if searched != sys.path:
                del self._failed[path]
                self._import(path)

    def _is_loaded(self, path: str) -> bool:
        """Return whether a module was loaded, under any name."""
        return any(sys.modules.get(module.__name__) is module for module in self._seen.get(path, ()))

    def conflicts(self) -> list[dict[str, Any]]:
        """Return the names that two modules define differently."""
        return self._merged.conflicts()[:100]

    def mend(self) -> None:
        """Give names that a module has reused their original meaning back."""
        for path, modules in self._seen.items():
            history = self._histories.get(path) or History((), self.submission.uses)
            for module in modules:
                for name in history.mend(Namespace(module.__dict__)):
                    self.remark_used_again(name)

    def _look(self, path: str, module: ModuleType) -> None:
        history = self._histories.setdefault(path, History(self.submission.asked, self.submission.uses))
        history.see(Namespace(module.__dict__))

    def _began(self, path: str, module: ModuleType) -> None:
        self._seen.setdefault(path, []).append(module)
        self._merged.add(path, module.__dict__)
        if path == self.submission.entry:
            # As for a script: objects pickled at home name their classes after `__main__`.
            sys.modules["__main__"] = module


def _own_names(submission: Submission, path: str) -> list[str]:
    tree = submission.modules[path].tree
    return defined_names(tree.body) if tree is not None else []
