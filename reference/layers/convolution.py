"""Convolution of images."""

import numpy as np


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
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.einsum("nchwij,fcij->nfhw", windows, w) + b[:, np.newaxis, np.newaxis]
    return out, (windows, w, stride, padded.shape, pad)


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
    windows, w, stride, shape, pad = cache
    dw = np.einsum("nfhw,nchwij->fcij", dout, windows)
    dpadded = np.zeros(shape)
    rows, columns = stride * dout.shape[2], stride * dout.shape[3]
    for i, j in np.ndindex(w.shape[2:]):
        back = np.einsum("nfhw,fc->nchw", dout, w[:, :, i, j])
        dpadded[:, :, i : i + rows : stride, j : j + columns : stride] += back
    dx = dpadded[:, :, pad : shape[2] - pad, pad : shape[3] - pad]
    return dx, dw, dout.sum(axis=(0, 2, 3))
