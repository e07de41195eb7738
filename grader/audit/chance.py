"""Measures whether chance decides: single trials of the checks that train, over many seeds, and how often their rules fail.

A table in ``[settings]`` with a list ``trials`` is a rule: its settings are tried in turn until one succeeds, so the
check fails only if all its trials do. Equal settings share their sample.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import binom, binomtest

CONFIDENCE = 0.95
ALLOWED = 1e-4


@dataclass(frozen=True)
class Setting:
    """One trial of a rule: the table's name, the trial, how often it occurs in the rule, and the settings with only it."""

    table: str
    trial: Mapping[str, Any]
    times: int
    settings: Mapping[str, Any]


def single_trials(settings: Mapping[str, Any]) -> list[Setting]:
    """Return the distinct trials of every rule in an assignment's settings."""
    found = []
    for name, table in settings.items():
        trials = table.get("trials") if isinstance(table, Mapping) else None
        if not trials:
            continue
        times = Counter(repr(sorted(trial.items())) for trial in trials)
        for shown, count in times.items():
            trial = next(trial for trial in trials if repr(sorted(trial.items())) == shown)
            found.append(Setting(name, trial, count, {**settings, name: {**table, "trials": [trial]}}))
    return found


def upper_bound(failures: int, trials: int) -> float:
    """Return the upper end of the 95 % interval of a failure rate."""
    return float(binomtest(failures, trials).proportion_ci(CONFIDENCE, "exact").high)


def rule_fails(bounds: Sequence[tuple[float, int]]) -> float:
    """Return the probability that all trials of a rule fail, given each setting's failure rate and number of trials."""
    return math.prod(float(binom.sf(times - 1, times, rate)) for rate, times in bounds)
