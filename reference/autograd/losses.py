"""Losses of tensors: the mean over every element, as a tensor of one number."""

from __future__ import annotations

import numpy as np

from .tensor import Tensor, as_tensor


class MSELoss:
    """Mean squared error.

    Formula: ``loss = mean((p - t)**2)``

    Derivative: ``dloss/dp = 2 * (p - t) / n``, found by the operations.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equation 5.4.
    """

    def __call__(self, predictions: Tensor, targets: Tensor | np.ndarray) -> Tensor:
        """Return the loss as a tensor; targets are a tensor or an array; a shape other than the predictions' raises ``ValueError``."""
        _require_one_shape(predictions, targets)
        return ((predictions - targets) ** 2).mean()


class BCEWithLogitsLoss:
    """Binary cross-entropy of logits.

    Formula: ``loss = mean(t * softplus(-z) + (1 - t) * softplus(z))`` with ``softplus(z) = log(1 + exp(z))``

    Derivative: ``dloss/dz = (sigmoid(z) - t) / n``, found by the operations. Finite for logits of +-1000.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equations 4.90 and 4.91;
    Goodfellow, Bengio, Courville, Deep Learning (2016), equation 3.31, for the softplus.
    """

    def __call__(self, predictions: Tensor, targets: Tensor | np.ndarray) -> Tensor:
        """Return the loss as a tensor; targets are a tensor or an array; a shape other than the predictions' raises ``ValueError``."""
        _require_one_shape(predictions, targets)
        wanted = as_tensor(targets)
        return (wanted * _softplus(-predictions) + (1.0 - wanted) * _softplus(predictions)).mean()


def _softplus(tensor: Tensor) -> Tensor:
    """Return ``log(1 + exp(z))`` without overflow: the larger of the two exponents is taken out of the logarithm."""
    larger = np.maximum(tensor.data, 0.0)
    return ((tensor - larger).exp() + np.exp(-larger)).log() + larger


def _require_one_shape(predictions: Tensor, targets: Tensor | np.ndarray) -> None:
    if predictions.shape != targets.shape:
        raise ValueError(f"predictions have shape {predictions.shape} but targets have shape {targets.shape}")
