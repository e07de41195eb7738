"""Tests of what chance may decide."""

import pytest

from grader.audit.chance import rule_fails, single_trials, upper_bound


def test_single_trials_takes_each_setting_once():
    """Equal trials of a rule are one setting with its number; the settings for it hold that trial alone."""
    settings = {"xor": {"full": 1.0, "trials": [{"rate": 1}, {"rate": 1}, {"rate": 2}]}, "printed": {"points": 3}}
    first, second = single_trials(settings)
    assert (first.table, dict(first.trial), first.times) == ("xor", {"rate": 1}, 2)
    assert first.settings == {"xor": {"full": 1.0, "trials": [{"rate": 1}]}, "printed": {"points": 3}}
    assert (dict(second.trial), second.times) == ({"rate": 2}, 1)


def test_upper_bound_is_that_of_the_exact_interval():
    """No failure in 300 trials still leaves a rate of 1.2 % possible."""
    assert upper_bound(0, 300) == pytest.approx(0.01222, abs=1e-5)


def test_rule_fails_only_when_every_trial_does():
    """Three trials that fail once in a hundred make a rule that fails once in a million."""
    assert rule_fails([(0.01, 2), (0.01, 1)]) == pytest.approx(1e-6)
    assert rule_fails([(0.0122, 2), (0.0122, 1)]) < 1e-4
