"""How a step size changes over the steps."""

from __future__ import annotations


def exponential_decay(step_size: float, decay: float, step: int) -> float:
    """Return the step size of one step, counted from 0.

    Formula: ``step_size * decay**step``

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 8.3.1, on decreasing the rate.

    Parameters
    ----------
    step_size : float
        The first step size.
    decay : float
        Factor from each step size to the next, in (0, 1].
    step : int
    """
    return step_size * decay**step
