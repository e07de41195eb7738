"""Tries answers on the checks of an assignment with the audit's own runner: on trusted code, in a fork. Never used to grade."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.audit import Case
from grader.audit.setup import AuditSetup, Check, set_up_audit
from grader.audit.trying import CPU_SECONDS, broken_checks, try_answer
from grader.judge.collecting import collect_checks
from grader.judge.marks import CheckSpec, catalogue
from grader.judge.rehearsal import import_key
from grader.material.assignment import Assignment, load_assignment
from grader.material.script import answer_key
from grader.trusted.forked import Forked

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = ROOT / "grader" / "assignments"
BACKPROP = ASSIGNMENTS / "backprop"


def in_part(cases: Iterable[Case], every: int = 3) -> list[Any]:
    """Return cases as test parameters: those with stated points and an evenly spaced subset run always, the rest in the soak."""
    kept = lambda number, case: case.points is not None or number % every == 0  # noqa: E731
    return [
        pytest.param(case, id=case.id, marks=[] if kept(number, case) else [pytest.mark.soak])
        for number, case in enumerate(cases)
    ]


@dataclass(frozen=True)
class Failure:
    """What a student would read about a check that did not pass."""

    why: str
    message: str
    hint: str | None


@dataclass(frozen=True)
class Graded:
    """What an answer earned: the points by check, the failures, the number of remarks."""

    folder: Path
    earned: dict[str, float]
    faults: dict[str, Failure]
    remarks: int

    def total(self, bonus: bool) -> float:
        """Return the points of the tasks that are, or are not, a bonus."""
        return sum(points for name, points in self.earned.items() if is_bonus(name, self.folder) is bonus)


@cache
def assignment(folder: Path = BACKPROP) -> Assignment:
    """Return the assignment."""
    return load_assignment(folder)


@cache
def collected(folder: Path) -> list[Check]:
    """Return the checks of an assignment, each after those it requires."""
    items: list[pytest.Item] = []
    collect_checks(folder, items.extend)
    # The checks outlive their session of pytest, which captures nothing any more.
    items[0].config.pluginmanager.unregister(name="capturemanager")
    import_key(assignment(folder))
    return catalogue(items, assignment(folder))


def checks(folder: Path = BACKPROP) -> dict[str, CheckSpec]:
    """Return the checks of an assignment by name."""
    return {spec.id: spec for _, spec in collected(folder)}


def is_bonus(name: str, folder: Path = BACKPROP) -> bool:
    """Return whether a check belongs to a bonus task."""
    return bool(assignment(folder).task(checks(folder)[name].task).bonus)


@cache
def answer_key_script(folder: Path = BACKPROP) -> str:
    """Return the answer key as one script, or as a notebook in text."""
    key = answer_key(folder)
    assert key is not None
    return key


@cache
def audit_setup(folder: Path = BACKPROP) -> AuditSetup:
    """Return what an audit knows of the answer key: what it prints and draws, and which checks run which of its parts."""
    return set_up_audit(assignment(folder), collected(folder), answer_key_script(folder), time.perf_counter)


def affected(place: str, folder: Path = BACKPROP) -> set[str]:
    """Return the checks that run a definition of the answer key."""
    return {spec.id for _, spec in audit_setup(folder).affected(place)}


def grade(
    source: str,
    seed: str = "tests",
    only: Collection[str] | None = None,
    run: Any = None,
    folder: Path = BACKPROP,
) -> Graded:
    """Grade a script, or a notebook as text, with the checks of an assignment.

    Parameters
    ----------
    only : collection of str, optional
        The checks to run; others are not, even if these require them.
    run : Run or StudentFault, optional
        What is to stand for its run as a script; without it, the script is run if a check asks.
    folder : Path
        The assignment.
    """
    chosen = [check for check in collected(folder) if only is None or check[1].id in only]
    setup = AuditSetup(assignment(folder), chosen, source, run, {}, {})
    found = Forked(lambda: try_answer(source, chosen, setup, seed, stop=False, runs=run is None), CPU_SECONDS).result()
    assert found is not None, "the answer was not finished in time"
    assert not broken_checks(found), broken_checks(found)
    failures = {
        name: Failure(each["why"], each["message"], each["hint"]) for name, each in found.items() if each["why"]
    }
    earned: dict[str, float] = {}
    unchecked: set[str] = set()
    for _, spec in chosen:
        if any(name in failures or name in unchecked for name in spec.requires):
            unchecked.add(spec.id)
        earned[spec.id] = 0.0 if spec.id in unchecked else found[spec.id]["earned"]
    return Graded(folder, earned, failures, sum(each["remarks"] for each in found.values()))
