"""Two networks of tensors for points in the plane; both end in logits."""

from __future__ import annotations

import numpy as np

from .layers import Conv1d, Linear
from .tensor import Tensor


class MLP:
    """Two hidden layers: ``linear(act(linear(act(linear(x)))))``.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.1.

    Parameters
    ----------
    in_features, hidden_units, out_features : int
    activation : {"tanh", "sigmoid", "relu"}
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.

    Raises
    ------
    ValueError
        If there is no activation with this name.
    """

    def __init__(
        self,
        in_features: int,
        hidden_units: int,
        out_features: int,
        activation: str = "tanh",
        rng: np.random.Generator | None = None,
    ) -> None:
        activations = {"tanh": Tensor.tanh, "sigmoid": Tensor.sigmoid, "relu": Tensor.relu}
        if activation not in activations:
            raise ValueError(f"activation must be one of {', '.join(activations)}, not {activation!r}")
        self.activation = activations[activation]
        rng = np.random.default_rng(rng)
        self.first = Linear(in_features, hidden_units, rng)
        self.second = Linear(hidden_units, hidden_units, rng)
        self.last = Linear(hidden_units, out_features, rng)

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return logits (batch, out_features) for inputs (batch, in_features)."""
        hidden = self.activation(self.first(inputs))
        return self.last(self.activation(self.second(hidden)))

    def parameters(self) -> list[Tensor]:
        """Return the weights and biases of the three layers."""
        return [*self.first.parameters(), *self.second.parameters(), *self.last.parameters()]


class CNN:
    """A convolution over the two coordinates, tanh, and a linear layer.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 9.3, without pooling.

    Parameters
    ----------
    channels, kernel_size : int
        The coordinates get half a kernel of padding at either end.
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.
    """

    def __init__(self, channels: int, kernel_size: int, rng: np.random.Generator | None = None) -> None:
        rng = np.random.default_rng(rng)
        padding = kernel_size // 2
        positions = 2 + 2 * padding - kernel_size + 1
        self.convolution = Conv1d(1, channels, kernel_size, padding=padding, rng=rng)
        self.linear = Linear(channels * positions, 1, rng)

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return logits (batch, 1) for points (batch, 2)."""
        batch = inputs.shape[0]
        hidden = self.convolution(inputs.reshape(batch, 1, 2)).tanh()
        return self.linear(hidden.reshape(batch, -1))

    def parameters(self) -> list[Tensor]:
        """Return the weights and biases of both layers."""
        return [*self.convolution.parameters(), *self.linear.parameters()]
