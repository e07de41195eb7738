"""Inverted dropout, where p is the probability that an element is dropped."""

import numpy as np


def dropout_forward(x, dropout_param):
    """Return the outputs of inverted dropout, and what its backward pass needs.

    In training, each element is set to zero with probability p, or else divided by 1 - p. In test mode the outputs are
    the inputs.

    Parameters
    ----------
    x : ndarray of any shape
    dropout_param : dict
        ``p``: the probability that an element is dropped; ``mode``: ``"train"`` or ``"test"``; ``seed``:
        optional; with it, each call keeps the same elements.

    Returns
    -------
    out : ndarray, shape of x
    cache : object

    Notes
    -----
    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout: A Simple Way to Prevent Neural Networks from Overfitting
    (2014), section 4; here the division is done in training, so that nothing is left to do in test mode.
    """
    if dropout_param["mode"] == "test":
        return x, (1.0,)
    keep, rng = 1.0 - dropout_param["p"], np.random.default_rng(dropout_param.get("seed"))
    mask = (rng.random(x.shape) < keep) / keep
    return x * mask, (mask,)


def dropout_backward(dout, cache):
    """Return the gradient of inverted dropout for its inputs; in test mode it is dout.

    Parameters
    ----------
    dout : ndarray of any shape
    cache : object
        The cache from ``dropout_forward``, in either mode.

    Returns
    -------
    dx : ndarray, shape of dout
    """
    (mask,) = cache
    return dout * mask


def _p_of(keep_ratio):
    """Return p for the probability that an element is kept."""
    return 1.0 - keep_ratio
