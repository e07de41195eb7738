"""Tests of the checks of ``components``: the answer key passes, mutants are rejected, variants accepted, the template earns nothing.

They run on trusted code, as in the audit, and only the cells that a check needs; the way through the fence is tested with the gallery.
"""

from __future__ import annotations

import pytest

from grader.audit import Case, mutants, variants
from grader.handout.template.source import BEGIN, END
from grader.outcomes import Why
from tests.assignments.grading import ASSIGNMENTS, answer_key_script, assignment, checks, grade, in_part

pytestmark = pytest.mark.filterwarnings("ignore")
COMPONENTS = ASSIGNMENTS / "components"
NETS = {"check_net", "check_deeper_net", "check_one_layer_net", "check_linear_net"}
ODD_RESULTS = {
    "None": "None",
    "text": "'abc'",
    "a number": "7.5",
    "nothing": "[]",
    "ragged": "[[1.0], [2.0, 3.0]]",
    "huge": "10**400",
    "complex": "np.ones((5, 3), dtype=complex)",
    "objects": "np.array([None, 1], dtype=object)",
    "an object": "object()",
    "nan": "np.full((5, 3), np.nan)",
    "a dict": "{'a': 1}",
    "five things": "(1.0, 2.0, 3.0, [1.0], [2.0, 3.0])",
}
ODD_FUNCTIONS = """
# %%
import numpy as np
ODD = {odd}


def odd(*arguments, **options):
    return ODD


class Layer:
    forward = backward = step = odd


class Linear(Layer):
    def __init__(self, n_in, n_out, rng):
        self.W = self.b = self.dW = self.db = ODD


class Net(Layer):
    layers = [Linear(64, 64, None), ODD, Layer()]


optimize_f = sigmoid = sigmoid_grad = relu = relu_grad = bce_loss = bce_loss_grad = fn = odd
Sigmoid = ReLU = Layer
results, num_gradient = ODD, [ODD]
net = net_one = net_lin = Net()
"""
ODD_VALUES = """
# %%
import numpy as np
ODD = {odd}
optimize_f = sigmoid = sigmoid_grad = relu = relu_grad = bce_loss = bce_loss_grad = fn = Linear = Sigmoid = ReLU = ODD
num_gradient, results, net = [[ODD]], (1.0, ODD, 3.0, [ODD], ODD), ODD


class Net:
    layers = ODD


net_one = net_lin = Net()
"""


KEY = answer_key_script(COMPONENTS)
MUTANTS = list(mutants(COMPONENTS, KEY))
# What goes by single numbers is tried with the audit, which the soak carries out whole.
VARIANTS = [case for case in variants(COMPONENTS, KEY) if case.id != "loops"]


def test_points_add_up():
    """The marks make 22 points; the other 23 are in the rubric."""
    assert sum(check.points for check in checks(COMPONENTS).values()) == 22


@pytest.mark.parametrize("seed", range(3))
def test_the_answer_key_earns_every_point(seed: int):
    """Whatever the seed, the answer key passes every check, without a remark."""
    graded = grade(KEY, seed=f"answer key {seed}", folder=COMPONENTS)
    assert graded.faults == {}
    assert sum(graded.earned.values()) == 22
    assert graded.remarks == 0


def test_the_template_earns_nothing():
    """What students receive earns no point, and every check says that it is not done yet."""
    kept, inside = [], False
    for line in KEY.splitlines():
        inside = line.strip() == BEGIN or (inside and line.strip() != END)
        kept.append(line if line.strip() not in (BEGIN, END) and not inside else "")
        if line.strip() == BEGIN:
            kept[-1] = line.replace(BEGIN, 'raise NotImplementedError("Task 1: write it")')
    graded = grade("\n".join(kept), folder=COMPONENTS)
    assert sum(graded.earned.values()) == 0
    assert {fault.why for fault in graded.faults.values()} == {Why.MISSING}
    assert set(graded.faults) == set(checks(COMPONENTS))


@pytest.mark.parametrize("case", in_part(MUTANTS))
def test_mutants_are_rejected_by_the_checks_they_name(case: Case):
    """Each mistake is seen by every check that it names, not only for want of a prerequisite."""
    only = None if case.points is not None else set(case.rejected_by)
    graded = grade(case.source, seed="mutants", only=only, folder=COMPONENTS)
    assert set(case.rejected_by) - set(graded.faults) == set()
    if case.points is not None:
        assert sum(graded.earned.values()) == case.points


def test_every_check_rejects_a_mutant():
    """A check that rejects nothing would be worth nothing."""
    assert set(checks(COMPONENTS)) - {name for case in MUTANTS for name in case.rejected_by} == set()


@pytest.mark.parametrize("case", in_part(VARIANTS))
def test_variants_earn_every_point(case: Case):
    """Each unusual right answer earns all of its points; nets are trained again only where the notebook differs in that part."""
    same_nets = case.points is None and case.source.endswith(KEY[KEY.index("# ## 1.6") :])
    wanted = set(checks(COMPONENTS)) - (NETS if same_nets else set())
    graded = grade(case.source, seed="variants", only=wanted, folder=COMPONENTS)
    full = sum(checks(COMPONENTS)[name].points for name in wanted)
    assert sum(graded.earned.values()) == (full if case.points is None else case.points), graded.faults


@pytest.mark.parametrize("word", ODD_RESULTS)
def test_odd_results_are_the_students_fault(word: str):
    """Whatever functions return and names stand for, a check ends with a sentence for the student, never with an exception of ours."""
    for odd in (ODD_FUNCTIONS, ODD_VALUES):
        graded = grade(odd.format(odd=ODD_RESULTS[word]), folder=COMPONENTS)
        assert set(graded.faults) == set(checks(COMPONENTS))
        assert all(fault.message for fault in graded.faults.values())


def test_a_numerical_gradient_that_is_off_by_a_factor_is_rejected():
    """One in a hundred is no matter of the width of the difference when it is so at every point."""
    source = KEY.replace(
        "(sigmoid(x + h) - sigmoid(x - h)) / (2 * h)", "(sigmoid(x + h) - sigmoid(x - h)) / (2.02 * h)"
    )
    check = "check_sigmoid_numerical_gradient"
    assert grade(source, only={check}, folder=COMPONENTS).faults[check].message == (
        "`num_gradient` of 1.2c is 0.9901 times the numerical derivative of `sigmoid`, at most points."
    )


@pytest.mark.parametrize("width", [1e-2, 1e-6])
def test_a_wide_difference_on_one_side_is_a_numerical_gradient(width: float):
    """The width is the student's choice, up to a hundredth where the function bends little."""
    source = KEY.replace(
        "(sigmoid(x + h) - sigmoid(x - h)) / (2 * h)", f"(sigmoid(x + {width}) - sigmoid(x)) / {width}"
    )
    only = {"check_sigmoid_numerical_gradient"}
    assert grade(source, only=only, folder=COMPONENTS).faults == {}


@pytest.mark.parametrize(
    ("epochs", "message"),
    [
        ((0, 6), None),
        (
            (0, 0),
            "A net of your layers, trained by the grader for 0 epochs, reads 53.8% of the test images right, and it must be at least 93%.",
        ),
    ],
)
def test_layers_learn_in_one_of_several_trainings(
    monkeypatch: pytest.MonkeyPatch, epochs: tuple[int, ...], message: str | None
):
    """A training that chance has spoilt is tried again from other weights."""
    trials = [{"epochs": number, "learning_rate": 0.02, "batch_size": 15} for number in epochs]
    monkeypatch.setitem(assignment(COMPONENTS).settings["training"], "trials", trials)
    fault = grade(KEY, seed="again", only={"check_layers_learn"}, folder=COMPONENTS).faults.get("check_layers_learn")
    assert getattr(fault, "message", None) == message
