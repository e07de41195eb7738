"""Loss functions. `forward` stores the gradient right away, `backward` only hands it out."""
from __future__ import annotations

import numpy as np

from activations import Sigmoid


class Objective:
    _gradient: np.ndarray

    def elementwise(self, predictions: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        raise NotImplementedError

    def forward(self, predictions: np.ndarray, targets: np.ndarray) -> float:
        if predictions.shape != targets.shape:
            raise ValueError(f"predictions {predictions.shape} do not fit targets {targets.shape}")
        values, slopes = self.elementwise(predictions, targets)
        self._gradient = slopes / values.size
        return float(values.mean())

    def backward(self) -> np.ndarray:
        return self._gradient.copy()


class MSELoss(Objective):
    def elementwise(self, predictions, targets):
        error = predictions - targets
        return error * error, 2.0 * error


class BCELoss(Objective):
    def __init__(self, smallest: float = 1e-13) -> None:
        self.smallest = smallest

    def elementwise(self, predictions, targets):
        yes = np.maximum(predictions, self.smallest)
        no = np.maximum(1.0 - predictions, self.smallest)
        return -(targets * np.log(yes) + (1.0 - targets) * np.log(no)), (1.0 - targets) / no - targets / yes


class BCEWithLogitsLoss(Objective):
    def elementwise(self, predictions, targets):
        softplus = np.maximum(predictions, 0.0) + np.log1p(np.exp(-np.abs(predictions)))
        return softplus - predictions * targets, Sigmoid().forward(predictions) - targets
