"""Tests of what mending one thing would bring, with mistakes put into the answer key; the real path is in ``test_leads``."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from grader.judge.collecting import collect_checks
from grader.judge.diagnosis.adding import add_causes
from grader.judge.diagnosis.substitution import add_what_mending_brings
from grader.judge.marks import catalogue
from grader.judge.setup import Setup
from grader.judge.trusted_code import run_on_trusted
from grader.material.answer_key import import_answer_key
from grader.material.assignment import load_assignment
from grader.material.script import answer_key
from grader.trusted import InProcess, executed
from tests.assignments.grading import BACKPROP

TANH = "self.outputs = np.tanh(inputs)\n"
BIAS = "self.bias.grad = grad_output.sum(axis=0)\n"


def remarks(pieces: dict[str, str], checks: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the remarks of the failed checks, of those that are run, for the answer key with other pieces in it."""
    source = answer_key(BACKPROP)
    assert source is not None
    key = source
    for old, new in pieces.items():
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    found: list[dict[str, tuple[str, ...]]] = []

    def work(items: list[pytest.Item]) -> None:
        assignment = load_assignment(BACKPROP)
        import_answer_key(assignment)
        wanted = [pair for pair in catalogue(items, assignment) if pair[1].id in checks]
        setup = Setup(assignment, wanted, "mending", None, {}, Path(), key=key)  # type: ignore[arg-type]
        loaded = executed(source, asked=assignment.names)
        runs = [run_on_trusted(*pair, loaded, assignment, setup.seed) for pair in wanted]
        failed = [run for run in runs if run.failed]
        outcomes = add_causes({run.spec.id: run.outcome for run in runs}, failed, setup, {})
        open_check: Any = lambda limits: nullcontext(InProcess(executed(source, asked=assignment.names)))  # noqa: E731
        told = add_what_mending_brings(outcomes, failed, setup, open_check)
        found.append({id_: told[id_].remarks for id_ in told if told[id_].result == "failed"})

    collect_checks(BACKPROP, work)
    return found[0]


def test_mending_brings_what_fails_alike_in_the_answer_key():
    """Checks that fail as they did when only this layer is the student's would pass with it mended; their points are added up."""
    checks = ("check_tanh_forward", "check_tanh_extremes", "check_network_gradient_tanh")
    assert remarks({TANH: TANH.replace("np.tanh(inputs)", "0.8 * np.tanh(inputs)")}, checks) == {
        "check_tanh_forward": ("With this alone mended, checks worth 3 points would pass as well.",),
        "check_tanh_extremes": (),
        "check_network_gradient_tanh": (),
    }


def test_mending_brings_nothing_that_fails_for_another_reason_as_well():
    """A check that also fails for something else does not count: with the one mended it would still fail."""
    pieces = {
        TANH: TANH.replace("np.tanh(inputs)", "0.8 * np.tanh(inputs)"),
        BIAS: BIAS.replace("sum", "mean"),
    }
    checks = ("check_tanh_forward", "check_tanh_extremes", "check_linear_backward", "check_network_gradient_tanh")
    assert remarks(pieces, checks)["check_tanh_forward"] == (
        "With this alone mended, checks worth 1 point would pass as well.",
    )
