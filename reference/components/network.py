"""The container of layers that keep no inputs, and its training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .functions import bce_loss, bce_loss_grad


class Net:
    """Layers applied one after another; the container keeps the inputs of each.

    Formula: ``y = layers[-1].forward(... layers[0].forward(x))``

    Derivative: the chain rule, from the last layer to the first.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), algorithm 6.4.

    Parameters
    ----------
    layers : sequence of layers
        Objects with ``forward(x)``, ``backward(x, dy)`` and ``step(step_size)``.
    """

    def __init__(self, layers: Sequence[Any]) -> None:
        self.layers = list(layers)
        self.inputs: list[np.ndarray] = []

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs of the last layer."""
        self.inputs = []
        for layer in self.layers:
            self.inputs.append(x)
            x = layer.forward(x)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Assign the gradients of all parameters and return the gradient for the inputs of the last ``forward``."""
        for layer, x in zip(reversed(self.layers), reversed(self.inputs), strict=True):
            dy = layer.backward(x, dy)
        return dy

    def step(self, step_size: float) -> None:
        """Move the parameters of all layers."""
        for layer in self.layers:
            layer.step(step_size)


def fit(
    net: Net, x: np.ndarray, y: np.ndarray, epochs: int, learning_rate: float, mb_size: int
) -> tuple[list[float], list[float]]:
    """Train with the summed binary cross-entropy of each mini-batch; the samples keep their order.

    A partial batch at the end is dropped.

    Parameters
    ----------
    net : Net
        Ends in probabilities (batch, 1).
    x : ndarray, shape (n, features)
    y : ndarray of 0 and 1, shape (n, 1)
    epochs : int
    learning_rate : float
    mb_size : int
        Samples in one update.

    Returns
    -------
    losses, accuracies : list of float, one for each epoch
        Means over the samples used, each before the update with its batch.
    """
    losses, accuracies = [], []
    starts = range(0, len(x) - mb_size + 1, mb_size)
    for _ in range(epochs):
        batches = [_update(net, x[s : s + mb_size], y[s : s + mb_size], learning_rate) for s in starts]
        loss, accuracy = np.mean(batches, axis=0)
        losses.append(float(loss))
        accuracies.append(float(accuracy))
    return losses, accuracies


def _update(net: Net, x: np.ndarray, y: np.ndarray, step_size: float) -> tuple[float, float]:
    """Take one step and return the mean loss and the accuracy before it."""
    y_hat = net.forward(x)
    net.backward(bce_loss_grad(y, y_hat))
    net.step(step_size)
    return float(np.mean(bce_loss(y, y_hat))), float(np.mean((y_hat > 0.5) == (y > 0.5)))
