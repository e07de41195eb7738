"""The one-dimensional convolution, and the layer that flattens its outputs for a linear layer."""

from __future__ import annotations

import numpy as np

from parameter import Parameter


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
        raise NotImplementedError("Task 7.5: write Conv1d.__init__")

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
        raise NotImplementedError("Task 7.5: write Conv1d.forward")

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
        raise NotImplementedError("Task 7.5: write Conv1d.backward")


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
        raise NotImplementedError("Task 7.6: write Flatten.forward")

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
        raise NotImplementedError("Task 7.6: write Flatten.backward")
