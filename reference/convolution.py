"""The one-dimensional convolution, and the layer that flattens its outputs for a linear layer."""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .parameter import Parameter


class Conv1d:
    """One-dimensional convolution (cross-correlation, as in every library of neural networks).

    Formula, with ``x`` the inputs with ``padding`` zeros at either end::

        y[b, o, i] = bias[o] + sum over c and k of weight[o, c, k] * x[b, c, i * stride + k]

    Derivative, with ``g`` the gradient of the loss for ``y``::

        grad_weight[o, c, k] = sum over b and i of g[b, o, i] * x[b, c, i * stride + k]
        grad_bias[o]         = sum over b and i of g[b, o, i]
        grad_x[b, c, n]      = sum over o, i and k with i * stride + k = n of g[b, o, i] * weight[o, c, k]

    The gradient for the inputs is ``grad_x`` without the padding; positions that no window covers get zero.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equations 9.6, 9.11 and 9.13.

    Parameters
    ----------
    in_channels, out_channels, kernel_size : int
    stride : int
        Distance between the starts of two neighbouring windows.
    padding : int
        Number of zeros put at either end of the inputs.
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.

    Attributes
    ----------
    weight : Parameter, shape (out_channels, in_channels, kernel_size)
        At first random; the scale is yours to choose.
    bias : Parameter, shape (out_channels,)
        At first zero.
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
        # LeCun's scale keeps the variance of the outputs near that of the inputs.
        scale = 1.0 / math.sqrt(in_channels * kernel_size)
        shape = (out_channels, in_channels, kernel_size)
        self.weight = Parameter(scale * np.random.default_rng(rng).standard_normal(shape))
        self.bias = Parameter(np.zeros(out_channels))
        self.stride = stride
        self.padding = padding

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the outputs and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray, shape (batch, in_channels, length)

        Returns
        -------
        ndarray, shape (batch, out_channels, (length + 2 * padding - kernel_size) // stride + 1)

        Raises
        ------
        ValueError
            If the kernel is longer than the padded inputs.
        """
        padded = np.pad(inputs, ((0, 0), (0, 0), (self.padding, self.padding)))
        self.windows = _windows(padded, self.weight.value.shape[2])[:, :, :: self.stride]
        self.length = inputs.shape[2]
        return _correlate(self.windows, self.weight.value) + self.bias.value[:, np.newaxis]

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Assign the gradients of the parameters and return the gradient for the inputs.

        ``weight.grad`` and ``bias.grad`` are replaced, not added to.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs of the last ``forward``.

        Returns
        -------
        ndarray, shape (batch, in_channels, length)
        """
        self.weight.grad = np.tensordot(grad_output, self.windows, axes=((0, 2), (0, 2)))
        self.bias.grad = grad_output.sum(axis=(0, 2))
        return self._grad_inputs(grad_output)

    def _grad_inputs(self, grad_output: np.ndarray) -> np.ndarray:
        """Correlate the gradient, its entries ``stride`` apart, with the kernels turned around."""
        weight = self.weight.value
        batch, out_channels, positions = grad_output.shape
        margin = weight.shape[2] - 1
        spread = np.zeros((batch, out_channels, self.length + 2 * self.padding + margin))
        spread[:, :, margin : margin + positions * self.stride : self.stride] = grad_output
        turned = weight[:, :, ::-1].transpose(1, 0, 2)
        grad_padded = _correlate(_windows(spread, weight.shape[2]), turned)
        return grad_padded[:, :, self.padding : self.padding + self.length]


class Flatten:
    """Join all axes but the first, so that a linear layer can follow a convolution.

    Formula: ``y = x.reshape(batch, -1)``

    Derivative: the gradient reshaped to the shape of ``x``.

    Source: LeCun, Bottou, Bengio, Haffner, Gradient-Based Learning Applied to Document Recognition (1998),
    section II.B, from layer C5 to layer F6.
    """

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the inputs as rows and keep their shape.

        Parameters
        ----------
        inputs : ndarray, shape (batch, ...)

        Returns
        -------
        ndarray, shape (batch, product of the other lengths)
        """
        self.shape = inputs.shape
        return inputs.reshape(len(inputs), -1)

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient in the shape of the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, shape (batch, product of the other lengths)
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, shape (batch, ...)
        """
        return grad_output.reshape(self.shape)


def _windows(signal: np.ndarray, size: int) -> np.ndarray:
    """Return every window of a signal (batch, channels, length) as a view (batch, channels, positions, size)."""
    return sliding_window_view(signal, size, axis=2)


def _correlate(windows: np.ndarray, kernels: np.ndarray) -> np.ndarray:
    """Return the products of windows (batch, channels, positions, size) with kernels (filters, channels, size)."""
    return np.tensordot(windows, kernels, axes=((1, 3), (1, 2))).transpose(0, 2, 1)
