"""Activations and the loss as plain functions, element by element, each with its derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..activations import Sigmoid


def sigmoid(x: Any) -> Any:
    """Return the logistic sigmoid of every element; integers and booleans are accepted.

    Formula: ``1 / (1 + exp(-x))``

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equation 3.30.
    """
    return Sigmoid().forward(np.asarray(x, dtype=np.float64))


def sigmoid_grad(x: Any) -> Any:
    """Return the derivative of the sigmoid at every element.

    Formula: ``sigmoid(x) * (1 - sigmoid(x))``

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equation 3.33.
    """
    return sigmoid(x) * (1.0 - sigmoid(x))


def relu(x: Any) -> Any:
    """Return the positive part of every element; integers and booleans are accepted.

    Formula: ``max(x, 0)``

    Source: Glorot, Bordes, Bengio, Deep Sparse Rectifier Neural Networks (2011), section 3.1.
    """
    return np.maximum(np.asarray(x, dtype=np.float64), 0.0)


def relu_grad(x: Any) -> Any:
    """Return the derivative of ``relu`` at every element; at 0 any value in [0, 1] would be right.

    Formula: ``1 where x > 0, else 0``

    Source: Glorot, Bordes, Bengio, Deep Sparse Rectifier Neural Networks (2011), section 3.1.
    """
    return (np.asarray(x) > 0).astype(np.float64)


def bce_loss(y: Any, y_hat: Any) -> Any:
    """Return the binary cross-entropy of every element, not averaged; the logarithm is not guarded.

    Formula: ``-y * log(y_hat) - (1 - y) * log(1 - y_hat)``

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equation 4.90.

    Parameters
    ----------
    y : array_like of 0 and 1
        The true labels.
    y_hat : array_like of the same shape, in (0, 1)
        Probabilities.
    """
    y, y_hat = np.asarray(y, dtype=np.float64), np.asarray(y_hat, dtype=np.float64)
    return -y * np.log(y_hat) - (1.0 - y) * np.log(1.0 - y_hat)


def bce_loss_grad(y: Any, y_hat: Any) -> Any:
    """Return the derivative of ``bce_loss`` with respect to ``y_hat``, element by element.

    Formula: ``(y_hat - y) / (y_hat * (1 - y_hat))``

    Source: Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.2.
    """
    y, y_hat = np.asarray(y, dtype=np.float64), np.asarray(y_hat, dtype=np.float64)
    return (y_hat - y) / (y_hat * (1.0 - y_hat))
