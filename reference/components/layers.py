"""Layers that keep no inputs: ``backward`` receives the inputs again, with the upstream gradient."""

from __future__ import annotations

import math

import numpy as np

from .functions import relu, relu_grad, sigmoid, sigmoid_grad


class Linear:
    """Fully connected layer.

    Formula: ``y = x @ W + b``

    Derivative, summed over the batch::

        dx = dy @ W.T
        dW = x.T @ dy
        db = sum of dy over the batch

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), algorithms 6.3 and 6.4; Glorot, Bengio,
    Understanding the difficulty of training deep feedforward neural networks (2010), equation 16.

    Parameters
    ----------
    n_in, n_out : int
    rng : numpy.random.Generator

    Attributes
    ----------
    W, dW : ndarray, shape (n_in, n_out)
        At first uniform within ``sqrt(6 / (n_in + n_out))``, and its gradient.
    b, db : ndarray, shape (n_out,)
        At first zero, and its gradient.
    """

    def __init__(self, n_in: int, n_out: int, rng: np.random.Generator) -> None:
        bound = math.sqrt(6.0 / (n_in + n_out))
        self.W = rng.uniform(-bound, bound, (n_in, n_out))
        self.b = np.zeros(n_out)
        self.dW = np.zeros_like(self.W)
        self.db = np.zeros_like(self.b)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return outputs (batch, n_out) for inputs (batch, n_in)."""
        return x @ self.W + self.b

    def backward(self, x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """Assign ``dW`` and ``db`` and return the gradient for the inputs, of their shape."""
        self.dW = x.T @ dy
        self.db = dy.sum(axis=0)
        return dy @ self.W.T

    def step(self, step_size: float) -> None:
        """Move the parameters by gradient descent."""
        self.W = self.W - step_size * self.dW
        self.b = self.b - step_size * self.db


class Sigmoid:
    """Logistic sigmoid, element by element.

    Formula: ``y = 1 / (1 + exp(-x))``

    Derivative: ``dy/dx = y * (1 - y)``

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equations 3.30 and 3.33.
    """

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the sigmoid of every element."""
        return np.asarray(sigmoid(x))

    def backward(self, x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """Return the gradient for the inputs, of their shape."""
        return dy * sigmoid_grad(x)

    def step(self, step_size: float) -> None:
        """Do nothing: there are no parameters."""


class ReLU:
    """Rectified linear unit, element by element.

    Formula: ``y = max(x, 0)``

    Derivative: ``dy/dx = 1 where x > 0, else 0``

    Source: Glorot, Bordes, Bengio, Deep Sparse Rectifier Neural Networks (2011), section 3.1.
    """

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the positive part of every element."""
        return np.asarray(relu(x))

    def backward(self, x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """Return the gradient for the inputs, of their shape."""
        return dy * relu_grad(x)

    def step(self, step_size: float) -> None:
        """Do nothing: there are no parameters."""
