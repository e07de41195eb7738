"""Runs one submission under its limits and reports the result."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from _child import drawing, elsewhere, entropy, imports, keyboard, printing, runs, statements
from _child.drawing import Album
from _child.elsewhere import Files
from _child.modules import ModulesRun
from _child.notebook import NotebookRun
from _child.own_modules import Whereabouts
from _child.reading import Submission
from _child.runs import Run
from _child.scripts import ScriptRun
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.wire import ValueTooLarge

DRAWING_SECONDS = 10.0
# The ratio of wall-clock time to CPU time in limits for which the judge gives no wall-clock time.
WALL_FACTOR, WALL_EXTRA_SECONDS = 10.0, 30.0

_process_time, _monotonic = time.process_time, time.monotonic


def wall_seconds(message: dict[str, Any]) -> float:
    """Return the wall-clock limit of a request that has one of CPU seconds."""
    return float(message.get("wall_seconds") or WALL_FACTOR * float(message["cpu_seconds"]) + WALL_EXTRA_SECONDS)


class Clock(Protocol):
    """Time limits: by signals and the kernel if available (`_child.deadline`), else by a thread (`_home.watch`)."""

    def start(
        self,
        cpu_seconds: float,
        wall_seconds: float,
        on_timeout: Callable[[], NoReturn],
        on_alarm: Callable[[], NoReturn] | None = None,
    ) -> None:
        """Interrupt the main thread once one of the two times is used up; then call `on_timeout`, which never returns."""

    def stop(self) -> None:
        """Remove the limits."""

    def keep_to_main_thread(self) -> None:
        """Make the threads of a submission leave the limits to the main thread."""


class Loading:
    """One run under its limits, and its report, even if the run is stopped.

    Parameters
    ----------
    submission : Submission
        The submission to run.
    message : dict
        The judge's request: `cpu_seconds`, `run_name`, and perhaps `wall_seconds`, `cell_cpu_seconds`,
        `drawing_seconds`, `figures`, `cells`, `follow`, `seed`, `go_on` (past each statement that fails), `args` and
        `stdin` (what the program is given on its command line and by its keyboard), `steps` (what is run in place of the cells
        of a notebook), `seed_cells` (what is given to every generator before each cell).
    finish : callable
        Sends the report.
    serve : callable
        Continues to serve the judge; never returns.
    clock : Clock
        Holds the run to its times.
    stand : callable
        Is called where a run stands still, with the word for that place, and returns when it shall go on.
    """

    def __init__(
        self,
        submission: Submission,
        message: dict[str, Any],
        finish: Callable[[dict[str, Any]], None],
        serve: Callable[[], NoReturn],
        clock: Clock,
        stand: Callable[[str], bool] = lambda at: False,
    ) -> None:
        self._submission = submission
        submission.goes_on = bool(message.get("go_on"))
        submission.args = tuple(str(each) for each in message.get("args") or ())
        self._message = message
        self._finish = finish
        self._serve = serve
        self._clock = clock
        self._told_to_stand = stand
        self._album = Album(bool(message.get("figures")))
        self._cpu_seconds = float(message["cpu_seconds"])
        self._wall_seconds = wall_seconds(message)
        self._started, self._started_wall = _process_time(), _monotonic()
        self.run = self._make()

    def start(self) -> None:
        """Run the submission and report; does not return if its time runs out."""
        printing.remember_streams()
        entropy.pin(int(self._message.get("seed", 0)))
        drawing.prepare()
        drawing.on_show(self._album.take_open)
        drawing.on_save(self._album.take_saved)
        runs.prepare(str(self._message.get("stdin") or ""))
        elsewhere.install(Files(self._submission.folder, self._submission.files))
        self._clock.keep_to_main_thread()
        is_own = Whereabouts(self._submission).is_own
        imports.install(self._submission.policy, self._submission.sources, drawing.after_import, is_own)
        if self._submission.goes_on:
            statements.outlive()
        self._started, self._started_wall = _process_time(), _monotonic()
        if self._submission.kind is not None:
            self._limit(self._cpu_seconds)
            if self._message.get("dry"):
                self.run.stand_by()
            else:
                self.run.execute()
            self._clock.stop()
        self._report()

    def _limit(self, cpu_seconds: float) -> None:
        """Limit the next step to `cpu_seconds`, and to the time left for the whole run."""
        cpu_left = self._cpu_seconds - (_process_time() - self._started)
        wall_left = self._wall_seconds - (_monotonic() - self._started_wall)
        self._clock.start(min(cpu_seconds, cpu_left), wall_left, self._out_of_time, self._out_of_time_together)

    def _limit_cell(self) -> None:
        share = self._message.get("cell_cpu_seconds")
        if share is not None:
            self._limit(float(share))

    def _before_cell(self) -> None:
        self._limit_cell()
        seed = self._message.get("seed_cells")
        if seed is not None:
            entropy.seed_again(int(seed))
        if self._message.get("set_cells"):
            self.run.namespace.set(*self._message["set_cells"])

    def stand(self, at: str) -> bool:
        """Stand still: no time passes for the submission until somebody says that it goes on; return whether past a cell."""
        self._clock.stop()
        before, before_wall = _process_time(), _monotonic()
        drawing.forget_fonts()
        skip = self._told_to_stand(at)
        self._started += _process_time() - before
        self._started_wall += _monotonic() - before_wall
        self._limit(float(self._message.get("cell_cpu_seconds") or self._cpu_seconds))
        return skip

    def _make(self) -> Run:
        submission, run_name = self._submission, self._message.get("run_name", "submission")
        if submission.kind == "script":
            return ScriptRun(submission, run_name)
        if submission.kind == "modules":
            return ModulesRun(submission, run_name)
        if submission.kind == "notebook":
            follow, steps = self._message.get("follow", ()), self._message.get("steps", ())
            return NotebookRun(submission, self._album, follow, self._before_cell, self.stand, steps)
        return _NothingRun(submission)

    def _out_of_time(self) -> NoReturn:
        share = float(self._message.get("cell_cpu_seconds") or 0.0)
        cpu_left = self._cpu_seconds - (_process_time() - self._started)
        waiting = _monotonic() - self._started_wall >= self._wall_seconds
        may_go_on = share > 0.0 and cpu_left > 0.01 and not waiting
        if waiting and cpu_left > 0.01:
            message = f"It was still waiting for something after {self._wall_seconds:g} seconds."
        else:
            message = f"The time limit of {share if may_go_on else self._cpu_seconds:g} seconds was reached."
        self.run.out_of_time(message)
        if may_go_on and isinstance(self.run, NotebookRun):
            self.run.go_on()
            self._clock.stop()
        self._report()
        self._serve()

    def _out_of_time_together(self) -> NoReturn:
        self.run.out_of_time("Its processes together took more computing time than they may.")
        self._report()
        self._serve()

    def _report(self) -> None:
        if isinstance(self.run, NotebookRun):
            self.run.skip_rest()
        self.run.mend()
        self.run.namespace.hidden = self._submission.hidden
        self.run.namespace.aliases = dict(self._message.get("aliases") or {})
        printing.flush_all(self.run.namespace.dictionaries())
        spent = _process_time() - self._started
        if drawing.open_figures():
            seconds = float(self._message.get("drawing_seconds", DRAWING_SECONDS))
            self._clock.start(seconds, WALL_FACTOR * seconds, lambda: self._without_drawing(spent))
            self._album.take_open()
            self._clock.stop()
        self._send(spent)

    def _without_drawing(self, spent: float) -> NoReturn:
        self.run.remark("Drawing the figures took too long; the last ones are not shown.")
        drawing.close_all()
        self._send(spent)
        self._serve()

    def _send(self, spent: float) -> None:
        report = self._fields(spent)
        try:
            self._finish(report)
        except ValueTooLarge:
            self.run.remark("The figures and outputs are too many to be shown.")
            cells = [{**cell, "outputs": []} for cell in report["cells"]]
            self._finish({**report, "figures": [], "cells": cells, "remarks": self.run.remarks})

    def _fields(self, spent: float) -> dict[str, Any]:
        run = self.run
        return {
            "status": run.status,
            "error": run.error,
            "names": run.namespace.defined(),
            "conflicts": run.conflicts(),
            "remarks": run.remarks,
            "cpu_seconds": spent,
            "asked": bool(keyboard.asked_beyond),
            "cells": run.cells if self._message.get("cells", True) else [],
            "figures": self._album.figures,
        }


class _NothingRun(Run):
    """Replaces a run if there is nothing to run: its error is the first problem of the reading."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(submission)
        self.status = "raised"
        problem = submission.problems[0] if submission.problems else {"message": "There is nothing to run."}
        self.error = {"type": "SyntaxError", "message": problem["message"], "frames": []}
