"""The score is what the checks have compared, added up without rounding."""

import numpy as np
import pytest

from grader.material.assignment import Task
from grader.outcomes import Evidence, Result, Why
from grader.record.score import CheckOutcome, PartOutcome, exact_sum, lead, score

TASKS = [Task("1.1", "One"), Task("2.1", "Two"), Task("7.1", "More", bonus=True)]


def outcome(name, task, points, result, parts=()):
    """Return an outcome with the least there can be in it."""
    return CheckOutcome(name, name, task, points, "public", result, parts=tuple(parts))


def test_score_adds_only_passed_checks():
    """A failed, an unchecked and a spoilt check earn nothing."""
    total = score(
        [
            outcome("a", "1.1", 4, Result.PASSED),
            outcome("b", "1.1", 3, Result.FAILED),
            outcome("c", "2.1", 2, Result.NOT_CHECKED),
            outcome("d", "7.1", 5, Result.GRADER_FAULT),
        ],
        TASKS,
    )
    assert (total.points, total.total, total.bonus_points, total.bonus_total) == (4, 9, 0, 5)
    assert [(task.number, task.points, task.total) for task in total.tasks] == [
        ("1.1", 4, 7),
        ("2.1", 0, 2),
        ("7.1", 0, 5),
    ]


def test_score_gives_a_failed_check_its_passed_parts():
    """Partial credit is what the completed parts earn."""
    parts = [PartOutcome("x", 1.5, Result.PASSED), PartOutcome("y", 2.5, Result.FAILED, Why.WRONG)]
    assert outcome("a", "1.1", 4, Result.FAILED, parts).earned == 1.5


@pytest.mark.parametrize("result", [Result.FAILED, Result.NOT_CHECKED])
def test_score_never_gives_more_than_the_points_of_the_check(result):
    """Parts that promise more than the check has cannot be cashed in."""
    assert outcome("a", "1.1", 4, result, [PartOutcome("x", 9, Result.PASSED)]).earned == 4


def test_score_of_a_grader_fault_is_nothing_even_with_passed_parts():
    """A check that we spoilt is not scored in part."""
    assert outcome("a", "1.1", 4, Result.GRADER_FAULT, [PartOutcome("x", 2, Result.PASSED)]).earned == 0


def test_score_bonus_raises_the_percentage():
    """Percent is of the total without bonus."""
    total = score([outcome("a", "1.1", 80, Result.PASSED), outcome("b", "7.1", 20, Result.PASSED)], TASKS)
    assert (total.sum, total.percent) == (100, 125.0)


def test_score_of_nothing_is_zero():
    """An assignment without points divides by nothing."""
    assert score([], TASKS).percent == 0.0


def test_exact_sum_does_not_depend_on_the_order():
    """Tenths add up exactly, from either end."""
    values = [0.1] * 10 + [1e9]
    assert exact_sum(values) == exact_sum(reversed(values)) == 1000000001


def test_lead_is_the_first_failed_check():
    """What was not checked does not lead."""
    rows = [
        outcome("a", "1.1", 1, Result.PASSED),
        outcome("b", "1.1", 1, Result.NOT_CHECKED),
        outcome("c", "2.1", 1, Result.FAILED),
        outcome("d", "2.1", 1, Result.FAILED),
    ]
    bonus = {"1.1": False, "2.1": False, "7.1": True}
    assert lead(rows, bonus) == "c"
    assert lead(rows[:2], bonus) is None


def test_lead_passes_over_a_bonus_task_that_was_never_begun():
    """Nobody needs to mend what nobody had to write; a bonus that was begun and is wrong is another matter."""
    bonus = {"7.1": True}
    assert lead([CheckOutcome("a", "a", "7.1", 1, "public", Result.FAILED, Why.MISSING)], bonus) is None
    assert lead([CheckOutcome("a", "a", "7.1", 1, "public", Result.FAILED, Why.WRONG)], bonus) == "a"


def test_lead_is_what_costs_most_with_all_that_waits_for_it():
    """A check that follows from another one never leads; of the others the one leads whose mending can bring most points."""

    def failed(id_: str, points: float, root: str | None = None, task: str = "1") -> CheckOutcome:
        return CheckOutcome(id_, id_, task, points, "public", Result.FAILED, Why.WRONG, mend_first=root)

    bonus = {"1": False, "7": True}
    printed = failed("printed", 2, "adam")
    assert lead([failed("mse", 1), printed, failed("adam", 6, task="7")], bonus) == "adam"
    assert lead([failed("mse", 3), printed, failed("adam", 6, task="7")], bonus) == "mse"
    assert lead([failed("a", 1), failed("b", 1), failed("c", 6, task="7")], bonus) == "a"


def test_what_stays_in_the_child_has_no_digest_and_is_not_asked():
    """A value that is an object of the child is never asked for anything once its check has ended."""

    class Held:
        def __getattr__(self, name):
            raise AssertionError(f"it was asked for {name}")

    assert Evidence("`f(x)`", Held()).digest is None
    assert Evidence("`f(x)`", np.linspace(0.0, 1.0, 8) / 3.0).digest is not None
