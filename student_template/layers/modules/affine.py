"""The affine layer: every row times a matrix, plus a bias."""

from __future__ import annotations


def affine_forward(x, w, b):
    """Return the outputs of an affine layer, and what its backward pass needs.

    Each of the N examples is laid out as a row of D = d_1 * ... * d_k numbers, and ``out = rows @ w + b``.

    Parameters
    ----------
    x : ndarray (N, d_1, ..., d_k)
    w : ndarray (D, M)
    b : ndarray (M,)

    Returns
    -------
    out : ndarray (N, M)
    cache : object
        Everything that ``affine_backward`` needs; no other code reads it.
    """
    raise NotImplementedError("Task 1.1: write affine_forward")


def affine_backward(dout, cache):
    """Return the gradients of an affine layer.

    Parameters
    ----------
    dout : ndarray (N, M)
        The gradient of the loss for the outputs.
    cache : object
        The cache from ``affine_forward``.

    Returns
    -------
    dx : ndarray (N, d_1, ..., d_k)
    dw : ndarray (D, M)
    db : ndarray (M,)
    """
    raise NotImplementedError("Task 1.1: write affine_backward")
