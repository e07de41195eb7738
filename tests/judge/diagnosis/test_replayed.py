"""Tests of asking for one value in place of running a check: what it leaves out is no mistake that fits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.judge.collecting import collect_checks
from grader.judge.diagnosis.naming import Catalogue, mistakes_for
from grader.judge.diagnosis.replayed import Noted, places_of, replies_of_key, values_at
from grader.judge.marks import CheckSpec, catalogue
from grader.judge.trusted_code import run_on_trusted
from grader.material.answer_key import import_answer_key
from grader.material.assignment import Assignment, load_assignment
from grader.material.misconceptions import misconceptions
from grader.material.script import answer_key
from grader.trusted import executed
from tests.assignments.grading import ASSIGNMENTS, BACKPROP

SEED = "replayed"
Work = Callable[[pytest.Item, CheckSpec, Assignment, str], Any]


def with_check(folder: Path, check: str, work: Work) -> Any:
    """Return what comes of working with a check, its assignment and the answer key."""
    key, found = answer_key(folder), []
    assert key is not None

    def collected(items: list[pytest.Item]) -> None:
        assignment = load_assignment(folder)
        import_answer_key(assignment)
        pair = next(pair for pair in catalogue(items, assignment) if pair[1].id == check)
        found.append(work(*pair, assignment, key))

    collect_checks(folder, collected)
    return found[0]


@pytest.mark.parametrize(
    ("folder", "check", "fewest"),
    [
        (BACKPROP, "check_linear_backward", 8),
        (BACKPROP, "check_bce", 8),
        (BACKPROP, "check_conv1d_backward", 8),
        (ASSIGNMENTS / "components", "check_walk", 8),
    ],
)
def test_no_mistake_that_fits_is_left_out(folder: Path, check: str, fewest: int):
    """Each known mistake of a check, handed in, is among those that are run for it; most of the others are not."""

    def work(item: pytest.Item, spec: CheckSpec, assignment: Assignment, key: str) -> tuple[list[str], list[int]]:
        known = mistakes_for(item, spec, misconceptions(folder))
        missed, left = [], []
        shared: dict[str, Any] = {}
        for mistake in known:
            loaded = executed(mistake.source, task=spec.task, asked=assignment.names)
            run = run_on_trusted(item, spec, loaded, assignment, SEED)
            if not run.failed or not all(fault.evidence for fault in run.faults.values()):
                continue
            one = Catalogue(known, assignment, SEED, key=key)
            one._shown = shared
            possible = one._possible(run, known)
            left.append(len(possible))
            missed += [mistake.id] if mistake not in possible else []
        return missed, left

    missed, left = with_check(folder, check, work)
    assert missed == []
    assert len(left) >= fewest
    assert np.median(left) <= 4


def test_only_the_steps_up_to_a_value_are_asked_for():
    """Of a program the later steps are left out, and what an earlier request has made is needed only by one that names it."""

    def work(item: pytest.Item, spec: CheckSpec, assignment: Assignment, key: str) -> tuple[Noted, Any, Any]:
        noted = replies_of_key(key, item, spec, assignment, SEED)
        _, _, values = next(each for each in noted if each[0]["op"] == "program")
        places = places_of(values[0], noted)
        known = {mistake.id: mistake for mistake in misconceptions(BACKPROP)}
        return noted, places, values_at(places, known["adam-climbs"], spec, assignment)

    noted, places, found = with_check(BACKPROP, "check_adam", work)
    (asked, *_) = places.asked
    whole, _, values = next(each for each in noted if each[0]["op"] == "program")
    assert places.alone
    assert 0 < len(asked[0]["steps"]) < len(whole["steps"]) / 10
    assert not np.allclose(found["0"].evidence.actual, values[0])


def test_what_stands_in_no_reply_has_no_place():
    """A value that the judge has computed from what came is looked for by running the check."""
    noted: Noted = [({"op": "call"}, None, {"loss": np.float64(1 / 3), "rest": [1.5, 2.5]})]
    assert places_of(np.array([1.0, 2.0]), noted) is None
    assert places_of("text", noted) is None
    (asked,) = places_of(1 / 3, noted).asked  # type: ignore[union-attr]
    assert asked[2] == (("loss",),)
    (asked,) = places_of([1.5, 2.5], noted).asked  # type: ignore[union-attr]
    assert asked[2] == (("rest",),)
