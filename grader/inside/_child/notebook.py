"""Runs a notebook cell by cell in IPython's shell or, without IPython, a plain one; without a kernel.

A cell that fails does not stop the later ones, and neither does one that uses up its share of the time: the
later cells then run from inside the handler of the limit.
"""

from __future__ import annotations

import builtins
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from _child import drawing, plain, shell
from _child.cells import Cell, python_text
from _child.drawing import Album
from _child.faults import describe
from _child.history import History
from _child.namespaces import Namespace
from _child.outputs import Budget, CellOutputs
from _child.own_modules import put_on_path
from _child.printing import Recorder, flush_all, remember_streams
from _child.reading import Submission
from _child.runs import Run, wait_for_threads
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_STREAM_CHARACTERS = 2**62
EXPECTED_TO_RAISE = "raises-exception"

_shells = plain if importlib.util.find_spec("IPython") is None else shell
prepare_shell = _shells.prepare_shell


@dataclass(frozen=True)
class Stop:
    """A place between cells at which the run stands still, so that somebody can look at the names as they are then."""

    at: str


@dataclass(frozen=True)
class GivenCell(Cell):
    """A cell that is not the student's."""

    def name(self, path: str) -> str:
        """Return what a student calls this cell."""
        return f"test cell {self.number} of {path}"


class NotebookRun(Run):
    """The run of a notebook.

    Parameters
    ----------
    submission : Submission
        Of the kind "notebook".
    album : Album
        Takes the figures.
    follow : iterable of str
        Names whose values are kept after each cell that changed them.
    before_cell : callable
        Is called before each cell with code; sets its limit of time.
    stand : callable
        Is called at each stop with the word for it; returns whether the next cell, if it is not the student's, is left out.
    steps : sequence of mappings
        What is run in place of the notebook's own cells; see `steps_of`.
    """

    def __init__(
        self,
        submission: Submission,
        album: Album,
        follow: Iterable[str],
        before_cell: Callable[[], None],
        stand: Callable[[str], bool] = lambda at: False,
        steps: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(submission)
        assert submission.notebook is not None
        self._path = submission.notebook.path
        self.history = History(follow, submission.uses)
        self._album = album
        self._before_cell = before_cell
        self._stand = stand
        self._waiting: list[Cell | Stop] = steps_of(steps) if steps else list(submission.notebook.cells)
        self._budget = Budget()
        self._current: Cell | None = None
        self._outputs = CellOutputs(self._budget)
        self._shell: Any = None

    def execute(self) -> None:
        """Run all cells; never raises."""
        self._shell = _shells.install(self._remark_cell)
        self._shell.goes_on = self.submission.goes_on
        # IPython installs its own there, around the previous one.
        self._shell.user_ns["open"] = builtins.open
        self.namespace = Namespace(self._shell.user_ns)
        put_on_path(self.submission, lambda path, module: self.namespace.behind.append(module.__dict__))
        # In a notebook the working folder is on the search path, whichever it is.
        sys.path.insert(0, "")
        self._shell.started = self.namespace.behind.append
        self._shell.folder = os.path.realpath(self.submission.folder)
        drawing.on_show(self._show)
        under = sys.stdout, sys.stderr
        sys.stdout = Recorder(MAX_STREAM_CHARACTERS, under[0], lambda text: self._outputs.print("stdout", text))
        sys.stderr = Recorder(MAX_STREAM_CHARACTERS, under[1], lambda text: self._outputs.print("stderr", text), 2)
        # Code that wraps or detaches them would drop the last reference to them.
        remember_streams()
        self.go_on()

    def translate(self, text: str) -> str:
        """Return the text of a cell as Python."""
        as_python: Callable[[str], str] = getattr(self._shell, "transform_cell", str)
        return as_python(text)

    def go_on(self) -> None:
        """Run the cells that have not been run."""
        while self._waiting:
            cell = self._waiting.pop(0)
            if isinstance(cell, Stop):
                skip, following = self._stand(cell.at), self._waiting[0] if self._waiting else None
                if skip and isinstance(following, GivenCell):
                    del self._waiting[0]
                    self.cells.append(_entry(following, "skipped"))
            elif cell.kind != "code" or not cell.text.strip():
                self.cells.append(_entry(cell, "ok"))
            else:
                self._run_cell(cell)
        try:
            wait_for_threads()
        except BaseException as error:
            self.fail(error, describe(error, self.submission.sources))

    def out_of_time(self, message: str) -> None:
        """Record that the current cell ran out of time; the cells after it are left for `go_on`."""
        super().out_of_time(message)
        if self._current is not None:
            self._end_cell("timed_out", self.error)

    def skip_rest(self) -> None:
        """Leave out the cells that have not been run."""
        left = [cell for cell in self._waiting if isinstance(cell, Cell)]
        self.cells += [_entry(cell, "skipped" if cell.kind == "code" else "ok") for cell in left]
        self._waiting.clear()

    def _run_cell(self, cell: Cell) -> None:
        text = python_text(cell)
        self._current = cell
        self._outputs = self._shell.outputs = CellOutputs(self._budget)
        self._shell.cell_text = text
        name = self._shell.compile.cell_name = cell.name(self._path)
        self.submission.sources.add_text(name, text)
        self._shell.after_statement = partial(self.history.see, self.namespace)
        self._before_cell()
        try:
            result = self._shell.run_cell(text, store_history=False)
            self._shell.execution_count += 1
            error = result.error_before_exec or result.error_in_exec
        except BaseException as escaped:
            error = escaped
        if error is None:
            self._end_cell("ok", None)
            return
        description = describe(error, self.submission.sources)
        error.__traceback__ = None
        if EXPECTED_TO_RAISE not in cell.tags:
            self.fail(error, description)
        self._end_cell("raised", description)

    def _end_cell(self, status: str, error: dict[str, Any] | None) -> None:
        cell, self._current = self._current, None
        assert cell is not None
        flush_all(self.namespace.dictionaries())
        self._show()
        self.cells.append(_entry(cell, status, error, self._outputs.items()))
        self.history.note(cell.tags, self.namespace)
        self.history.see(self.namespace)
        self.history.put_back(self.namespace)

    def _show(self) -> None:
        for figure in self._album.take_open():
            size = f"{figure['width']}x{figure['height']}"
            words = f"<Figure size {size} with {len(figure['axes'])} Axes>"
            self._outputs.display("display_data", {"text/plain": words, "image/png": figure["png"]})

    def _remark_cell(self, text: str) -> None:
        name = self._current.name(self._path) if self._current is not None else self._path
        self.remark(f"{name[:1].upper()}{name[1:]}: {text}")


def steps_of(steps: Sequence[Mapping[str, Any]]) -> list[Cell | Stop]:
    """Return cells and stops: a step has the word to `stop` at, or `kind`, `text` and whether it is the student's `own`."""
    found: list[Cell | Stop] = []
    number, line = 0, 1
    for index, step in enumerate(steps):
        if "stop" in step:
            found.append(Stop(str(step["stop"])))
            continue
        kind, text, own = str(step["kind"]), str(step["text"]), bool(step["own"])
        code = kind == "code"
        number += int(code)
        made = Cell if own else GivenCell
        tags = () if own else (EXPECTED_TO_RAISE,)
        found.append(made(index, kind, text, tags, None, number if code else 0, line if code else None))
        line += text.count("\n") + 1 if code else 0
    return found


def _entry(
    cell: Cell, status: str, error: dict[str, Any] | None = None, outputs: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    ran = cell.kind == "code" and status != "skipped" and bool(cell.text.strip())
    return {
        "index": cell.index,
        "cell_type": cell.kind,
        "source": cell.text,
        "source_line": cell.source_line,
        "execution_count": cell.number if ran else None,
        "tags": list(cell.tags),
        "status": status,
        "error": error,
        "outputs": outputs or [],
    }
