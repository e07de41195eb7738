"""The softmax loss."""

import numpy as np


def softmax_loss(x, y):
    """Return the mean cross-entropy of the softmax of scores, and its gradient for the scores.

    The loss of one example is ``-log(exp(x[i, y[i]]) / sum over c of exp(x[i, c]))``. Both results are finite even if
    all scores are near 1000 or near -1000.

    Parameters
    ----------
    x : ndarray (N, C)
        The score of each class for each example.
    y : ndarray (N,) of int
        The right classes, from 0 to C - 1.

    Returns
    -------
    loss : float
        The mean over the examples.
    dx : ndarray (N, C)
    """
    n = len(x)
    shifted = x - x.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_probabilities[np.arange(n), y].mean()
    dx = np.exp(log_probabilities)
    dx[np.arange(n), y] -= 1.0
    return loss, dx / n
