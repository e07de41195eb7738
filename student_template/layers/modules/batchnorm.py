"""Batch normalization."""

from __future__ import annotations


def batchnorm_forward(x, gamma, beta, bn_param):
    """Return the outputs of batch normalization, and what its backward pass needs.

    In training each column is normalized with its own mean and its own variance (that of the N values, divided by N), as
    ``normal = (x - mean) / sqrt(var + eps)``, and ``out = gamma * normal + beta``. Besides, the running averages of mean and variance move:
    ``running = momentum * running + (1 - momentum) * sample``. In a test the running averages stand in for mean and variance, and
    do not move.

    Parameters
    ----------
    x : ndarray (N, D)
    gamma, beta : ndarray (D,)
    bn_param : dict
        ``mode``: ``"train"`` or ``"test"``; ``eps``: 1e-5 where it is left out; ``momentum``: 0.9 where it is left out;
        ``running_mean`` and ``running_var``: arrays (D,), zeros where they are left out. The new running averages are stored in it.

    Returns
    -------
    out : ndarray (N, D)
    cache : object
        Whatever ``batchnorm_backward`` and ``batchnorm_backward_alt`` need, after training.

    Notes
    -----
    Ioffe, Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift (2015), algorithm 1.
    """
    raise NotImplementedError("Task 2.1: write batchnorm_forward")


def batchnorm_backward(dout, cache):
    """Return the gradients of batch normalization, which was in training, step by step through mean and variance.

    Parameters
    ----------
    dout : ndarray (N, D)
    cache : object
        What ``batchnorm_forward`` has kept.

    Returns
    -------
    dx : ndarray (N, D)
    dgamma, dbeta : ndarray (D,)
    """
    raise NotImplementedError("Task 2.1: write batchnorm_backward")
