"""Tests of the checks of ``autograd``: the answer key passes, mutants are rejected, variants accepted, the template earns nothing.

They run on trusted code, as in the audit; the way through the fence is tested with the gallery.
"""

from __future__ import annotations

import pytest

from grader.audit import Case, mutants, variants
from grader.handout.template import stale
from grader.outcomes import Why
from tests.assignments.grading import ASSIGNMENTS, ROOT, affected, answer_key_script, assignment, checks, grade, in_part
from tests.handout.template.test_write import leaks

pytestmark = pytest.mark.filterwarnings("ignore")
AUTOGRAD = ASSIGNMENTS / "autograd"
KEY = answer_key_script(AUTOGRAD)
MUTANTS = list(mutants(AUTOGRAD, KEY))
# What goes by single numbers is tried with the audit, which the soak carries out whole.
VARIANTS = [case for case in variants(AUTOGRAD, KEY) if case.id != "loops"]
POINTS = {"1": 20, "2": 6, "3": 6, "4.1": 2, "4.2": 2, "5": 6, "6.1": 4, "6.2": 4}
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
    "a function": "print",
}
NAMES = (
    *("Tensor", "Tensor.backward", "Tensor.zero_grad", "Tensor.__add__", "Tensor.__rsub__", "Tensor.__matmul__"),
    *("Tensor.sum", "Tensor.relu", "Tensor.T", "Tensor.reshape", "no_grad", "Linear.__call__", "Conv1d.__call__"),
    *("MSELoss.__call__", "BCEWithLogitsLoss.__call__", "SGD", "SGD.step", "Adam.zero_grad"),
    *("MLP.__call__", "MLP.parameters", "CNN.__call__", "CNN.parameters", "CNN", "MLP"),
)
# A power of two whole numbers of four hundred digits would never end here; in the fence the limit of the check ends it.
ODD_FIELDS = [word for word in ODD_RESULTS if word != "huge"]
# Read where a value is expected; every tensor has them.
FIELDS = ("data", "grad")


@pytest.fixture
def short_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train for two epochs, for tests that need the steps rather than the result."""
    for setting in assignment(AUTOGRAD).settings.values():
        for trial in setting["trials"]:
            monkeypatch.setitem(trial, "epochs", 2)


def test_points_are_those_of_the_design():
    """The marks make 50 points, shared out over the families as they were promised."""
    found = dict.fromkeys(POINTS, 0)
    for check in checks(AUTOGRAD).values():
        found[check.task if check.task in found else check.task.partition(".")[0]] += check.points
    assert found == POINTS
    assert sum(found.values()) == assignment(AUTOGRAD).total == 50


@pytest.mark.parametrize("seed", range(5))
def test_the_answer_key_earns_every_point(seed: int):
    """Whatever the seed, the answer key passes every check, without a remark."""
    graded = grade(KEY, seed=f"answer key {seed}", folder=AUTOGRAD)
    assert graded.faults == {}
    assert graded.total(bonus=False) == 50
    assert graded.remarks == 0


def test_the_template_earns_nothing():
    """What students receive earns no point, and every check says that it is not done yet."""
    template = ROOT / "student_template" / "autograd" / "script" / "autograd.py"
    graded = grade(template.read_text(encoding="utf-8"), folder=AUTOGRAD)
    assert sum(graded.earned.values()) == 0
    assert {fault.why for fault in graded.faults.values()} == {Why.MISSING}
    assert set(graded.faults) == set(checks(AUTOGRAD))


def test_the_template_is_fresh_and_holds_no_answer():
    """What ships is what the answer key gives; else run `python -m grader template autograd`. No line of an answer is in it."""
    folder = ROOT / "student_template" / "autograd"
    assert stale(AUTOGRAD, folder) == []
    paths = [path for path in folder.rglob("*") if path.suffix in {".py", ".ipynb"}]
    assert len(paths) == 8
    assert leaks(AUTOGRAD, {path.name: path.read_text(encoding="utf-8") for path in paths}) == set()


@pytest.mark.parametrize("case", in_part(MUTANTS))
def test_mutants_are_rejected_by_the_checks_they_name(case: Case):
    """Each mistake is seen by every check that it names."""
    only = None if case.points is not None else set(case.rejected_by)
    graded = grade(case.source, seed="mutants", only=only, folder=AUTOGRAD)
    assert set(case.rejected_by) - set(graded.faults) == set()
    if case.points is not None:
        assert graded.total(bonus=False) == case.points


def test_every_check_rejects_a_mutant():
    """A check that rejects nothing would be worth nothing."""
    assert set(checks(AUTOGRAD)) - {name for case in MUTANTS for name in case.rejected_by} == set()


@pytest.mark.parametrize("case", in_part(VARIANTS))
def test_variants_earn_every_point(case: Case):
    """Each unusual right answer earns all of its points."""
    graded = grade(case.source, seed="variants", folder=AUTOGRAD)
    assert graded.total(bonus=False) == 50, graded.faults


@pytest.mark.usefixtures("short_training")
@pytest.mark.parametrize(("name", "word"), [(name, list(ODD_RESULTS)[i % 12]) for i, name in enumerate(NAMES)])
def test_odd_results_are_the_students_fault(name: str, word: str):
    """Whatever a function returns, a check ends with a sentence for the student, never with an exception of ours."""
    replaced = "property(lambda self: ODD)" if name == "Tensor.T" else "lambda *a, **k: ODD"
    odd = f"ODD = {ODD_RESULTS[word]}\n{name} = {replaced}"
    source = KEY.replace("\n\nif __name__", f"\n\n{odd}\n\n\nif __name__")
    graded = grade(source, only=affected(name, AUTOGRAD), folder=AUTOGRAD)
    assert graded.faults
    assert all(fault.message for fault in graded.faults.values())


@pytest.mark.usefixtures("short_training")
@pytest.mark.parametrize(("field", "word"), [(field, word) for field in FIELDS for word in ODD_FIELDS])
def test_odd_fields_are_the_students_fault(field: str, word: str):
    """Whatever a tensor's data or gradient reads as, a check ends with a sentence for the student."""
    odd = f"ODD = {ODD_RESULTS[word]}\nTensor.{field} = property(lambda self: ODD, lambda self, value: None)"
    source = KEY.replace("\n\nif __name__", f"\n\n{odd}\n\n\nif __name__")
    graded = grade(source, folder=AUTOGRAD)
    assert graded.faults
    assert all(fault.message for fault in graded.faults.values())


@pytest.mark.parametrize(
    ("check", "old", "new", "message"),
    [
        (
            "check_tensor",
            "np.array(values, dtype=np.float64)",
            "np.array(values)",
            "`Tensor([[3, -2]]).data` must hold floats, but its dtype is int64.",
        ),
        (
            "check_mlp",
            "uniform(-bound, bound, shape)",
            "uniform(bound, bound, shape)",
            "Two networks `MLP(2, 8, 1)` made with generators of different seeds have the same weights.",
        ),
        (
            "check_cnn",
            "kernel_size, padding=padding, rng=rng)",
            "kernel_size, padding=padding)",
            "Two networks `CNN(8, 2)` made with generators of one seed have different weights.",
        ),
        (
            "check_cnn",
            "        rng = np.random.default_rng(rng)\n        padding",
            "        rng = np.random.default_rng(0 if rng is None else rng)\n        padding",
            "Two networks `CNN(8, 2)` made without a generator have the same weights.",
        ),
        (
            "check_cnn",
            "return self.linear(hidden.reshape(batch, -1))",
            "return -self.linear(hidden.reshape(batch, -1))",
            "What `CNN(5, 2)` returns when all of its parameters are zero but the bias of its last layer should be -11.933595 at index (0, 0), "
            "but it is 11.933595. 7 of 7 entries differ.",
        ),
        (
            "check_mlp",
            "return self.last(self.activation(self.second(hidden)))",
            "return self.last(Tensor(self.activation(self.second(hidden)).data))",
            "One step of SGD leaves the parameter of shape (3, 5) of `MLP(3, 5, 2)` as it was.",
        ),
        (
            "check_cnn",
            "Conv1d(1, channels, kernel_size, padding=padding, rng=rng)",
            "Conv1d(1, channels, 2, padding=1, rng=rng)",
            "`CNN(3, 4)` must have the weight of a convolution among its parameters, of shape (3, 1, 4), but they have the shapes (3, 1, 2), "
            "(3,), (9, 1), (1,).",
        ),
        (
            "check_cnn",
            "return self.linear(hidden.reshape(batch, -1))",
            "return self.linear(hidden.reshape(batch, -1)).sigmoid()",
            "`CNN(5, 2)` must return logits, which are large for large weights, but all of its outputs are within 1.",
        ),
        (
            "check_tensor",
            "        if self.data.size != 1:\n",
            "        if False:\n",
            "`(a + b).backward()` must raise an exception when the tensor has shape (3, 4) and there is no gradient, but it raised nothing.",
        ),
        (
            "check_mse",
            "        return ((predictions - targets) ** 2).mean()\n",
            "        loss = ((predictions - targets) ** 2).mean()\n        targets.data = 0.0 * targets.data\n        return loss\n",
            "`targets` after `MSELoss()(predictions, targets)` should be 2.1561003 at index (0, 2), but it is 0. 15 of 15 entries differ.",
        ),
    ],
)
def test_messages_of_rejected_answers(check: str, old: str, new: str, message: str):
    """A student reads what was found, in a sentence."""
    assert KEY.count(old) == 1
    graded = grade(KEY.replace(old, new), seed="messages", only={check}, folder=AUTOGRAD)
    assert graded.faults[check].message == message
