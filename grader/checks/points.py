"""CHECKED: the two data sets of the exercise, and drawn ones that nobody could have known. Imports NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """A data set: inputs (n, 2), targets (n, 1) of 0.0 and 1.0, and what it is called in messages."""

    name: str
    inputs: Floats
    targets: Floats

    def accuracy(self, predictions: NDArray[np.int64]) -> float:
        """Return the share of right predictions, given as (n,) of 0 and 1."""
        return float(np.mean(predictions == self.targets[:, 0]))


def linear_points(rng: np.random.Generator, n: int = 100) -> Points:
    """Return uniform points in the unit square, label 0 where x0 > x1, as the exercise makes them."""
    inputs = rng.random((n, 2))
    return Points(f"the linear set of {n} points", inputs, (inputs[:, :1] <= inputs[:, 1:]).astype(np.float64))


def xor_points(steps: int = 11) -> Points:
    """Return the points of the two diagonals of the unit square in ``steps`` steps, 21 for the exercise's 11."""
    along = np.linspace(0.0, 1.0, steps)
    rising, falling = np.column_stack([along, along]), np.column_stack([along, 1.0 - along])
    falling = falling[~np.isclose(along, 0.5)]
    inputs = np.concatenate([rising, falling])
    targets = np.concatenate([np.zeros((len(rising), 1)), np.ones((len(falling), 1))])
    order = np.argsort(inputs[:, 0], kind="stable")
    return Points(f"the XOR set of {len(inputs)} points", inputs[order], targets[order])


def disguised(points: Points, rng: np.random.Generator, name: str) -> Points:
    """Return the same task in another form: turned about the centre by a drawn angle, labels swapped, order drawn."""
    angle = rng.uniform(0.3, 2 * np.pi - 0.3)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    order = rng.permutation(len(points.inputs))
    inputs = ((points.inputs - 0.5) @ turn + 0.5)[order]
    return Points(name, inputs, (1.0 - points.targets)[order])


def with_gap(points: Points, gap: float) -> Points:
    """Return the points of a linear set that are at least ``gap`` away from the diagonal."""
    far = np.abs(points.inputs[:, 0] - points.inputs[:, 1]) >= gap
    return Points(points.name, points.inputs[far], points.targets[far])
