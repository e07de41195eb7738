"""Live and replayed verdicts are equal: every mutant and every variant is judged with the answer key and with the recording."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from grader.audit import Case, mutants, variants
from grader.checks.examination import Examination
from grader.judge.collecting import collect_checks
from grader.judge.trusted_code import NO_RUN
from grader.judge.verdict import run_check
from grader.material.answer_key import import_answer_key
from grader.material.assignment import find_assignment
from grader.material.percent import is_percent
from grader.material.script import answer_key
from grader.precheck.checks import Course, course_at
from grader.precheck.judging import PUBLIC_SEED
from grader.record.score import CheckOutcome
from grader.trusted import InProcess, executed
from grader.trusted.notebook import needed_cells
from tests.precheck.bundles import NAMES, unzipped

pytestmark = pytest.mark.filterwarnings("ignore")


def outcomes(item: pytest.Item, spec: Any, case: Case, course: Course, key: Any) -> CheckOutcome | None:
    """Return what becomes of a check, None where the mutant cannot even be loaded; a fault of ours is raised."""
    try:
        loaded = executed(case.source, task=spec.task, asked=course.assignment.names)
    except Exception:
        return None
    run = run_check(item, spec, examination(course, PUBLIC_SEED, loaded, key))
    assert run.our_fault is None, f"{case.id}, {spec.id}: {run.our_fault}"
    return run.outcome


def examination(course: Course, seed: str, loaded: Any, key: Any) -> Examination:
    """Return trusted code in front of the checks, with what stands for the answer key."""
    return Examination(course.assignment, seed, lambda limits: nullcontext(InProcess(loaded)), NO_RUN, reference=key)


def cases_of(name: str) -> list[Case]:
    """Return all mutants and variants of an assignment."""
    folder = find_assignment(name)
    key = answer_key(folder) or ""
    return [*mutants(folder, key), *variants(folder, key)]


def compare(folder: Path, cases: Sequence[Case]) -> int:
    """Judge cases both ways; return how many outcomes were compared."""
    course = course_at(folder)
    live_key = import_answer_key(course.assignment)
    different, count = [], 0

    def work(items: list[pytest.Item]) -> None:
        nonlocal count
        for item, spec in course.chosen(items, None):
            if "reference" not in item.fixturenames:  # type: ignore[attr-defined]
                continue
            seen: set[Any] = set()
            for case in cases:
                # Most mutants of a notebook differ in cells that a check does not need: they are one case to it.
                runs = tuple(needed_cells(case.source, "", spec.task)) if is_percent(case.source) else case.source
                if runs in seen:
                    continue
                seen.add(runs)
                live, replayed = (outcomes(item, spec, case, course, key) for key in (live_key, course.key()))
                different.extend([(case.id, spec.id)] if live != replayed else [])
                count += live is not None

    collect_checks(folder, work)
    assert different == []
    return count


def test_live_and_replayed_verdicts_are_equal(bundle: Path):
    """Verdict, message, points and measurements are the same for a sample of the mutants and variants."""
    cases = cases_of("backprop")
    assert compare(bundle / "precheck_files" / "assignment", cases[:: max(1, len(cases) // 8)]) > 100


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_live_and_replayed_verdicts_are_equal_for_all(name: str, tmp_path: Path):
    """The same for all mutants and variants of each assignment."""
    assert compare(unzipped(name, tmp_path) / "precheck_files" / "assignment", cases_of(name)) > 300


def test_another_seed_draws_other_inputs(bundle: Path):
    """What was recorded for the public seed answers no question of a secret one, so tuning to it earns nothing."""
    folder = bundle / "precheck_files" / "assignment"
    course = course_at(folder)
    found = []

    def work(items: list[pytest.Item]) -> None:
        item, spec = next(pair for pair in course.chosen(items, "1.1") if pair[1].id == "check_sigmoid_forward")
        loaded = executed(answer_key(find_assignment("backprop")) or "")
        for seed in ("public", "secret"):
            run = run_check(item, spec, examination(course, seed, loaded, course.key()))
            found.append(str(run.our_fault))

    collect_checks(folder, work)
    assert found == ["None", "Unrecorded: nothing was recorded for Sigmoid.forward(...)"]
