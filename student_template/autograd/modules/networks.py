"""Two networks of tensors for points in the plane; both end in logits."""

from __future__ import annotations

import numpy as np

from layers import Conv1d, Linear
from tensor import Tensor


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
        raise NotImplementedError("Task 6.1: write MLP.__init__")

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return logits (batch, out_features) for inputs (batch, in_features)."""
        raise NotImplementedError("Task 6.1: write MLP.__call__")

    def parameters(self) -> list[Tensor]:
        """Return the weights and biases of the three layers."""
        raise NotImplementedError("Task 6.1: write MLP.parameters")


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
        raise NotImplementedError("Task 6.2: write CNN.__init__")

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return logits (batch, 1) for points (batch, 2)."""
        raise NotImplementedError("Task 6.2: write CNN.__call__")

    def parameters(self) -> list[Tensor]:
        """Return the weights and biases of both layers."""
        raise NotImplementedError("Task 6.2: write CNN.parameters")
