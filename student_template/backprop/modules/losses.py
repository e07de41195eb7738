"""Losses: the mean over every element, as one number, and its gradient for the predictions."""

from __future__ import annotations

import numpy as np

from activations import Sigmoid


class MSELoss:
    """Mean squared error.

    Formula: ``loss = mean((p - t)**2)`` over all ``n`` elements

    Derivative: ``dloss/dp = 2 * (p - t) / n``

    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), equation 5.4.
    """

    def forward(self, predictions: np.ndarray, targets: np.ndarray) -> float:
        """Return the loss and keep what ``backward`` needs.

        Parameters
        ----------
        predictions, targets : ndarray, both of one shape

        Returns
        -------
        float
            The mean over every element.

        Raises
        ------
        ValueError
            If the two shapes differ.
        """
        raise NotImplementedError("Task 3.1: write MSELoss.forward")

    def backward(self) -> np.ndarray:
        """Return the gradient of the loss for the predictions of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the predictions
        """
        raise NotImplementedError("Task 3.1: write MSELoss.backward")


class BCELoss:
    """Binary cross-entropy of probabilities.

    Formula: ``loss = mean(-t * log(p) - (1 - t) * log(1 - p))`` over all ``n`` elements

    Derivative: ``dloss/dp = (p - t) / (p * (1 - p)) / n``

    Both are finite even for probabilities of exactly 0 and 1, for example because a logarithm counts
    as at least -100, and ``p * (1 - p)`` as at least 1e-12.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equation 4.90.
    """

    def forward(self, predictions: np.ndarray, targets: np.ndarray) -> float:
        """Return the loss and keep what ``backward`` needs.

        Parameters
        ----------
        predictions, targets : ndarray, both of one shape
            Probabilities in [0, 1], and the values that they should have.

        Returns
        -------
        float
            The mean over every element.

        Raises
        ------
        ValueError
            If the two shapes differ.
        """
        raise NotImplementedError("Task 3.2: write BCELoss.forward")

    def backward(self) -> np.ndarray:
        """Return the gradient of the loss for the predictions of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the predictions
        """
        raise NotImplementedError("Task 3.2: write BCELoss.backward")


class BCEWithLogitsLoss:
    """Binary cross-entropy of logits: the sigmoid and the loss in one, so that nothing overflows.

    Formula: ``loss = mean(-t * log(s) - (1 - t) * log(1 - s))`` with ``s = sigmoid(z)``, over all ``n`` elements;
    the same, but finite for every ``z``: ``mean(max(z, 0) - t * z + log(1 + exp(-abs(z))))``

    Derivative: ``dloss/dz = (sigmoid(z) - t) / n``

    Source: Bishop, Pattern Recognition and Machine Learning (2006), equations 4.90 and 4.91;
    Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.2.2.2, for the finite form.
    """

    def forward(self, predictions: np.ndarray, targets: np.ndarray) -> float:
        """Return the loss and keep what ``backward`` needs.

        Parameters
        ----------
        predictions, targets : ndarray, both of one shape
            Logits (any real numbers), and the probabilities they should stand for.

        Returns
        -------
        float
            The mean over every element.

        Raises
        ------
        ValueError
            If the two shapes differ.
        """
        raise NotImplementedError("Task 3.3: write BCEWithLogitsLoss.forward")

    def backward(self) -> np.ndarray:
        """Return the gradient of the loss for the predictions of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the predictions
        """
        raise NotImplementedError("Task 3.3: write BCEWithLogitsLoss.backward")
