"""The two data sets of the exercise, and random ones that a student cannot know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Points:
    """A data set: inputs (n, 2), targets (n, 1) of 0.0 and 1.0, its name in messages, and its rule.

    Attributes
    ----------
    fresh : callable
        Given a generator and a number, draws that many new inputs and targets by the rule of the set.
    """

    name: str
    inputs: Floats
    targets: Floats
    fresh: Draw

    def accuracy(self, predictions: NDArray[np.int64]) -> float:
        """Return the share of right predictions, given as (n,) of 0 and 1."""
        return float(np.mean(predictions == self.targets[:, 0]))


def linear_points(rng: np.random.Generator, n: int = 100, gap: float = 0.0) -> Points:
    """Return uniform points in the unit square, label 0 where x0 > x1, as the exercise makes them.

    Parameters
    ----------
    n : int
        The number of points drawn.
    gap : float
        Points closer to the diagonal are left out; fresh points are twice as far away.

    Examples
    --------
    >>> points = linear_points(rng, 50)
    >>> points.inputs.shape, points.accuracy(points.targets[:, 0].astype(int))
    ((50, 2), 1.0)
    """

    def fresh(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        drawn = rng.random((8 * count, 2))
        inputs = drawn[np.abs(drawn[:, 0] - drawn[:, 1]) >= 2.0 * gap][:count]
        return inputs, _above(inputs)

    inputs = rng.random((n, 2))
    far = inputs[np.abs(inputs[:, 0] - inputs[:, 1]) >= gap]
    return Points(f"the linear set of {len(far)} points", far, _above(far), fresh)


def xor_points(steps: int = 11) -> Points:
    """Return the points of the two diagonals of the unit square in ``steps`` steps, 21 for the exercise's 11.

    Fresh points also lie on the diagonals, away from the centre, where the classes meet.

    Examples
    --------
    >>> xor_points().inputs.shape
    (21, 2)
    """

    def fresh(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        along = 0.5 + rng.choice([-1.0, 1.0], count) * rng.uniform(XOR_GAP, 0.5, count)
        targets = rng.integers(0, 2, (count, 1)).astype(np.float64)
        return np.column_stack([along, np.where(targets[:, 0] == 0.0, along, 1.0 - along)]), targets

    along = np.linspace(0.0, 1.0, steps)
    rising, falling = np.column_stack([along, along]), np.column_stack([along, 1.0 - along])
    falling = falling[~np.isclose(along, 0.5)]
    inputs = np.concatenate([rising, falling])
    targets = np.concatenate([np.zeros((len(rising), 1)), np.ones((len(falling), 1))])
    order = np.argsort(inputs[:, 0], kind="stable")
    return Points(f"the XOR set of {len(inputs)} points", inputs[order], targets[order], fresh)


def disguised(points: Points, rng: np.random.Generator, name: str) -> Points:
    """Return the same task in another form: rotated about the centre by a random angle, labels swapped, order shuffled."""
    angle = rng.uniform(0.3, 2 * np.pi - 0.3)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    order = rng.permutation(len(points.inputs))

    def turned(inputs: Floats) -> Floats:
        return np.asarray((inputs - 0.5) @ turn + 0.5)

    def fresh(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        inputs, targets = points.fresh(rng, count)
        return turned(inputs), 1.0 - targets

    return Points(name, turned(points.inputs)[order], (1.0 - points.targets)[order], fresh)


# As far from the centre as the second-nearest points of the smallest XOR set.
XOR_GAP = 0.2


def _above(inputs: Floats) -> Floats:
    return (inputs[:, :1] <= inputs[:, 1:]).astype(np.float64)
