"""Tests of the trials over many seeds."""

import pytest

from grader.audit.chance import single_trials
from grader.audit.trials import _rules, _ways, largest_measured

SETTINGS = {"xor": {"full": 1.0, "trials": [{"rate": 1}, {"rate": 1}, {"rate": 2}]}}


def test_seeds_go_round_the_settings_of_a_rule_and_answers_take_turns():
    """Each seed is one trial of a rule; every answer meets both settings before the next one has its turn."""
    settings = single_trials(SETTINGS)
    ways = _ways(settings, [("one", "1"), ("other", "2")], 5)
    assert [(setting.trial["rate"], who, source, number) for setting, who, source, number in ways] == [
        (1, "one", "1", 0), (2, "one", "1", 1), (1, "other", "2", 2), (2, "other", "2", 3), (1, "one", "1", 4)
    ]  # fmt: skip
    assert _ways(settings, [], 3) == []


def test_every_rule_has_as_many_trials_as_there_are_seeds():
    """A rule with a single setting tries that one with all of them."""
    settings = single_trials(SETTINGS | {"linear": {"full": 1.0, "trials": [{"rate": 3}]}})
    ways = _ways(settings, [("", "key")], 4)
    assert [setting.table for setting, *_ in ways] == ["xor"] * 4 + ["linear"] * 4


def test_a_rule_fails_as_often_as_all_of_its_trials():
    """The bounds of a rule's settings are multiplied, each as often as it is tried, for the answer key and the variants apart."""
    row = {"table": "xor", "check": "check_xor"}
    rows = [
        {**row, "who": "reference", "bound": 0.1, "times": 2},
        {**row, "who": "reference", "bound": 0.5, "times": 1},
        {**row, "who": "variants", "bound": 0.2, "times": 1},
    ]
    found = {rule["who"]: rule["fails"] for rule in _rules(rows)}
    assert found == {"reference": pytest.approx(0.005), "variants": pytest.approx(0.2)}


def test_the_largest_measured_error_is_found_by_how_its_label_begins():
    """Over all checks; other measurements, such as accuracies, are no errors."""
    found = {
        "check_a": {"measured": [["largest error of `f(x)`", "2e-12"], ["accuracy", "98.00%"]]},
        "check_b": {"measured": [["largest error of `g(x)`", "3.5e-09"], ["relative difference of `g`", "1e-10"]]},
    }
    assert largest_measured(found, "largest error") == 3.5e-9
    assert largest_measured(found, "relative difference") == 1e-10
    assert largest_measured({}, "largest error") == 0.0
