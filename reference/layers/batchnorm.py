"""Batch normalization."""

import numpy as np


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
    normal, gamma, std = cache
    dnormal = dout * gamma
    # The squared standard deviation is var + eps; its gradient is distributed over the column.
    dvar = -0.5 * (dnormal * normal).sum(axis=0) / std**2
    dcentred = dnormal / std + 2.0 * dvar * normal * std / len(dout)
    return dcentred - dcentred.mean(axis=0), (dout * normal).sum(axis=0), dout.sum(axis=0)
