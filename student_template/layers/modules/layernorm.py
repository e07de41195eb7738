"""Layer normalization."""

from __future__ import annotations


def layernorm_forward(x, gamma, beta, ln_param):
    """Return the outputs of layer normalization, and what its backward pass needs.

    Each row is normalized with its own mean and variance, in training and in test mode, as
    ``normal = (x - mean) / sqrt(var + eps)``, and ``out = gamma * normal + beta``.

    Parameters
    ----------
    x : ndarray (N, D)
    gamma, beta : ndarray (D,)
    ln_param : dict
        ``eps``: 1e-5 by default.

    Returns
    -------
    out : ndarray (N, D)
    cache : object

    Notes
    -----
    Ba, Kiros, Hinton, Layer Normalization (2016), equation 4.
    """
    raise NotImplementedError("Task 2.3: write layernorm_forward")


def layernorm_backward(dout, cache):
    """Return the gradients of layer normalization.

    Parameters
    ----------
    dout : ndarray (N, D)
    cache : object
        The cache from ``layernorm_forward``.

    Returns
    -------
    dx : ndarray (N, D)
    dgamma, dbeta : ndarray (D,)
    """
    raise NotImplementedError("Task 2.3: write layernorm_backward")
