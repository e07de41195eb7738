"""Tests of the trials over many seeds."""

import pytest

from grader.audit.chance import single_trials
from grader.audit.trials import _rules, _ways

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
