"""Runs a check on trusted code in this process, for the diagnosis and the audit. Never on a submission."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from grader.checks.examination import Examination, Run
from grader.judge.marks import CheckSpec
from grader.judge.verdict import CheckRun, run_check
from grader.material.assignment import Assignment
from grader.outcomes import StudentFault, Why
from grader.wire.session import Ask

if TYPE_CHECKING:
    from grader.trusted import Loaded

NO_RUN = StudentFault(Why.MISSING, "Nothing was run as a script.")


def run_on_trusted(
    item: pytest.Item,
    spec: CheckSpec,
    loaded: Loaded,
    assignment: Assignment,
    seed: str,
    run: Run | StudentFault = NO_RUN,
    answer: Callable[[Loaded], Ask] | None = None,
    kept: dict[str, Any] | None = None,
) -> CheckRun:
    """Run a check on trusted code.

    Parameters
    ----------
    loaded : Loaded
        The code, as it has run.
    run : Run or StudentFault
        The result of a run as a script.
    answer : callable, optional
        Makes of the code what answers the requests of the check.
    kept : dict, optional
        What checks of the same code have found out for one another.
    """
    if answer is None:
        from grader.trusted import InProcess  # not in a bundle for students, where all answers were recorded

        answer = InProcess
    ask = answer(loaded)
    kept = {} if kept is None else kept
    return run_check(item, spec, Examination(assignment, seed, lambda limits: nullcontext(ask), run, kept=kept))
