"""How often chance alone would fail the accuracy checks: ``python -m benchmarks.thresholds [SEEDS]``.

Trains the answer key in every setting of ``assignment.toml``, on data sets drawn as the checks draw them, and prints for each
the share of single trials that miss the threshold, its 95 % upper bound, the smallest accuracy, and what the rule makes of it:
the settings are tried in turn, so a check fails only when each of its trials does, on one set or the other.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import binomtest

import reference
from grader.checks.points import Points, disguised, linear_points, with_gap, xor_points

TOML = Path(__file__).parents[1] / "grader" / "assignments" / "backprop" / "assignment.toml"


def data_sets(name: str, setting: dict[str, Any], rng: np.random.Generator) -> list[Points]:
    """Return the published and a drawn set, as the checks make them."""
    if name == "linear":
        known, drawn = (
            with_gap(linear_points(rng, setting[key]), setting["gap"]) for key in ("points", "drawn_points")
        )
        return [known, disguised(drawn, rng, "drawn")]
    return [xor_points(), disguised(xor_points(int(rng.choice([9, 13]))), rng, "drawn")]


def accuracy(points: Points, trial: dict[str, Any], rng: np.random.Generator) -> float:
    """Train the answer key once and return its share of right answers."""
    network = reference.build_network(2, trial["hidden_units"], 1, trial["activation"])
    for parameter in network.parameters():
        scale = 1.0 if parameter.value.ndim > 1 else trial.get("bias_scale", 0.0)
        parameter.value = scale * rng.standard_normal(parameter.value.shape)
    optimizer = reference.SGD(network.parameters(), trial["learning_rate"])
    reference.train(network, reference.BCELoss(), optimizer, points.inputs, points.targets, trial["epochs"])
    return points.accuracy(reference.predict(network, points.inputs))


def rows(seeds: int) -> Iterator[str]:
    """Yield one line for each setting and threshold."""
    settings = tomllib.loads(TOML.read_text(encoding="utf-8"))["settings"]
    for name in ("linear", "xor"):
        setting = settings[name]
        bounds: dict[str, list[float]] = {"full": [], "half": []}
        for trial in setting["trials"]:
            shares: list[float] = []
            for seed in range(seeds):
                rng = np.random.default_rng([seed, 11])
                shares.append(min(accuracy(points, trial, rng) for points in data_sets(name, setting, rng)))
            for word in ("full", "half"):
                missed = int(np.sum(np.array(shares) < setting[word]))
                bound = binomtest(missed, seeds).proportion_ci(0.95, "exact").high
                bounds[word].append(bound)
                yield (
                    f"{name:6} {trial['activation']:8} {word} ({setting[word]:.0%}): {missed} of {seeds} trials miss it, "
                    f"upper bound {bound:.4f}, smallest accuracy {min(shares):.4f}"
                )
        for word in ("full", "half"):
            yield f"{name:6} {word}: the rule fails with at most {float(np.prod(bounds[word])):.2g}"


if __name__ == "__main__":
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else 300):
        print(row, flush=True)
