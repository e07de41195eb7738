"""Losses of tensors: the mean over every element, as a tensor of one number."""

from __future__ import annotations

from typing import Any

import numpy as np

from .tensor import Tensor


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

    Formula: ``loss = mean(log(1 + exp(z)) - t * z)``, computed as
    ``mean(m + log(exp(-m) + exp(z - m)) - t * z)`` with the constant ``m = max(z, 0)``, which never overflows

    Derivative: ``dloss/dz = (sigmoid(z) - t) / n``, found by the operations.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equations 4.90 and 4.91.
    """

    def __call__(self, predictions: Tensor, targets: Any) -> Tensor:
        """Return the loss; both arguments are of one shape, else there is a ``ValueError``."""
        _require_one_shape(predictions, targets)
        largest = np.maximum(predictions.data, 0.0)
        softplus = (np.exp(-largest) + (predictions - largest).exp()).log() + largest
        return (softplus - predictions * targets).mean()


def _require_one_shape(predictions: Tensor, targets: Any) -> None:
    shape = targets.shape if isinstance(targets, Tensor) else np.shape(targets)
    if predictions.shape != shape:
        raise ValueError(f"predictions have shape {predictions.shape} but targets have shape {shape}")
