"""The rectified linear unit."""

import numpy as np


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
    return np.maximum(x, 0.0), x


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
    return dout * (cache > 0.0)
