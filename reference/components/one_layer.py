"""A model of one layer, and its gradient for the inputs by the chain rule."""

from __future__ import annotations

import numpy as np

from .functions import bce_loss, bce_loss_grad, sigmoid, sigmoid_grad

# The weights and the bias of the model; some fixed numbers.
w = np.array([0.5, -1.2, 0.8, 0.3])
b = 0.1


def fn(x: np.ndarray, y: float) -> tuple[float, np.ndarray]:
    """Return the loss of one sample and its gradient for the inputs.

    Formula: ``loss = bce_loss(y, y_hat)`` with ``y_hat = sigmoid(z)`` and ``z = x @ w + b``

    Derivative: ``dloss/dx = bce_loss_grad(y, y_hat) * sigmoid_grad(z) * w``

    Source: Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.2.

    Parameters
    ----------
    x : ndarray, shape (4,)
    y : float
        0 or 1.

    Returns
    -------
    loss : float
    grad_x : ndarray, shape (4,)
    """
    z = x @ w + b
    y_hat = sigmoid(z)
    return float(bce_loss(y, y_hat)), bce_loss_grad(y, y_hat) * sigmoid_grad(z) * w
