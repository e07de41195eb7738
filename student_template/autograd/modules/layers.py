"""Layers of tensors: called with inputs, they return outputs; ``backward`` of the loss does the rest."""

from __future__ import annotations

import numpy as np

from tensor import Tensor


class Linear:
    """Fully connected layer.

    Formula: ``y = x @ weight + bias``

    Derivative: that of the operations, see ``reference.linear``.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), algorithm 6.3;
    Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks (2010),
    equation 16, for the initial weights.

    Parameters
    ----------
    in_features, out_features : int
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.

    Attributes
    ----------
    weight : Tensor, shape (in_features, out_features)
    bias : Tensor, shape (out_features,)
    """

    def __init__(self, in_features: int, out_features: int, rng: np.random.Generator | None = None) -> None:
        raise NotImplementedError("Task 5.1: write Linear.__init__")

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return outputs (batch, out_features) for inputs (batch, in_features)."""
        raise NotImplementedError("Task 5.1: write Linear.__call__")

    def parameters(self) -> list[Tensor]:
        """Return the weight and the bias."""
        raise NotImplementedError("Task 5.1: write Linear.parameters")


class Conv1d:
    """One-dimensional convolution, written as a product of matrices.

    Formula, with ``x`` the inputs with ``padding`` zeros at either end::

        y[b, o, i] = bias[o] + sum over c and k of weight[o, c, k] * x[b, c, i * stride + k]

    Derivative: that of the operations, see ``reference.convolution``.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equation 9.6, and section 9.1 on
    convolution as multiplication by a sparse matrix.

    Parameters
    ----------
    in_channels, out_channels, kernel_size, stride, padding : int
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.

    Attributes
    ----------
    weight : Tensor, shape (out_channels, in_channels, kernel_size)
    bias : Tensor, shape (out_channels,)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("Task 5.2: write Conv1d.__init__")

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return outputs (batch, out_channels, positions) for inputs (batch, in_channels, length)."""
        raise NotImplementedError("Task 5.2: write Conv1d.__call__")

    def parameters(self) -> list[Tensor]:
        """Return the weight and the bias."""
        raise NotImplementedError("Task 5.2: write Conv1d.parameters")
