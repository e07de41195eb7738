"""Losses: the mean over every element, as one number, and its gradient for the predictions."""

from __future__ import annotations

import numpy as np

from .activations import Sigmoid

_LARGEST_LOG_LOSS = 100.0
_SMALLEST_VARIANCE = 1e-12


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
        _require_one_shape(predictions, targets)
        self.difference = predictions - targets
        return float(np.mean(self.difference**2))

    def backward(self) -> np.ndarray:
        """Return the gradient of the loss for the predictions of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the predictions
        """
        return 2.0 / self.difference.size * self.difference


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
        _require_one_shape(predictions, targets)
        self.predictions = predictions
        self.targets = targets
        with np.errstate(divide="ignore"):
            log_one = np.maximum(np.log(predictions), -_LARGEST_LOG_LOSS)
            log_zero = np.maximum(np.log1p(-predictions), -_LARGEST_LOG_LOSS)
        return float(-np.mean(targets * log_one + (1.0 - targets) * log_zero))

    def backward(self) -> np.ndarray:
        """Return the gradient of the loss for the predictions of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the predictions
        """
        variance = self.predictions * (1.0 - self.predictions)
        return (self.predictions - self.targets) / np.maximum(variance, _SMALLEST_VARIANCE) / self.targets.size


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
        _require_one_shape(predictions, targets)
        self.probabilities = Sigmoid().forward(predictions)
        self.targets = targets
        # The large terms first: if they cancel, only the small logarithm remains.
        large = np.maximum(predictions, 0.0) - targets * predictions
        return float(np.mean(large + np.log1p(np.exp(-np.abs(predictions)))))

    def backward(self) -> np.ndarray:
        """Return the gradient of the loss for the predictions of the last ``forward``.

        Returns
        -------
        ndarray, same shape as the predictions
        """
        return (self.probabilities - self.targets) / self.targets.size


def _require_one_shape(predictions: np.ndarray, targets: np.ndarray) -> None:
    # Without this, (n, 1) against (n,) would broadcast to (n, n) and silently give a wrong number.
    if predictions.shape != targets.shape:
        raise ValueError(f"predictions have shape {predictions.shape} but targets have shape {targets.shape}")
