"""The loss of a support vector machine (SVM) with several classes."""

import numpy as np


def svm_loss(x, y):
    """Return the mean hinge loss of scores, and its gradient for the scores.

    The loss of one example is the sum of ``max(0, x[i, c] - x[i, y[i]] + 1)`` over all classes c but the right one.

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
    margins = np.maximum(x - x[np.arange(n), y][:, np.newaxis] + 1.0, 0.0)
    margins[np.arange(n), y] = 0.0
    dx = (margins > 0.0).astype(float)
    dx[np.arange(n), y] -= dx.sum(axis=1)
    return margins.sum() / n, dx / n
