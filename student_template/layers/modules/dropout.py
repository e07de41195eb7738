"""Inverted dropout, where p is the probability that an element is kept."""

from __future__ import annotations


def dropout_forward(x, dropout_param):
    """Return the outputs of inverted dropout, and what its backward pass needs.

    In training, each element is kept with probability p and divided by p, or else set to zero. In test mode the outputs
    are the inputs.

    Parameters
    ----------
    x : ndarray of any shape
    dropout_param : dict
        ``p``: the probability that an element is kept; ``mode``: ``"train"`` or ``"test"``; ``seed``: optional;
        with it, each call keeps the same elements.

    Returns
    -------
    out : ndarray, shape of x
    cache : object

    Notes
    -----
    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout: A Simple Way to Prevent Neural Networks from Overfitting
    (2014), section 4; here the division is done in training, so that nothing is left to do in test mode.
    """
    raise NotImplementedError("Task 3.1: write dropout_forward")


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
    raise NotImplementedError("Task 3.1: write dropout_backward")
