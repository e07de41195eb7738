"""Losses of tensors: the mean over every element, as a tensor of one number."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..activations import Sigmoid
from .tensor import Tensor, as_tensor, computed


class MSELoss:
    """Mean squared error.

    Formula: ``loss = mean((p - t)**2)``

    Derivative: ``dloss/dp = 2 * (p - t) / n``, found by the operations.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equation 5.4.
    """

    def __call__(self, predictions: Tensor, targets: Any) -> Tensor:
        """Return the loss; both arguments are of one shape, else there is a ``ValueError``."""
        _require_one_shape(predictions, targets)
        return ((predictions - targets) ** 2).mean()


class BCEWithLogitsLoss:
    """Binary cross-entropy of logits.

    Formula: ``loss = mean(t * softplus(-z) + (1 - t) * softplus(z))`` with ``softplus(z) = log(1 + exp(z))``

    Derivative: ``dloss/dz = (sigmoid(z) - t) / n``, found by the operations.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equations 4.90 and 4.91;
    Goodfellow, Bengio, Courville, Deep Learning (2016), equation 3.31, for the softplus.
    """

    def __call__(self, predictions: Tensor, targets: Any) -> Tensor:
        """Return the loss; both arguments are of one shape, else there is a ``ValueError``."""
        _require_one_shape(predictions, targets)
        targets = as_tensor(targets)
        return (targets * _softplus(-predictions) + (1.0 - targets) * _softplus(predictions)).mean()


def _softplus(tensor: Tensor) -> Tensor:
    """Return ``log(1 + exp(z))``, whose derivative is ``sigmoid(z)``, without overflow."""
    z = tensor.data
    value = np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))
    return computed(value, (tensor, lambda g: g * Sigmoid().forward(z)))


def _require_one_shape(predictions: Tensor, targets: Any) -> None:
    shape = targets.shape if isinstance(targets, Tensor) else np.shape(targets)
    if predictions.shape != shape:
        raise ValueError(f"predictions have shape {predictions.shape} but targets have shape {shape}")
