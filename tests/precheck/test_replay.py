"""Live and replayed verdicts are equal: every mutant and every variant is judged with the answer key and with the recording."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import reference
from grader.assignment import find_assignment
from grader.audit import Case, mutants, variants
from grader.audit.answer_key import answer_key
from grader.checks.examination import Examination, Run
from grader.checks.plugin import EXAMINATION
from grader.checks.verdict import run_check
from grader.inprocess import InProcess, executed
from grader.outcomes import StudentFault, Why
from grader.precheck.checks import Course, course_at
from grader.precheck.collecting import with_checks
from grader.precheck.judging import PUBLIC_SEED
from grader.score import CheckOutcome

pytestmark = pytest.mark.filterwarnings("ignore")
BACKPROP = find_assignment("backprop")
KEY = answer_key(BACKPROP) or ""
CASES = [*mutants(BACKPROP, KEY), *variants(BACKPROP, KEY)]
NOTHING_RUN: Run | StudentFault = StudentFault(Why.MISSING, "Nothing was run as a script.")


def outcomes(item: pytest.Item, spec: Any, case: Case, course: Course, key: Any) -> CheckOutcome:
    """Return what becomes of a check; a fault of ours is raised."""
    names = executed(case.source, task=spec.task)
    item.config.stash[EXAMINATION] = Examination(
        course.assignment,
        PUBLIC_SEED,
        lambda cpu_seconds: nullcontext(InProcess(dict(names))),
        NOTHING_RUN,
        reference=key,
    )
    outcome, _, fault = run_check(item, spec)
    assert fault is None, f"{case.id}, {spec.id}: {fault}"
    return outcome


def compare(folder: Path, cases: Sequence[Case]) -> int:
    """Judge cases both ways; return how many outcomes were compared."""
    course = course_at(folder)
    different, count = [], 0

    def work(items: list[pytest.Item]) -> None:
        nonlocal count
        for item, spec in course.chosen(items, None):
            if "reference" not in item.fixturenames:  # type: ignore[attr-defined]
                continue
            for case in cases:
                live, replayed = (outcomes(item, spec, case, course, key) for key in (reference, course.key()))
                different.extend([(case.id, spec.id)] if live != replayed else [])
                count += 1

    with_checks(folder, work)
    assert different == []
    return count


def test_live_and_replayed_verdicts_are_equal(bundle: Path):
    """Verdict, message, points and measurements are the same for a sample of the mutants and variants."""
    assert compare(bundle / "precheck_files" / "assignment", CASES[:: max(1, len(CASES) // 8)]) > 100


@pytest.mark.soak
def test_live_and_replayed_verdicts_are_equal_for_all(bundle: Path):
    """The same for all mutants and variants."""
    assert compare(bundle / "precheck_files" / "assignment", CASES) > 1000


def test_another_seed_draws_other_inputs(bundle: Path):
    """What was recorded for the public seed answers no question of a secret one, so tuning to it earns nothing."""
    folder = bundle / "precheck_files" / "assignment"
    course = course_at(folder)
    found = []

    def work(items: list[pytest.Item]) -> None:
        item, spec = next(pair for pair in course.chosen(items, "1.1") if pair[1].id == "check_sigmoid_forward")
        names = executed(KEY)
        for seed in ("public", "secret"):
            item.config.stash[EXAMINATION] = Examination(
                course.assignment,
                seed,
                lambda cpu: nullcontext(InProcess(dict(names))),
                NOTHING_RUN,
                reference=course.key(),
            )
            _, _, fault = run_check(item, spec)
            found.append(str(fault))

    with_checks(folder, work)
    assert found == ["None", "Unrecorded: nothing was recorded for Sigmoid.forward(...)"]
