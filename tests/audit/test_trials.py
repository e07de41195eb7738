"""Tests of the trials over many seeds."""

import pytest

from grader.audit.cases import Case
from grader.audit.chance import single_trials
from grader.audit.trials import _rules, _ways

SETTINGS = {"xor": {"full": 1.0, "trials": [{"rate": 1}, {"rate": 1}, {"rate": 2}]}}


def test_every_setting_meets_every_seed_on_the_answer_key_and_the_variants_take_turns():
    """Two settings and four seeds make eight trials of the answer key; each variant meets both settings of the rule."""
    settings = single_trials(SETTINGS)
    variants = [Case("one", "", "1"), Case("other", "", "2")]
    ways = [
        (setting.trial["rate"], who, source, number)
        for setting, who, source, number in _ways(settings, "key", variants, 4)
    ]
    assert ways[:8] == [(rate, "", "key", number) for rate in (1, 2) for number in range(4)]
    assert ways[8:] == [(1, "one", "1", 0), (2, "one", "1", 1), (1, "other", "2", 2), (2, "other", "2", 3)]
    assert len(_ways(settings, "key", [], 3)) == 6


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
