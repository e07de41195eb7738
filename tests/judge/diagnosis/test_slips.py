"""Tests of small slips that no list of mistakes has: answers with one slip each, and what is said of them; the real path is in ``test_leads``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader.judge.collecting import collect_checks
from grader.judge.diagnosis.adding import add_causes
from grader.judge.diagnosis.slipped import slipped
from grader.judge.diagnosis.tried import tells
from grader.judge.diagnosis.worded import one_of
from grader.judge.marks import catalogue
from grader.judge.setup import Setup
from grader.judge.trusted_code import run_on_trusted
from grader.material.answer_key import import_answer_key
from grader.material.assignment import load_assignment
from grader.material.misconceptions import misconceptions
from grader.material.script import answer_key
from grader.outcomes import Diagnosis, Evidence, Result, StudentFault, Why
from grader.record.score import CheckOutcome
from grader.trusted import executed
from tests.assignments.grading import ASSIGNMENTS, BACKPROP

A_RIGHT = "What came is what a right "
# By assignment and check: a piece of the answer key, what stands in its place, and what is said of it.
SLIPS = {
    BACKPROP: {
        "check_mse": (
            "float(np.mean(self.difference**2))",
            "float(np.mean(self.difference) ** 2)",
            "`MSELoss.forward` gives with the power taken of the mean in place of the mean of powers.",
        ),
        "check_flatten": (
            "return grad_output.reshape(self.shape)",
            "return np.fliplr(grad_output).reshape(self.shape)",
            "`Flatten.backward` gives with `grad_output` with its last axis in reverse order in place of `grad_output`.",
        ),
        "check_identity": (
            "return grad_output\n\n\nclass Linear",
            "return grad_output / grad_output\n\n\nclass Linear",
            "`Identity.backward` gives with ones in place of `grad_output`.",
        ),
        "check_sgd_step": (
            "parameter.value = parameter.value - self.learning_rate * parameter.grad\n\n\n",
            "parameter.value = parameter.value - self.learning_rate * np.clip(parameter.grad, -1, 1)\n\n\n",
            "`SGD.step` gives with the gradient limited to an absolute value of at most 1 in place of the gradient.",
        ),
        "check_sigmoid_backward": (
            "return grad_output * self.outputs * (1.0 - self.outputs)",
            "return grad_output * (self.outputs * 1.0 - self.outputs)",
            "`Sigmoid.backward` gives with the brackets around a sum left out.",
        ),
        "check_tanh_backward": (
            "return grad_output * (1.0 - self.outputs**2)",
            "return grad_output * (1.0 - self.outputs) ** 2",
            "`Tanh.backward` gives with the power taken of the whole sum.",
        ),
        "check_tanh_forward": (
            "self.outputs = np.tanh(inputs)",
            "self.outputs = np.arctan(inputs)",
            "`Tanh.forward` gives with an arc tangent in place of the hyperbolic tangent.",
        ),
    },
    ASSIGNMENTS / "autograd": {
        "check_tanh": (
            "lambda g: g * (1.0 - value**2)",
            "lambda g: g / np.cosh(self.data)",
            "`Tensor.tanh` gives with the square root of one of its factors.",
        ),
    },
    ASSIGNMENTS / "components": {
        "check_relu": (
            "return np.maximum(x, 0)",
            "return np.where(x > 1, x, 1.0)",
            "`relu` gives with 1 in place of 0.",
        ),
    },
}


def graded(folder: Path, check: str, old: str, new: str, *more: tuple[str, str, str]) -> dict[str, CheckOutcome]:
    """Return the outcomes of the checks of one task for the answer key with another piece in it, or of more tasks with more pieces."""
    key = answer_key(folder)
    assert key is not None
    source = key
    for _, piece, other in [(check, old, new), *more]:
        assert source.count(piece) == 1, piece
        source = source.replace(piece, other)
    found: dict[str, CheckOutcome] = {}

    def work(items: list[pytest.Item]) -> None:
        assignment = load_assignment(folder)
        import_answer_key(assignment)
        pairs = catalogue(items, assignment)
        tasks = {spec.task for _, spec in pairs if spec.id in (check, *(each[0] for each in more))}
        wanted = [pair for pair in pairs if pair[1].task in tasks]
        task = tasks.pop() if len(tasks) == 1 else None
        known = misconceptions(folder)
        setup = Setup(assignment, wanted, "slips", None, {}, Path(), known=known, key=key)  # type: ignore[arg-type]
        loaded = executed(source, task=task, asked=assignment.names)
        runs = [run_on_trusted(*pair, loaded, assignment, setup.seed) for pair in wanted]
        failed = [run for run in runs if run.failed]
        found.update(add_causes({run.spec.id: run.outcome for run in runs}, failed, setup, {}))

    collect_checks(folder, work)
    return found


def said(folder: Path, check: str, old: str, new: str) -> str | None:
    """Return what is said of one check."""
    outcome = graded(folder, check, old, new)[check]
    told = [outcome.diagnosis, *(part.diagnosis for part in outcome.parts)]
    return next((each.title for each in told if each is not None), None)


@pytest.mark.parametrize(
    ("folder", "check"),
    [(folder, check) for folder, checks in SLIPS.items() for check in checks],
    ids=lambda each: str(each)[-20:],
)
def test_a_slip_is_said_by_what_it_does_to_a_right_formula(folder: Path, check: str):
    """What came is what one change of a right formula gives, however the student has written it."""
    old, new, end = SLIPS[folder][check]
    assert said(folder, check, old, new) == A_RIGHT + end


def test_nothing_is_said_of_what_no_small_slip_gives():
    """Two changes at once are none that is tried here."""
    assert (
        said(
            BACKPROP,
            "check_identity",
            "return grad_output\n\n\nclass Linear",
            "return 0.3 + grad_output**5\n\n\nclass Linear",
        )
        is None
    )


def test_a_mistake_explains_the_other_checks_of_its_task():
    """What fails because of the same mistake follows from the check that names it, however it fails."""
    epochs = "    for _ in range(epochs):\n"
    outcomes = graded(BACKPROP, "check_train_losses", epochs, epochs.replace("epochs)", "epochs + 1)"))
    failed = {id_: each.mend_first for id_, each in outcomes.items() if each.result is Result.FAILED}
    assert failed.pop("check_train_losses") is None
    assert failed
    assert set(failed.values()) == {"check_train_losses"}


def test_a_second_mistake_in_a_chain_has_its_own_name():
    """Where the mistake of what a check builds on does not fail it, what fails it is looked for; and gradients that add up are told by themselves."""
    forward = ("inputs @ self.weight.value + self.bias.value\n", "inputs @ self.weight.value - self.bias.value\n")
    gradient = "self.weight.grad = self.inputs.T @ grad_output\n"
    for other, title in (
        (
            "self.weight.grad = np.sign(self.inputs).T @ grad_output\n",
            A_RIGHT + "`Linear.backward` gives with the sign of `inputs` in place of `inputs`.",
        ),
        (
            "self.weight.grad = self.weight.grad + self.inputs.T @ grad_output\n",
            "A second, equal call of `backward` gives twice what one gives: gradients are added up.",
        ),
    ):
        outcomes = graded(BACKPROP, "check_linear_forward", *forward, ("check_linear_backward", gradient, other))
        first, second = outcomes["check_linear_forward"], outcomes["check_linear_backward"]
        assert (first.mend_first, second.mend_first) == (None, None)
        assert first.diagnosis is not None
        assert second.diagnosis is not None
        assert (first.diagnosis.title, second.diagnosis.title) == ("The bias is subtracted.", title)


def test_two_that_give_the_same_are_told_together():
    """Of three, or where one has no words, nothing is told."""
    one, other = Diagnosis("a", "A.", "Why.", "Look."), Diagnosis("b", "B.", "Why.", "See.")
    assert one_of([one]) == one
    assert one_of([one, other]) == Diagnosis(
        "a|b", "One of two mistakes, which give the same here. Either: A. Or: B.", "Why.", "Look. See."
    )
    assert one_of([one, None]) is None
    assert one_of([one, other, Diagnosis("c", "C.", "Why.", "Look.")]) is None
    assert one_of([]) is None


def test_slips_say_no_name_that_the_student_was_not_given():
    """What only the answer key calls so is one of its factors, one of its terms, or one value."""
    key = answer_key(BACKPROP)
    assert key is not None
    hows = {each.how for each in slipped(key, ("Adam",))}
    assert "with the sign of one term turned" in hows
    assert "with 0.99 in the default of `betas` in place of 0.999" in hows
    assert not [how for how in hows if "square`" in how or "means" in how or "index" in how or "self" in how]


@pytest.mark.parametrize(
    ("actual", "desired", "tell"),
    [
        (np.array([1.0 / 3.0]), None, True),
        (np.array([0.25, 7.0, 0.5]), None, False),
        (np.array([0.33, 1.67, 0.1]), None, False),
        (np.array([1, 2, 3, 4]), np.array([1.1, 2.2, 3.3, 4.4]) / 7, False),
        (np.ones(4), np.array([1.1, 2.2, 3.3, 4.4]) / 7, True),
        (np.ones(1), np.array([1.1]) / 7, False),
        ("text", None, False),
    ],
)
def test_only_values_with_many_digits_tell_a_slip(actual: object, desired: object, tell: bool):
    """Counts, truth values and short fractions are reached in too many ways."""
    assert tells({"": StudentFault(Why.WRONG, "", evidence=Evidence("f", actual, desired))}) is tell
