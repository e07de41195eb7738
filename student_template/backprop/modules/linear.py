"""The fully connected layer."""

from __future__ import annotations

import numpy as np

from parameter import Parameter


class Linear:
    """Fully connected layer.

    Formula: ``y = x @ weight + bias``

    Derivative, with ``g`` the gradient of the loss for ``y``::

        grad_inputs = g @ weight.T
        grad_weight = x.T @ g
        grad_bias   = sum of g over the batch

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), algorithms 6.3 and 6.4.

    Parameters
    ----------
    in_features, out_features : int
        Numbers of columns of the inputs and of the outputs.
    rng : numpy.random.Generator or None
        Where the initial weights come from; None means fresh entropy.

    Attributes
    ----------
    weight : Parameter, shape (in_features, out_features)
        At first random, so that the units differ and can learn; the scale is yours to choose.
    bias : Parameter, shape (out_features,)
        At first zero.
    """

    def __init__(self, in_features: int, out_features: int, rng: np.random.Generator | None = None) -> None:
        raise NotImplementedError("Task 2.3: write Linear.__init__")

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the outputs and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray, shape (batch, in_features)

        Returns
        -------
        ndarray, shape (batch, out_features)
        """
        raise NotImplementedError("Task 2.1: write Linear.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Assign the gradients of the parameters and return the gradient for the inputs.

        ``weight.grad`` and ``bias.grad`` are replaced, not added to.

        Parameters
        ----------
        grad_output : ndarray, shape (batch, out_features)
            Gradient of the loss for the outputs of the last ``forward``.

        Returns
        -------
        ndarray, shape (batch, in_features)
        """
        raise NotImplementedError("Task 2.2: write Linear.backward")
