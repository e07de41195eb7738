"""Optimizers of tensors: the update rules are those of ``reference.optimizers``."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .tensor import Tensor


class SGD:
    """Gradient descent.

    Formula: ``w = w - learning_rate * g``

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), algorithm 8.1.

    Parameters
    ----------
    parameters : iterable of Tensor
        May be a generator, so go through it only once.
    learning_rate : float
    """

    def __init__(self, parameters: Iterable[Tensor], learning_rate: float) -> None:
        self.parameters = list(parameters)
        self.learning_rate = learning_rate

    def zero_grad(self) -> None:
        """Reset the gradients, which otherwise add up."""
        for parameter in self.parameters:
            parameter.zero_grad()

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        for parameter in self.parameters:
            if parameter.grad is not None:
                parameter.data = parameter.data - self.learning_rate * parameter.grad


class Adam:
    """Gradient descent with running averages of the gradient and of its square.

    Formula for step ``k`` = 1, 2, ..., with ``m`` and ``v`` at first zero::

        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - learning_rate * (m / (1 - beta1**k)) / (sqrt(v / (1 - beta2**k)) + epsilon)

    Source: Kingma, Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1.

    Parameters
    ----------
    parameters : iterable of Tensor
        May be a generator, so go through it only once.
    learning_rate : float
    betas : pair of float
        ``beta1`` and ``beta2``, each in [0, 1).
    epsilon : float
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ) -> None:
        self.parameters = list(parameters)
        self.learning_rate = learning_rate
        self.betas = betas
        self.epsilon = epsilon
        self.steps = 0
        self.means = [np.zeros(parameter.shape) for parameter in self.parameters]
        self.squares = [np.zeros(parameter.shape) for parameter in self.parameters]

    def zero_grad(self) -> None:
        """Reset the gradients, which otherwise add up."""
        for parameter in self.parameters:
            parameter.zero_grad()

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        self.steps += 1
        for index, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                parameter.data = parameter.data - self.learning_rate * self._direction(index, parameter.grad)

    def _direction(self, index: int, grad: np.ndarray) -> np.ndarray:
        beta1, beta2 = self.betas
        self.means[index] = beta1 * self.means[index] + (1.0 - beta1) * grad
        self.squares[index] = beta2 * self.squares[index] + (1.0 - beta2) * grad**2
        mean = self.means[index] / (1.0 - beta1**self.steps)
        return mean / (np.sqrt(self.squares[index] / (1.0 - beta2**self.steps)) + self.epsilon)
