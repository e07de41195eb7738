"""Pooling of images by the maximum."""

import numpy as np


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
    stride, size = pool_param["stride"], (pool_param["pool_height"], pool_param["pool_width"])
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.max(axis=(4, 5)), (x, stride, size)


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
    x, stride, (height, width) = cache
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dout.shape[2:]):
        part = (..., slice(i * stride, i * stride + height), slice(j * stride, j * stride + width))
        largest = x[part] == x[part].max(axis=(2, 3), keepdims=True)
        dx[part] += largest * dout[:, :, i, j][:, :, np.newaxis, np.newaxis]
    return dx
