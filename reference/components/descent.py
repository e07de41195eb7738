"""Gradient descent on a function of two variables."""

from __future__ import annotations

import math

from ..schedules import exponential_decay


def f(x: float, y: float) -> float:
    """Return the height of the surface.

    Formula: ``f = x**2 + y**2 + x * (y + 2) + cos(3 * x)``
    """
    return x**2 + y**2 + x * (y + 2) + math.cos(3 * x)


def f_grad(x: float, y: float) -> tuple[float, float]:
    """Return the two partial derivatives of ``f``.

    Derivative: ``df/dx = 2 * x + y + 2 - 3 * sin(3 * x)`` and ``df/dy = 2 * y + x``
    """
    return 2 * x + y + 2 - 3 * math.sin(3 * x), 2 * y + x


def optimize_f(
    x: float, y: float, step_size: float, steps: int, decay: float = 1.0
) -> tuple[float, float, float, list[float], list[float]]:
    """Walk downhill from a point, with steps that become smaller.

    Formula: ``(x, y) = (x, y) - step_size * decay**step * (df/dx, df/dy)``

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 4.3.

    Parameters
    ----------
    x, y : float
        Where to start.
    step_size : float
        Factor of the first step.
    steps : int
    decay : float
        Factor from each step size to the next.

    Returns
    -------
    x, y : float
        Where the walk ended.
    value : float
        ``f(x, y)`` there.
    x_hist, y_hist : list of float, length ``steps + 1``
        The start and every place after a step.
    """
    x_hist, y_hist = [x], [y]
    for step in range(steps):
        grad_x, grad_y = f_grad(x, y)
        size = exponential_decay(step_size, decay, step)
        x, y = x - size * grad_x, y - size * grad_y
        x_hist.append(x)
        y_hist.append(y)
    return x, y, f(x, y), x_hist, y_hist
