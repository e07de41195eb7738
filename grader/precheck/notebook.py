"""`check("2.2")` in a notebook: runs the public checks on the current names.

The check runs in the notebook's own process, with the same encoded requests and answers as everywhere else, and restores
what it changes. Checks that need a run of the whole notebook are left to the command. As nothing separates the code from
the answer key here, the key must be a recording.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from grader.checks.examination import CheckLimits, Examination
from grader.errors import GraderError
from grader.judge.collecting import collect_checks
from grader.judge.diagnosis.adding import add_causes
from grader.judge.verdict import run_checks
from grader.outcomes import StudentFault, Why
from grader.precheck.checks import Course, course_at
from grader.precheck.handed_out import require_recording
from grader.precheck.judging import PUBLIC_SEED
from grader.precheck.page import as_small_table
from grader.precheck.session import wall_seconds
from grader.precheck.text import as_lines
from grader.precheck.versions import IN_A_NOTEBOOK, IN_A_TERMINAL, here, libraries, sentences
from grader.record.score import CheckOutcome
from grader.wire import faults as verdicts
from grader.wire.inside import exchange, packages_inside

WHOLE_RUN = StudentFault(
    Why.MISSING, "This check needs a run of the whole notebook; save it and use the command: python precheck.py"
)


class Shown:
    """Some outcomes as shown in a notebook: a table, or text if tables cannot be shown."""

    def __init__(self, outcomes: list[CheckOutcome], versions: tuple[str, ...]) -> None:
        self.outcomes, self.versions = outcomes, versions

    def __repr__(self) -> str:
        return as_lines(self.outcomes, self.versions)

    def _repr_html_(self) -> str:
        return as_small_table(self.outcomes, self.versions)


def check_here(folder: Path, task: str | None, names: dict[str, Any] | None = None) -> None:
    """Check the names of the calling notebook or program, and show the results.

    Parameters
    ----------
    folder : Path
        The assignment's folder in the bundle.
    task : str or None
        The number of a task; all tasks by default.
    names : dict, optional
        Other names to check.
    """
    live = _live()
    with live.preserved([]):
        try:
            require_recording(folder)
            course = course_at(folder)
            shown: object = Shown(_outcomes(course, task, names, live), _versions(course))
        except GraderError as error:
            shown = f"precheck: {error}"
    _display(shown)


def _versions(course: Course) -> tuple[str, ...]:
    found = here(libraries(course.assignment.allowed_imports))
    return tuple(sentences(found, course.versions, IN_A_TERMINAL if _shell() is None else IN_A_NOTEBOOK))


def _outcomes(course: Course, task: str | None, names: dict[str, Any] | None, live: Any) -> list[CheckOutcome]:
    outcomes: dict[str, CheckOutcome] = {}

    def work(items: list[Any]) -> None:
        failed = []
        checks = course.chosen(items, task)
        for run in run_checks(checks, lambda: _examination(course, names, live)):
            if run.our_fault is not None:
                raise GraderError(f"{run.spec.id} could not be run, which is not your fault: {run.our_fault}")
            failed += [run] if run.failed else []
            outcomes[run.spec.id] = run.outcome
        outcomes.update(add_causes(outcomes, failed, course.setup(checks), {}))

    collect_checks(course.assignment.folder, work, course.files(task))
    return [outcome for outcome in outcomes.values() if task in (None, outcome.task)]


def _examination(course: Course, names: dict[str, Any] | None, live: Any) -> Examination:
    @contextlib.contextmanager
    def open_check(limits: CheckLimits) -> Iterator[Any]:
        # This is the notebook's own process, whose memory cannot be limited for one check.
        cpu_seconds = limits.cpu_seconds
        own, given, numbers = _names_here() if names is None else (names, {}, {})
        with live.answering(own, given, numbers, cpu_seconds, wall_seconds(cpu_seconds)) as (answer, used_up):

            def in_time(body: bytes) -> bytes:
                reply: bytes = answer(body)
                if used_up():
                    raise verdicts.timed_out(cpu_seconds, fatal=True)
                return reply

            yield partial(exchange, in_time)

    return Examination(course.assignment, PUBLIC_SEED, open_check, WHOLE_RUN, reference=course.key())


def _live() -> Any:
    """Return the module that answers in this process."""
    with packages_inside():
        return importlib.import_module("_home.live")


def _names_here() -> tuple[dict[str, Any], dict[str, Any], dict[str, int]]:
    """Return the notebook's names, those present from the start, and the numbers of its cells by file name."""
    shell = _shell()
    if shell is None:
        names = vars(sys.modules["__main__"])
        return names, {}, {}
    numbers = getattr(shell.compile, "_filename_map", {})
    return shell.user_ns, {name: shell.user_ns.get(name) for name in shell.user_ns_hidden}, dict(numbers)


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def _display(shown: object) -> None:
    if _shell() is None:
        print(shown)  # noqa: T201
        return
    from IPython.display import display

    if isinstance(shown, str):
        print(shown)  # noqa: T201
    else:
        display(shown)
