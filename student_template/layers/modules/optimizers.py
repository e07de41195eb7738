"""Update rules: each takes weights, gradient and settings, and returns the new weights and the settings for the next step.

A setting missing from ``config`` has the value that the function names; ``None`` means that all are missing. You may
write into ``w`` and ``config``, or copy them.
"""

from __future__ import annotations


def sgd(w, dw, config=None):
    """Return the weights after a step of gradient descent, ``w - learning_rate * dw``, and the settings.

    Parameters
    ----------
    w, dw : ndarray of any shape
    config : dict or None
        ``learning_rate``: 1e-2.

    Returns
    -------
    next_w : ndarray, shape of w
    config : dict
    """
    raise NotImplementedError("Task 5.1: write sgd")


def sgd_momentum(w, dw, config=None):
    """Return the weights after a step with momentum, and the settings.

    The velocity becomes ``momentum * velocity - learning_rate * dw``, and is then added to the weights.

    Parameters
    ----------
    w, dw : ndarray of any shape
    config : dict or None
        ``learning_rate``: 1e-2; ``momentum``: 0.9; ``velocity``: an array like w, at first zeros.

    Returns
    -------
    next_w : ndarray, shape of w
    config : dict
        With the new ``velocity``.
    """
    raise NotImplementedError("Task 5.1: write sgd_momentum")


def rmsprop(w, dw, config=None):
    """Return the weights after a step of RMSProp, and the settings.

    The average of squares becomes ``cache = decay_rate * cache + (1 - decay_rate) * dw**2``, and then
    ``next_w = w - learning_rate * dw / (sqrt(cache) + epsilon)``.

    Parameters
    ----------
    w, dw : ndarray of any shape
    config : dict or None
        ``learning_rate``: 1e-2; ``decay_rate``: 0.99; ``epsilon``: 1e-8; ``cache``: an array like w, at first zeros.

    Returns
    -------
    next_w : ndarray, shape of w
    config : dict
        With the new ``cache``.
    """
    raise NotImplementedError("Task 5.1: write rmsprop")


def adam(w, dw, config=None):
    """Return the weights after a step of Adam, and the settings.

    First ``t`` is increased by one; then ``m = beta1 * m + (1 - beta1) * dw`` and ``v = beta2 * v + (1 - beta2) * dw**2``;
    finally ``next_w = w - learning_rate * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + epsilon)``.

    Parameters
    ----------
    w, dw : ndarray of any shape
    config : dict or None
        ``learning_rate``: 1e-3; ``beta1``: 0.9; ``beta2``: 0.999; ``epsilon``: 1e-8; ``m``, ``v``: arrays like w, at first zeros;
        ``t``: the number of steps so far, at first 0.

    Returns
    -------
    next_w : ndarray, shape of w
    config : dict
        With the new ``m``, ``v`` (as they are before the division by 1 - beta**t) and ``t``.

    Notes
    -----
    Kingma, Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1.
    """
    raise NotImplementedError("Task 5.1: write adam")
