"""Tests of the checks of ``components``: the answer key passes, mutants are rejected, variants accepted, the template earns nothing.

They run in this process against trusted code, and only the cells that a check needs; the way through the fence is tested with the
gallery.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from grader.audit import Case, mutants, variants
from grader.audit.answer_key import answer_key
from grader.outcomes import StudentFault, Why
from grader.template.source import BEGIN, END
from tests.assignments.grading import ASSIGNMENTS, checks, grade, mark

pytestmark = pytest.mark.filterwarnings("ignore")
COMPONENTS = ASSIGNMENTS / "components"
NETS = {"check_net", "check_deeper_net", "check_one_layer_net", "check_linear_net"}
ODD_RESULTS = {
    "None": None,
    "text": "abc",
    "a number": 7.5,
    "nothing": [],
    "ragged": [[1.0], [2.0, 3.0]],
    "huge": 10**400,
    "complex": np.ones((5, 3), dtype=complex),
    "objects": np.array([None, 1], dtype=object),
    "an object": object(),
    "nan": np.full((5, 3), np.nan),
    "a dict": {"a": 1},
    "five things": (1.0, 2.0, 3.0, [1.0], [2.0, 3.0]),
}
ODD_FUNCTIONS = """
# %%
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
optimize_f = sigmoid = sigmoid_grad = relu = relu_grad = bce_loss = bce_loss_grad = fn = Linear = Sigmoid = ReLU = ODD
num_gradient, results, net = [[ODD]], (1.0, ODD, 3.0, [ODD], ODD), ODD


class Net:
    layers = ODD


net_one = net_lin = Net()
"""


@lru_cache(maxsize=1)
def key() -> str:
    """Return the answer key as text."""
    text = answer_key(COMPONENTS)
    assert text is not None
    return text


MUTANTS = list(mutants(COMPONENTS, key()))
VARIANTS = list(variants(COMPONENTS, key()))


def named(case: Case) -> str:
    """Return the name of a case in pytest's output."""
    return case.id


def test_points_add_up():
    """The marks make 22 points; the other 23 are in the rubric."""
    assert sum(mark(check, "points")[0] for check in checks(COMPONENTS).values()) == 22


@pytest.mark.parametrize("seed", range(3))
def test_the_answer_key_earns_every_point(seed: int):
    """Whatever the seed, the answer key passes every check, without a remark."""
    graded = grade(key(), seed=f"answer key {seed}", folder=COMPONENTS)
    assert graded.faults == {}
    assert sum(graded.earned.values()) == 22
    assert not any(graded.remarks.values())


def test_the_template_earns_nothing():
    """What students receive earns no point, and every check says that it is not done yet."""
    kept, inside = [], False
    for line in key().splitlines():
        inside = line.strip() == BEGIN or (inside and line.strip() != END)
        kept.append(line if line.strip() not in (BEGIN, END) and not inside else "")
        if line.strip() == BEGIN:
            kept[-1] = line.replace(BEGIN, 'raise NotImplementedError("Task 1: write it")')
    graded = grade("\n".join(kept), folder=COMPONENTS)
    assert sum(graded.earned.values()) == 0
    assert {fault.why for fault in graded.faults.values() if isinstance(fault, StudentFault)} == {Why.MISSING}


@pytest.mark.parametrize("case", MUTANTS, ids=named)
def test_mutants_are_rejected_by_the_checks_they_name(case: Case):
    """Each mistake is seen by every check that it names, not only for want of a prerequisite."""
    only = None if case.points is not None else set(case.rejected_by)
    graded = grade(case.source, seed="mutants", only=only, folder=COMPONENTS)
    assert {name for name in case.rejected_by if not isinstance(graded.faults.get(name), StudentFault)} == set()
    if case.points is not None:
        assert sum(graded.earned.values()) == case.points


def test_every_check_rejects_a_mutant():
    """A check that rejects nothing would be worth nothing."""
    assert set(checks(COMPONENTS)) - {name for case in MUTANTS for name in case.rejected_by} == set()


@pytest.mark.parametrize("case", VARIANTS, ids=named)
def test_variants_earn_every_point(case: Case):
    """Each unusual right answer earns all of its points; nets are trained again only where the notebook differs in that part."""
    same_nets = case.points is None and case.source.endswith(key()[key().index("# ## 1.6") :])
    wanted = set(checks(COMPONENTS)) - (NETS if same_nets else set())
    graded = grade(case.source, seed="variants", only=wanted, folder=COMPONENTS)
    full = sum(mark(checks(COMPONENTS)[name], "points")[0] for name in wanted)
    assert sum(graded.earned.values()) == (full if case.points is None else case.points), graded.faults


@pytest.mark.parametrize("word", ODD_RESULTS)
def test_odd_results_are_the_students_fault(word: str):
    """Whatever functions return and names stand for, a check ends with a sentence for the student, never with an exception of ours."""
    for odd in (ODD_FUNCTIONS, ODD_VALUES):
        graded = grade(odd, extra={"ODD": ODD_RESULTS[word]}, folder=COMPONENTS)
        assert set(graded.faults) == set(checks(COMPONENTS))
        assert all(isinstance(fault, str) or fault.message for fault in graded.faults.values())
