"""Batch normalization of images."""

from .batchnorm import batchnorm_backward, batchnorm_forward


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Return the outputs of batch normalization of images, and what its backward pass needs.

    Mean and variance are those of a channel: over all examples, rows and columns. Everything else is as in
    ``batchnorm_forward``.

    Parameters
    ----------
    x : ndarray (N, C, H, W)
    gamma, beta : ndarray (C,)
    bn_param : dict
        As for ``batchnorm_forward``; the running averages are arrays (C,).

    Returns
    -------
    out : ndarray (N, C, H, W)
    cache : object
    """
    rows = x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    n, c, h, w = x.shape
    return out.reshape(n, h, w, c).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    """Return the gradients of batch normalization of images in training.

    Parameters
    ----------
    dout : ndarray (N, C, H, W)
    cache : object
        The cache from ``spatial_batchnorm_forward``.

    Returns
    -------
    dx : ndarray (N, C, H, W)
    dgamma, dbeta : ndarray (C,)
    """
    n, c, h, w = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.transpose(0, 2, 3, 1).reshape(-1, c), cache)
    return dx.reshape(n, h, w, c).transpose(0, 3, 1, 2), dgamma, dbeta
