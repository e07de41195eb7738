"""The setup of an audit: an assignment's checks, its answer key, and the parts of it that each check runs.

Outside the flow; for trusted code only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

import pytest

from grader.audit.drawn import LOOSE
from grader.checks.examination import Run
from grader.judge.marks import CheckSpec
from grader.judge.rehearsal import complaints_of
from grader.judge.trusted_code import NO_RUN, run_on_trusted
from grader.material.assignment import Assignment
from grader.outcomes import Result, StudentFault
from grader.record.score import CheckOutcome
from grader.trusted import Loaded, executed, run_of
from grader.trusted.execution import FILE
from grader.wire.session import Ask

Check = tuple[pytest.Item, CheckSpec]


@dataclass(frozen=True)
class AuditSetup:
    """The checks and the answer key of one assignment.

    Attributes
    ----------
    key : str
        The answer key as a script.
    run : Run or StudentFault
        What the answer key prints and draws.
    touched : mapping of str to frozenset of str
        By check, the qualified names in the answer key that it runs, with its own inputs or as a script.
    seconds : mapping of str to float
        By check, how long it takes.
    """

    assignment: Assignment
    checks: Sequence[Check]
    key: str
    run: Run | StudentFault
    touched: Mapping[str, frozenset[str]]
    seconds: Mapping[str, float]

    def load(self, source: str, task: str | None = None) -> Loaded:
        """Run an answer, or what a task needs of it, as a submission to this assignment is loaded."""
        return _load(source, self.assignment, task)

    def affected(self, place: str) -> list[Check]:
        """Return the checks that run a definition, the most specific and quickest first; all checks if none does."""
        loose = place.startswith(LOOSE)
        hit = [check for check in self.checks if loose or _touches(self.touched[check[1].id], place)]
        return sorted(
            hit, key=lambda check: (uses_run(check), len(self.touched[check[1].id]) * self.seconds[check[1].id])
        )

    def with_settings(self, settings: Mapping[str, Any]) -> AuditSetup:
        """Return a copy with other settings of the assignment."""
        return replace(self, assignment=replace(self.assignment, settings=settings))


def uses_run(check: Check) -> bool:
    """Return whether a check uses the output of a run as a script."""
    return "script" in getattr(check[0], "fixturenames", ())


def _load(source: str, assignment: Assignment, task: str | None) -> Loaded:
    """Run an answer; where no name is asked for, its run as a script is all there is to see."""
    if not assignment.names:
        return replace(Loaded.of({}), text=source)
    return executed(source, task=task, asked=assignment.names)


def judge_trusted(
    check: Check,
    loaded: Loaded,
    assignment: Assignment,
    seed: str,
    run: Run | StudentFault = NO_RUN,
    answer: Callable[[Loaded], Ask] | None = None,
    kept: dict[str, Any] | None = None,
) -> CheckOutcome:
    """Run a check on trusted code in this process and return its outcome; ``answer`` makes the object that answers it.

    ``kept`` is what checks of one answer keep for one another.

    Raises
    ------
    Fault
        If something went wrong on our side.
    """
    judged = run_on_trusted(*check, loaded, assignment, seed, run, answer, kept)
    if judged.our_fault is not None:
        raise judged.our_fault
    return judged.outcome


def passed(outcome: CheckOutcome) -> bool:
    """Return whether a check earned all of its points."""
    return outcome.result is Result.PASSED


def set_up_audit(assignment: Assignment, checks: Sequence[Check], key: str, clock: Any) -> AuditSetup:
    """Run every check once on the answer key and note which parts of the key it runs.

    Parameters
    ----------
    clock : callable
        Returns seconds.

    Raises
    ------
    AssignmentError
        If a check breaks on the answer key.
    """
    touched, seconds, kept = {}, {}, dict[str, Any]()
    with _follow_calls() as in_run:
        run = run_of(key) if any(map(uses_run, checks)) else NO_RUN
    for check in checks:
        before = clock()
        with _follow_calls() as names:
            loaded = _load(key, assignment, check[1].task)
            judged = run_on_trusted(*check, loaded, assignment, "audit", run, kept=kept)
        if judged.our_fault is not None:
            raise next(complaints_of(judged, assignment))
        touched[check[1].id] = frozenset(names | in_run if uses_run(check) else names)
        seconds[check[1].id] = clock() - before
    return AuditSetup(assignment, checks, key, run, touched, seconds)


def _touches(names: frozenset[str], place: str) -> bool:
    """Return whether a definition was run; a class counts if anything in it was."""
    return place in names or any(name.startswith(f"{place}.") for name in names)


@contextmanager
def _follow_calls() -> Iterator[set[str]]:
    """Collect the qualified names of the answer key's functions called inside the block."""
    names: set[str] = set()

    def follow(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename == FILE:
            names.add(frame.f_code.co_qualname.replace(".<locals>", ""))

    sys.setprofile(follow)
    try:
        yield names
    finally:
        sys.setprofile(None)
