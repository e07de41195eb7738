"""The softmax loss."""

from __future__ import annotations


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
    raise NotImplementedError("Task 1.3: write softmax_loss")
