"""SGD and Adam for stacks of networks, each network with a learning rate of its own.

They compute what ``reference.optimizers`` computes, but write into the arrays they have:
a stack is so large that allocating temporaries would take most of the time.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from ..parameter import Parameter


class StackedSGD:
    """Gradient descent; ``step`` overwrites the values and the gradients.

    Parameters
    ----------
    parameters : iterable of Parameter, shapes (networks, ...)
    learning_rates : ndarray, shape (networks, 1, 1)
    """

    def __init__(self, parameters: Iterable[Parameter], learning_rates: np.ndarray) -> None:
        self.parameters = list(parameters)
        self.learning_rates = learning_rates

    def step(self) -> None:
        """Move every parameter once."""
        for parameter in self.parameters:
            parameter.grad *= self.learning_rates
            parameter.value -= parameter.grad

    def keep(self, networks: np.ndarray) -> None:
        """Keep only these networks (an index array)."""
        self.learning_rates = self.learning_rates[networks]


class StackedAdam:
    """Adam with its usual constants; ``step`` overwrites the values and the gradients.

    Parameters
    ----------
    parameters : iterable of Parameter, shapes (networks, ...)
    learning_rates : ndarray, shape (networks, 1, 1)
    """

    def __init__(self, parameters: Iterable[Parameter], learning_rates: np.ndarray) -> None:
        self.parameters = list(parameters)
        self.learning_rates = learning_rates
        self.steps = 0
        self.means = [np.zeros_like(parameter.value) for parameter in self.parameters]
        self.squares = [np.zeros_like(parameter.value) for parameter in self.parameters]
        self.scratch = [np.zeros_like(parameter.value) for parameter in self.parameters]

    def step(self) -> None:
        """Move every parameter once."""
        self.steps += 1
        rates = self.learning_rates / (1.0 - 0.9**self.steps)
        arrays = zip(self.parameters, self.means, self.squares, self.scratch, strict=True)
        for parameter, mean, square, scratch in arrays:
            _average(mean, parameter.grad, 0.9, scratch)
            _average(square, np.square(parameter.grad, out=parameter.grad), 0.999, scratch)
            np.sqrt(square, out=scratch)
            scratch /= math.sqrt(1.0 - 0.999**self.steps)
            scratch += 1e-8
            np.divide(mean, scratch, out=scratch)
            scratch *= rates
            parameter.value -= scratch


StackedOptimizer = StackedSGD | StackedAdam


def _average(average: np.ndarray, new: np.ndarray, beta: float, scratch: np.ndarray) -> None:
    """Overwrite a running average with its next value."""
    np.multiply(new, 1.0 - beta, out=scratch)
    average *= beta
    average += scratch
