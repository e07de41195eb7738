"""Runs a script, as a program or only for its names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import ModuleType

from _child.faults import describe
from _child.history import History
from _child.namespaces import Namespace, fresh_module
from _child.own_modules import put_on_path
from _child.reading import Submission
from _child.runs import Run, call_registered, end
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.statements import run_in_steps, run_past_failures

_join = os.path.join


class ScriptRun(Run):
    """The run of the one file that is the entry.

    Parameters
    ----------
    submission : Submission
        Its `entry` is a `.py` file.
    run_name : {"__main__", "submission"}
        The file's `__name__`; with the second, the main guard does not run.
    """

    def __init__(self, submission: Submission, run_name: str) -> None:
        super().__init__(submission)
        self._run_name = run_name
        self.history = History(submission.asked, submission.uses)

    def execute(self) -> None:
        """Run the file to its end, to its first exception, or to its exit."""
        put_on_path(self.submission, lambda path, module: None)
        assert self.submission.entry is not None
        run_file(self, self.submission.entry, self._run_name, self._began, self._look)

    def _began(self, path: str, module: ModuleType) -> None:
        self.namespace = Namespace(module.__dict__)

    def _look(self) -> None:
        self.history.see(self.namespace)
        self.history.put_back(self.namespace)


def run_file(
    run: Run,
    entry: str,
    run_name: str,
    began: Callable[[str, ModuleType], None],
    look: Callable[[], None] | None = None,
) -> None:
    """Run the file `entry` as the module `run_name` and record in `run` how it ended; never raises.

    Parameters
    ----------
    run : Run
        Keeps the first failure.
    entry : str
        Path of the file in the submission.
    run_name : str
        The module's `__name__`.
    began : callable
        Called with path and module before the code runs.
    look : callable or None
        Called after each statement of a file that reuses important names.
    """
    filename = _join(run.submission.folder, entry)
    module = sys.modules[run_name] = fresh_module(run_name, filename)
    # Objects that the program pickled at home name their classes after `__main__`, even if it has another name here.
    sys.modules["__main__"] = module
    if run.submission.modules[entry].is_relative:
        module.__package__ = run.submission.package_name(entry)
    began(entry, module)

    def failed(error: BaseException) -> None:
        run.fail(error, describe(error, run.submission.sources))

    try:
        source = run.submission.modules[entry]
        code = compile(source.text or "", filename, "exec", dont_inherit=True)
        body = source.tree.body if source.tree is not None else []
        if run.submission.goes_on:
            run_past_failures(body, filename, module.__dict__, failed, look)
        elif look is not None and run.submission.uses_again(source):
            run_in_steps(body, filename, module.__dict__, look)
        else:
            exec(code, module.__dict__)
        end()
    except SystemExit as error:
        failed(error)
        # A program that ends itself ends as any other.
        call_registered()
    except BaseException as error:
        failed(error)
