"""Activation functions as layers: each works element by element and has no parameters."""

from __future__ import annotations

import numpy as np


class Sigmoid:
    """Logistic sigmoid, element by element.

    Formula: ``y = 1 / (1 + exp(-x))``

    Derivative: ``dy/dx = y * (1 - y)``

    Neither overflows, however large ``|x|`` is.

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equations 3.30 and 3.33.
    """

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the sigmoid of every element and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray of any shape

        Returns
        -------
        ndarray, same shape as ``inputs``
        """
        raise NotImplementedError("Task 1.1: write Sigmoid.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss for the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 1.1: write Sigmoid.backward")


class Tanh:
    """Hyperbolic tangent, element by element.

    Formula: ``y = (exp(x) - exp(-x)) / (exp(x) + exp(-x))``

    Derivative: ``dy/dx = 1 - y**2``

    Neither overflows, however large ``|x|`` is.

    Source: LeCun, Bottou, Orr, Mueller, Efficient BackProp (1998), section 4.4.
    """

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the hyperbolic tangent of every element and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray of any shape

        Returns
        -------
        ndarray, same shape as ``inputs``
        """
        raise NotImplementedError("Task 1.2: write Tanh.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss for the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 1.2: write Tanh.backward")


class ReLU:
    """Rectified linear unit, element by element.

    Formula: ``y = max(x, 0)``

    Derivative: ``dy/dx = 1 where x > 0, else 0``; at exactly 0 any value in [0, 1] is right.

    Source: Glorot, Bordes, Bengio, Deep Sparse Rectifier Neural Networks (2011), section 3.1.
    """

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the positive part of every element and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray of any shape

        Returns
        -------
        ndarray, same shape as ``inputs``
        """
        raise NotImplementedError("Task 1.3: write ReLU.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss for the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 1.3: write ReLU.backward")


class LeakyReLU:
    """Rectified linear unit with a small slope for negative inputs, element by element.

    Formula: ``y = x where x > 0, else slope * x``

    Derivative: ``dy/dx = 1 where x > 0, else slope``; at exactly 0 any value in [slope, 1] is right.

    Source: Maas, Hannun, Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models (2013), section 2.

    Parameters
    ----------
    slope : float
        Slope for negative inputs.
    """

    def __init__(self, slope: float = 0.01) -> None:
        raise NotImplementedError("Task 7.4: write LeakyReLU.__init__")

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return every element, the negative ones times the slope, and keep what ``backward`` needs.

        Parameters
        ----------
        inputs : ndarray of any shape

        Returns
        -------
        ndarray, same shape as ``inputs``
        """
        raise NotImplementedError("Task 7.4: write LeakyReLU.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss for the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 7.4: write LeakyReLU.backward")


class Identity:
    """No activation: the inputs as they are.

    Formula: ``y = x``

    Derivative: ``dy/dx = 1``

    Source: Bishop, Pattern Recognition and Machine Learning (2006), section 5.1 (linear output units).
    """

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        """Return the inputs.

        Parameters
        ----------
        inputs : ndarray of any shape

        Returns
        -------
        ndarray, same shape as ``inputs``
        """
        raise NotImplementedError("Task 1.4: write Identity.forward")

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss for the inputs of the last ``forward``.

        Parameters
        ----------
        grad_output : ndarray, same shape as the outputs
            Gradient of the loss for the outputs.

        Returns
        -------
        ndarray, same shape as the inputs
        """
        raise NotImplementedError("Task 1.4: write Identity.backward")
