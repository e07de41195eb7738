"""Many networks of one shape at once: the arrays of their layers stacked, so that one update is one batched product."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..activations import Identity, ReLU, Sigmoid, Tanh
from ..network import Sequential
from ..parameter import Parameter
from .stacked_optimizers import StackedOptimizer

ACTIVATIONS = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}


class StackedLinear:
    """The fully connected layers of many networks, all of one shape.

    Parameters
    ----------
    weight : ndarray, shape (networks, in_features, out_features)
        Initial weights; the initial biases are zero.
    use_bias : bool
        Whether there are biases.

    Attributes
    ----------
    weight : Parameter, shape (networks, in_features, out_features)
    bias : Parameter, shape (networks, 1, out_features)
        Missing without biases.
    """

    def __init__(self, weight: np.ndarray, use_bias: bool = True) -> None:
        self.weight = Parameter(weight)
        self.use_bias = use_bias
        if use_bias:
            self.bias = Parameter(np.zeros((len(weight), 1, weight.shape[2])))

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return outputs of shape (networks, batch, out_features).

        Parameters
        ----------
        inputs : ndarray, shape (networks, batch, in_features), or (batch, in_features) for all networks
        """
        self.inputs = inputs
        outputs = inputs @ self.weight.value
        return outputs + self.bias.value if self.use_bias else outputs

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Assign the gradients of the parameters and return the gradient for the inputs, network by network."""
        turned = np.swapaxes(self.inputs, -1, -2)
        # With one sample the product is an outer product, which a multiplication computes faster. The gradient's array
        # is reused: allocating and clearing it would take longer than filling it.
        product = np.multiply if grad_output.shape[1] == 1 else np.matmul
        product(turned, grad_output, out=self.weight.grad)
        if self.use_bias:
            self.bias.grad = grad_output.sum(axis=1, keepdims=True)
        return grad_output @ np.swapaxes(self.weight.value, -1, -2)


def stacked_network(
    networks: int,
    widths: Sequence[int],
    activation: str,
    rng: np.random.Generator,
    use_bias: bool = True,
    ends_in: str = "none",
) -> Sequential:
    """Return stacked networks with N(0, 1) weights.

    Parameters
    ----------
    networks : int
    widths : sequence of int
        Features of the inputs, of each hidden layer, and of the outputs.
    activation : {"sigmoid", "tanh", "relu", "none"}
    rng : numpy.random.Generator
    use_bias : bool
    ends_in : {"sigmoid", "tanh", "relu", "none"}
        Activation of the outputs; with "none" they are logits.
    """
    layers: list[Any] = []
    for in_features, out_features in pairwise(widths):
        layers.append(StackedLinear(rng.standard_normal((networks, in_features, out_features)), use_bias))
        layers.append(ACTIVATIONS[activation]())
    return Sequential([*layers[:-1], ACTIVATIONS[ends_in]()])


def update_logits(network: Sequential, optimizer: StackedOptimizer, inputs: np.ndarray, targets: np.ndarray) -> None:
    """Take one step of every network on one batch, for the binary cross-entropy of logits.

    The gradient of the mean over the batch, for each network alone, is ``(sigmoid(z) - t) / batch``.
    """
    logits = network.forward(inputs)
    network.backward((Sigmoid().forward(logits) - targets) / inputs.shape[-2])
    optimizer.step()


def update_squares(network: Sequential, optimizer: StackedOptimizer, inputs: np.ndarray, targets: np.ndarray) -> None:
    """Take one step of every network on one batch, for the mean squared error."""
    descend_squares(network, optimizer, network.forward(inputs), targets)


def descend_squares(network: Sequential, optimizer: StackedOptimizer, outputs: np.ndarray, targets: np.ndarray) -> None:
    """Take the step after a ``forward`` that gave these outputs.

    The gradient of the mean over the batch, for each network alone, is ``2 * (p - t) / batch``.
    """
    network.backward((outputs - targets) * (2.0 / outputs.shape[-2]))
    optimizer.step()
