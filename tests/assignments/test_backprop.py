"""Tests of the checks of ``backprop``: the answer key passes, mutants are rejected, variants accepted, the template earns nothing.

They run on trusted code, as in the audit; the way through the fence is tested with the gallery.
"""

from __future__ import annotations

from functools import lru_cache

import pytest

from grader.audit import Case, mutants, variants
from grader.outcomes import StudentFault, Why
from grader.trusted import run_of
from tests.assignments.grading import BACKPROP, ROOT, affected, answer_key_script, checks, grade, in_part, is_bonus

pytestmark = pytest.mark.filterwarnings("ignore")
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
    *("Sigmoid.forward", "Tanh.backward", "ReLU.backward", "Identity.forward", "Linear.forward", "Linear.backward"),
    *("MSELoss.forward", "BCELoss.backward", "BCEWithLogitsLoss.forward", "Sequential.forward", "Sequential.backward"),
    *(
        "Sequential.parameters",
        "Conv1d.forward",
        "Conv1d.backward",
        "Flatten.forward",
        "SGD.step",
        "Optimizer.zero_grad",
    ),
    *("build_network", "train", "predict", "accuracy", "show_result", "show_learning_curve"),
    *("Linear", "Parameter", "SGD", "Sequential", "Adam", "MSELoss"),
)
MUTANTS = list(mutants(BACKPROP, answer_key_script()))
VARIANTS = list(variants(BACKPROP, answer_key_script()))
# Those that take twenty times the time, or more, are tried with the audit, which the soak carries out whole.
QUICK_VARIANTS = [case for case in VARIANTS if case.id not in {"slow", "loops"}]
SEEN_IN_THE_RUN = ("check_printed_lines",)


@lru_cache(maxsize=1)
def run_of_the_answer_key():
    """Return what the answer key prints and draws."""
    return run_of(answer_key_script())


def test_points_add_up():
    """The marks make 100 points and 20 of bonus."""
    points = {False: 0, True: 0}
    for name, check in checks().items():
        points[is_bonus(name)] += check.points
    assert points == {False: 100, True: 20}


@pytest.mark.parametrize(
    ("factor", "offset", "hint"),
    [
        ("100.0 * ", "", "Return the share itself, from 0 to 1, and not a percentage."),
        ("100 * ", " + 0", "Return the share itself, from 0 to 1, and not a percentage."),
        ("1.0 - ", "", "This is the share of wrong answers."),
        ("0.3 * ", "", None),
        ("", " + 99.5", None),
    ],
)
def test_hint_for_an_accuracy_fits_what_came(factor, offset, hint):
    """A percentage is told as one; what is wrong otherwise is not."""
    again = f"\n_share = accuracy\n\n\ndef accuracy(*args):\n    return {factor}_share(*args){offset}\n"
    fault = grade(answer_key_script() + again, only={"check_accuracy"}, run=run_of_the_answer_key()).faults[
        "check_accuracy"
    ]
    assert (fault.why, fault.hint) == (Why.WRONG, hint)


@pytest.mark.parametrize("seed", range(5))
def test_the_answer_key_earns_every_point(seed: int):
    """Whatever the seed, the answer key passes every check, without a remark."""
    graded = grade(answer_key_script(), seed=f"answer key {seed}", run=run_of_the_answer_key())
    assert graded.faults == {}
    assert (graded.total(bonus=False), graded.total(bonus=True)) == (100, 20)
    assert graded.remarks == 0


def test_the_template_earns_nothing():
    """What students receive earns no point, and every check says that it is not done yet."""
    template = ROOT / "student_template" / "backprop" / "script" / "backprop.py"
    fault = StudentFault(Why.MISSING, "It is not implemented yet (Task 6.2: solve).")
    graded = grade(template.read_text(encoding="utf-8"), run=fault)
    assert sum(graded.earned.values()) == 0
    assert {fault.why for fault in graded.faults.values()} == {Why.MISSING}
    assert set(graded.faults) == set(checks())


@pytest.mark.parametrize("case", in_part(MUTANTS))
def test_mutants_are_rejected_by_the_checks_they_name(case: Case):
    """Each mistake is seen by every check that it names, not only for want of a prerequisite."""
    run = None if set(case.rejected_by) & set(SEEN_IN_THE_RUN) else run_of_the_answer_key()
    only = None if case.points is not None else set(case.rejected_by)
    graded = grade(case.source, seed="mutants", only=only, run=run)
    assert set(case.rejected_by) - set(graded.faults) == set()
    if case.points is not None:
        assert (graded.total(bonus=False), graded.total(bonus=True)) == (case.points, case.bonus)


def test_every_check_rejects_a_mutant():
    """A check that rejects nothing would be worth nothing."""
    assert set(checks()) - {name for case in MUTANTS for name in case.rejected_by} == set()


@pytest.mark.parametrize("case", in_part(QUICK_VARIANTS))
def test_variants_earn_every_point(case: Case):
    """Each unusual right answer earns all of its points."""
    own = any(word in case.id for word in ("print", "draw", "closures", "tape"))
    graded = grade(case.source, seed="variants", run=None if own else run_of_the_answer_key())
    wanted = (100 if case.points is None else case.points, 20 if case.bonus is None else case.bonus)
    assert (graded.total(bonus=False), graded.total(bonus=True)) == wanted, graded.faults


@pytest.mark.parametrize(("name", "word"), [(name, list(ODD_RESULTS)[i % 12]) for i, name in enumerate(NAMES)])
def test_odd_results_are_the_students_fault(name: str, word: str):
    """Whatever a function returns, a check ends with a sentence for the student, never with an exception of ours."""
    odd = f"ODD = {ODD_RESULTS[word]}\n{name} = lambda *a, **k: ODD"
    source = answer_key_script().replace("\n\nif __name__", f"\n\n{odd}\n\n\nif __name__")
    graded = grade(source, only=affected(name), run=run_of_the_answer_key())
    assert graded.faults
    assert all(fault.message for fault in graded.faults.values())
