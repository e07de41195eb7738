"""Pooling of images by the maximum."""

from __future__ import annotations


def max_pool_forward_naive(x, pool_param):
    """Return the largest element of each window of an image, and what the backward pass needs.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    pool_param : dict
        ``pool_height``, ``pool_width``: the size of a window; ``stride``: the distance, in rows and in columns, between
        neighbouring windows, which overlap if it is smaller than a window.

    Returns
    -------
    out : ndarray (N, C, H', W')
        With H' = 1 + (H - pool_height) / stride and W' = 1 + (W - pool_width) / stride, which are whole numbers.
    cache : object
    """
    raise NotImplementedError("Task 4.2: write max_pool_forward_naive")


def max_pool_backward_naive(dout, cache):
    """Return the gradient of max pooling for its inputs: for each element, the sum over all windows in which it is the largest.

    Parameters
    ----------
    dout : ndarray (N, C, H', W')
    cache : object
        The cache from ``max_pool_forward_naive``.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    """
    raise NotImplementedError("Task 4.2: write max_pool_backward_naive")
