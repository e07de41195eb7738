"""Batch normalization."""

import numpy as np


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
    momentum = bn_param.get("momentum", 0.9)
    mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if bn_param["mode"] == "train":
        running_mean, running_var = mean, var
        mean, var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] = momentum * running_mean + (1.0 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1.0 - momentum) * var
    std = np.sqrt(var + bn_param.get("eps", 1e-5))
    normal = (x - mean) / std
    return gamma * normal + beta, (normal, gamma, std)


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
    normal, gamma, std = cache
    dnormal = dout * gamma
    # The squared standard deviation is var + eps, and what it gets back is shared out over the column.
    dvar = -0.5 * (dnormal * normal).sum(axis=0) / std**2
    dcentred = dnormal / std + 2.0 * dvar * normal * std / len(dout)
    return dcentred - dcentred.mean(axis=0), (dout * normal).sum(axis=0), dout.sum(axis=0)
