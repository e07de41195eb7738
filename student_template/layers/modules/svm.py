"""The loss of a support vector machine (SVM) with several classes."""

from __future__ import annotations


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
    raise NotImplementedError("Task 1.4: write svm_loss")
