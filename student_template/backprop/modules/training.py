"""Training a network, and predicting with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from network import Sequential


def train(
    network: Sequential,
    loss: Any,
    optimizer: Any,
    inputs: np.ndarray,
    targets: np.ndarray,
    epochs: int,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
) -> list[float]:
    """Train a network and return one loss for every epoch.

    For each batch: ``forward`` of the network and of the loss, ``backward`` of the loss and
    of the network, then one ``step`` of the optimizer. Every sample is used once in each epoch.

    Parameters
    ----------
    network : Sequential
    loss : MSELoss, BCELoss or BCEWithLogitsLoss
    optimizer : SGD, Momentum, AdaGrad or Adam
        Made with the parameters of ``network``.
    inputs : ndarray, shape (n, ...)
    targets : ndarray, shape (n, out_features)
    epochs : int
    batch_size : int or None
        Samples in one update; the last batch of an epoch may be smaller. None means all of them.
    rng : numpy.random.Generator or None
        Shuffles the samples again in every epoch; None keeps their order.

    Returns
    -------
    list of float, length ``epochs``
        The mean of the loss over the samples of the epoch, before or after their updates.

    Raises
    ------
    ValueError
        If ``batch_size`` is less than one.
    """
    raise NotImplementedError("Task 5.2: write train")


def predict(network: Sequential, inputs: np.ndarray) -> np.ndarray:
    """Return the class of every sample: 1 where the network's probability is at least 0.5, else 0.

    Parameters
    ----------
    network : Sequential
        Ends in probabilities of shape (n, 1).
    inputs : ndarray, shape (n, in_features)

    Returns
    -------
    ndarray of 0 and 1, shape (n,)
        A probability of exactly 0.5 may go either way.
    """
    raise NotImplementedError("Task 6.1: write predict")


def accuracy(network: Sequential, inputs: np.ndarray, targets: np.ndarray) -> float:
    """Return the fraction of samples whose class is predicted correctly.

    Parameters
    ----------
    network : Sequential
        Ends in probabilities of shape (n, 1).
    inputs : ndarray, shape (n, in_features)
    targets : ndarray of 0.0 and 1.0, shape (n, 1)

    Returns
    -------
    float
        In [0, 1].
    """
    raise NotImplementedError("Task 6.1: write accuracy")
