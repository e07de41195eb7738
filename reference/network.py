"""Layers in a row, and the network with two hidden layers that the exercise asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .activations import Identity, ReLU, Sigmoid, Tanh
from .linear import Linear
from .parameter import Parameter


class Sequential:
    """Layers that follow one another.

    Formula: ``y = layers[-1](... layers[1](layers[0](x)))``

    Derivative: the chain rule, so each layer's ``backward`` receives what the ``backward`` of the next layer returned,
    from the last layer to the first.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.5.2 and algorithm 6.4.

    Parameters
    ----------
    layers : sequence of layers
        Objects with ``forward(inputs)`` and ``backward(grad_output)``.
    """

    def __init__(self, layers: Sequence[Any]) -> None:
        self.layers = list(layers)

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the outputs of the last layer.

        Parameters
        ----------
        inputs : ndarray, shape that the first layer takes

        Returns
        -------
        ndarray, shape that the last layer gives
        """
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Assign the gradients of all parameters and return the gradient for the inputs.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self) -> list[Parameter]:
        """Return the parameters of all layers.

        Returns
        -------
        list of Parameter
            Any iterable is accepted, in any order that stays the same.
        """
        found: list[Parameter] = []
        for layer in self.layers:
            own = layer.parameters() if isinstance(layer, Sequential) else vars(layer).values()
            found.extend(value for value in own if isinstance(value, Parameter))
        return found


def build_network(
    in_features: int,
    hidden_units: int,
    out_features: int,
    activation: str = "sigmoid",
    rng: np.random.Generator | None = None,
) -> Sequential:
    """Return a network with two hidden layers that ends in probabilities.

    Linear, activation, Linear, activation, Linear, Sigmoid: both hidden layers have
    ``hidden_units`` units, and the outputs have shape (batch, out_features).

    Parameters
    ----------
    in_features, hidden_units, out_features : int
    activation : {"sigmoid", "tanh", "relu", "none"}
        The activation after each hidden layer.
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy. Equal seeds give equal networks.

    Returns
    -------
    Sequential

    Raises
    ------
    ValueError
        If there is no activation with this name.
    """
    activations = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}
    if activation not in activations:
        raise ValueError(f"activation must be one of {', '.join(activations)}, not {activation!r}")
    rng = np.random.default_rng(rng)
    return Sequential(
        [
            Linear(in_features, hidden_units, rng),
            activations[activation](),
            Linear(hidden_units, hidden_units, rng),
            activations[activation](),
            Linear(hidden_units, out_features, rng),
            Sigmoid(),
        ]
    )
