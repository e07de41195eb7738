"""The rectified linear unit."""

from __future__ import annotations


def relu_forward(x):
    """Return max(0, x) of every element, and what the backward pass needs.

    Parameters
    ----------
    x : ndarray of any shape

    Returns
    -------
    out : ndarray, shape of x
    cache : object
    """
    raise NotImplementedError("Task 1.2: write relu_forward")


def relu_backward(dout, cache):
    """Return the gradient of the rectified linear unit for its inputs.

    Parameters
    ----------
    dout : ndarray of any shape
    cache : object
        The cache from ``relu_forward``.

    Returns
    -------
    dx : ndarray, shape of dout
    """
    raise NotImplementedError("Task 1.2: write relu_backward")
