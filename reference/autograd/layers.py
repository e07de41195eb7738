"""Layers of tensors: called with inputs, they return outputs; ``backward`` of the loss does the rest."""

from __future__ import annotations

import math

import numpy as np

from .tensor import Tensor


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
        bound = math.sqrt(6.0 / (in_features + out_features))
        shape = (in_features, out_features)
        self.weight = Tensor(np.random.default_rng(rng).uniform(-bound, bound, shape), requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True)

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return outputs (batch, out_features) for inputs (batch, in_features)."""
        return inputs @ self.weight + self.bias

    def parameters(self) -> list[Tensor]:
        """Return the weight and the bias."""
        return [self.weight, self.bias]


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
        scale = 1.0 / math.sqrt(in_channels * kernel_size)
        shape = (out_channels, in_channels, kernel_size)
        self.weight = Tensor(scale * np.random.default_rng(rng).standard_normal(shape), requires_grad=True)
        self.bias = Tensor(np.zeros(out_channels), requires_grad=True)
        self.stride = stride
        self.padding = padding

    def __call__(self, inputs: Tensor) -> Tensor:
        """Return outputs (batch, out_channels, positions) for inputs (batch, in_channels, length)."""
        batch, in_channels, length = inputs.shape
        out_channels, _, kernel_size = self.weight.shape
        selection = _selection(length, kernel_size, self.stride, self.padding)
        windows = (inputs @ selection).reshape(batch, in_channels, -1, kernel_size).transpose(0, 2, 1, 3)
        rows = windows.reshape(-1, in_channels * kernel_size)
        outputs = rows @ self.weight.reshape(out_channels, -1).T + self.bias
        return outputs.reshape(batch, -1, out_channels).transpose(0, 2, 1)

    def parameters(self) -> list[Tensor]:
        """Return the weight and the bias."""
        return [self.weight, self.bias]


def _selection(length: int, kernel_size: int, stride: int, padding: int) -> np.ndarray:
    """Return the matrix of 0 and 1 that lays the windows of a signal one after another.

    Its column ``i * kernel_size + k`` picks entry ``i * stride + k - padding``, or nothing in the padding.
    """
    if length + 2 * padding < kernel_size:
        raise ValueError(f"a kernel of {kernel_size} does not fit {length} positions with a padding of {padding}")
    positions = (length + 2 * padding - kernel_size) // stride + 1
    picked = stride * np.arange(positions)[:, np.newaxis] + np.arange(kernel_size) - padding
    return (np.arange(length)[:, np.newaxis] == picked.ravel()).astype(float)
