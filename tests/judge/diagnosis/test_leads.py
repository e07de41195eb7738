"""Answers with one mistake each, graded by the real command: what leads is the cause, and what it is called is true."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.material.script import answer_key
from tests.assignments.grading import BACKPROP

ROOT = Path(__file__).parents[3]
SOLVE = "SGD(network.parameters(), 0.1), inputs, targets, 500"
ADAM = "            parameter.value = parameter.value - self.learning_rate * self._direction(index)\n"
LINE = 'print(f"Iter: {index} | Ground truth: {target:.0f} | Predict: {probability:.5f}")'
# By student, the pieces of the answer key that are replaced.
CLASS = {
    "adam": {ADAM: ADAM.replace("- self", "+ self"), SOLVE: SOLVE.replace("SGD", "Adam")},
    "exchanged": {LINE: 'print(f"Iter: {index} | Ground truth: {probability:.5f} | Predict: {target:.0f}")'},
    "forward": {
        "self.outputs = np.tanh(inputs)\n": "self.outputs = 0.8 * np.tanh(inputs)\n",
        "return grad_output * (1.0 - self.outputs**2)\n": "return grad_output * (0.8 - self.outputs**2 / 0.8)\n",
    },
    "nan": {LINE: "print(f\"Iter: {index} | Ground truth: {target:.0f} | Predict: {float('nan')}\")"},
    "once": {"        self.parameters = list(parameters)\n": "        self.parameters = iter(list(parameters))\n"},
    "pair": {
        "scale = np.sqrt(self.squares[index]) + self.epsilon": "scale = np.sqrt(self.squares[index] + self.epsilon)",
        "self.squares[index] = self.squares[index] + parameter.grad**2": "self.squares[index] += np.abs(parameter.grad)",
    },
    "slip": {"float(np.mean(self.difference**2))": "float(np.mean(self.difference) ** 2)"},
    "two": {
        "        self.betas = betas\n": "        self.betas = betas[::-1]\n",
        "grad = -parameter.grad if self.maximize else parameter.grad": "grad = parameter.grad",
    },
}


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The records of the class, by student."""
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("reports")
    for name, pieces in CLASS.items():
        source = answer_key(BACKPROP)
        assert source is not None
        for old, new in pieces.items():
            assert source.count(old) == 1, old
            source = source.replace(old, new)
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "grader", "grade", str(folder), "--out", str(out), "--seed", "leads", "--quiet"]
    subprocess.run(command, cwd=ROOT, check=True)
    return {name: json.loads((out / "records" / f"{name}.json").read_text(encoding="ascii")) for name in CLASS}


@pytest.mark.parametrize(
    ("student", "lead", "title"),
    [
        ("adam", "check_adam", "Adam climbs: the step is added."),
        ("exchanged", "check_printed_lines", "Ground truth and prediction stand in each other's place."),
        ("forward", "check_tanh_forward", "What came is 0.8 times the right value, in every entry."),
        ("nan", "check_printed_lines", "The network answers all 100 points with nan."),
        ("once", "check_sgd_step", "Only the first step changes anything; no later one moves a parameter."),
        (
            "pair",
            "check_adagrad",
            "Two mistakes at once: Epsilon stands inside the root. Absolute values are summed in place of squares.",
        ),
        (
            "slip",
            "check_mse",
            "What came is what a right `MSELoss.forward` gives with the power taken of the mean in place of the mean of powers.",
        ),
        ("two", "check_adam", "The two betas are exchanged."),
    ],
)
def test_what_leads_is_the_cause(records: dict[str, Any], student: str, lead: str, title: str):
    """The check that leads is the one whose thing is wrong, and its name is what was done to it."""
    record = records[student]
    checks = {check["id"]: check for check in record["checks"]}
    assert record["lead"] == lead
    assert checks[lead]["diagnosis"]["title"] == title
    # Parameters that can be gone through only once are missed by `zero_grad` as well.
    also = {"check_sgd_zero_grad"} if student == "once" else set()
    assert {check["mend_first"] for check in record["checks"] if check["result"] == "failed"} <= {None, lead} | also


def test_printed_lines_follow_from_the_optimizer_that_the_run_uses(records: dict[str, Any]):
    """A bonus that the run uses is why the run prints wrong answers; one that it does not use would not be."""
    checks = {check["id"]: check for check in records["adam"]["checks"]}
    assert (checks["check_printed_lines"]["result"], checks["check_printed_lines"]["mend_first"]) == (
        "failed",
        "check_adam",
    )


def test_a_gradient_of_the_own_forward_has_no_cause_and_waits(records: dict[str, Any]):
    """Where backward belongs to the student's own forward, nothing is said of backward, and forward is to be mended first."""
    checks = {check["id"]: check for check in records["forward"]["checks"]}
    assert checks["check_tanh_backward"]["diagnosis"] is None
    assert (
        checks["check_tanh_backward"]["hint"]
        == "This is the gradient of your own `forward`, so look for the mistake in `forward`."
    )
    assert checks["check_tanh_backward"]["mend_first"] == "check_tanh_forward"


def test_what_leads_says_what_mending_it_would_bring(records: dict[str, Any]):
    """The points are those of the checks that fail as they did when this one thing is put into the answer key."""
    checks = {check["id"]: check for check in records["forward"]["checks"]}
    assert checks["check_tanh_forward"]["remarks"] == [
        "With this alone mended, checks worth 5.75 points would pass as well."
    ]
