"""Gradients by central differences, to compare analytic gradients with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# The error of a central difference is about step**2 + eps/step: smallest near the cube root of eps.
_RELATIVE_STEP = float(np.finfo(np.float64).eps) ** (1 / 3)


def numerical_gradient(function: Callable[[np.ndarray], float], point: np.ndarray) -> np.ndarray:
    """Return the gradient of a function of an array, element by element, by central differences.

    Formula: ``(f(x + h) - f(x - h)) / (2 * h)`` with ``h = eps**(1/3) * max(1, abs(x))``

    Source: Nocedal, Wright, Numerical Optimization (2006), section 8.1.

    Parameters
    ----------
    function : callable
        Takes an array shaped like ``point`` and returns a float.
    point : ndarray of float64
        Where to compute the gradient; not changed.

    Returns
    -------
    ndarray, same shape as ``point``
    """
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        gradient[index] = _slope(function, point, index)
    return gradient


def _slope(function: Callable[[np.ndarray], float], point: np.ndarray, index: tuple[int, ...]) -> float:
    step = _RELATIVE_STEP * max(1.0, abs(float(point[index])))
    above, below = point.copy(), point.copy()
    above[index] += step
    below[index] -= step
    # Divide by the actual distance: x + h is rounded.
    return float((function(above) - function(below)) / (above[index] - below[index]))
