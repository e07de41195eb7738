"""Convolution of images."""

from __future__ import annotations


def conv_forward_naive(x, w, b, conv_param):
    """Return the outputs of a convolution, and what its backward pass needs.

    Each filter is placed on the padded image, without being flipped, at every multiple of the stride from the upper
    left corner: ``out[n, f, i, j]`` is ``b[f]`` plus the sum of the products of ``w[f]`` and the part of image n that
    it covers.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    w : ndarray (F, C, HH, WW)
    b : ndarray (F,)
    conv_param : dict
        ``stride``: the distance, in rows and in columns, between neighbouring places; ``pad``: how many rows and
        columns of zeros are added on each side of an image.

    Returns
    -------
    out : ndarray (N, F, H', W')
        With H' = 1 + (H + 2 * pad - HH) / stride and W' = 1 + (W + 2 * pad - WW) / stride, which are whole numbers.
    cache : object
    """
    raise NotImplementedError("Task 4.1: write conv_forward_naive")


def conv_backward_naive(dout, cache):
    """Return the gradients of a convolution.

    Parameters
    ----------
    dout : ndarray (N, F, H', W')
    cache : object
        The cache from ``conv_forward_naive``.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    dw : ndarray (F, C, HH, WW)
    db : ndarray (F,)
    """
    raise NotImplementedError("Task 4.1: write conv_backward_naive")
