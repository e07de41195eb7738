"""Batch normalization."""

from __future__ import annotations


def batchnorm_forward(x, gamma, beta, bn_param):
    """Return the outputs of batch normalization, and what its backward pass needs.

    In training, each column is normalized with its own mean and variance (of its N values, divided by N), as
    ``normal = (x - mean) / sqrt(var + eps)``, and ``out = gamma * normal + beta``. The running averages of mean and variance
    are updated: ``running = momentum * running + (1 - momentum) * sample``. In test mode the running averages replace mean
    and variance, and do not change.

    Parameters
    ----------
    x : ndarray (N, D)
    gamma, beta : ndarray (D,)
    bn_param : dict
        ``mode``: ``"train"`` or ``"test"``; ``eps``: 1e-5 by default; ``momentum``: 0.9 by default;
        ``running_mean`` and ``running_var``: arrays (D,), zeros by default. The new running averages are stored in it.

    Returns
    -------
    out : ndarray (N, D)
    cache : object
        Everything that ``batchnorm_backward`` and ``batchnorm_backward_alt`` need, in training.

    Notes
    -----
    Ioffe, Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift (2015), algorithm 1.
    """
    raise NotImplementedError("Task 2.1: write batchnorm_forward")


def batchnorm_backward(dout, cache):
    """Return the gradients of batch normalization in training, step by step through mean and variance.

    Parameters
    ----------
    dout : ndarray (N, D)
    cache : object
        The cache from ``batchnorm_forward``.

    Returns
    -------
    dx : ndarray (N, D)
    dgamma, dbeta : ndarray (D,)
    """
    raise NotImplementedError("Task 2.1: write batchnorm_backward")
