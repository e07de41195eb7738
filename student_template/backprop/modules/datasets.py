"""The two data sets of the exercise: points in the unit square with labels 0.0 and 1.0."""

from __future__ import annotations

import numpy as np


def generate_linear(n: int = 100, rng: np.random.Generator | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return uniform points in the unit square, labelled by the side of the diagonal; given.

    Parameters
    ----------
    n : int
        Number of points.
    rng : numpy.random.Generator or None
        Where the points come from; None means fresh entropy.

    Returns
    -------
    inputs : ndarray, shape (n, 2)
    targets : ndarray of 0.0 and 1.0, shape (n, 1)
        0.0 where ``x0 > x1``, else 1.0; no point lies on the diagonal.
    """
    rng = np.random.default_rng(rng)
    inputs = rng.random((n, 2))
    while np.any(on_diagonal := inputs[:, 0] == inputs[:, 1]):
        inputs[on_diagonal] = rng.random((int(on_diagonal.sum()), 2))
    targets = np.where(inputs[:, :1] > inputs[:, 1:], 0.0, 1.0)
    return inputs, targets


def generate_XOR_easy() -> tuple[np.ndarray, np.ndarray]:
    """Return the 21 points of the two diagonals of the unit square, labelled by their diagonal; given.

    Returns
    -------
    inputs : ndarray, shape (21, 2)
        In steps of 0.1, the points of the two diagonals by turns.
    targets : ndarray of 0.0 and 1.0, shape (21, 1)
        0.0 on ``x0 == x1``, which has the 11th point in the centre, 1.0 on ``x0 == 1 - x1``.
    """
    steps = np.linspace(0.0, 1.0, 11)
    rising = np.column_stack([steps, steps])
    falling = np.column_stack([steps, 1.0 - steps])
    inputs = np.stack([rising, falling], axis=1).reshape(22, 2)
    targets = np.tile([[0.0], [1.0]], (11, 1))
    centre_of_falling = 11
    return np.delete(inputs, centre_of_falling, axis=0), np.delete(targets, centre_of_falling, axis=0)
