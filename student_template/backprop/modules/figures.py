"""The two figures of the exercise. Matplotlib is imported only when something is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def show_result(inputs: np.ndarray, targets: np.ndarray, predictions: np.ndarray) -> None:
    """Draw the ground truth beside the predictions, each class in a colour of its own.

    The figure stays open; ``matplotlib.pyplot.show`` puts it on the screen.

    Parameters
    ----------
    inputs : ndarray, shape (n, 2)
    targets : ndarray of 0.0 and 1.0, shape (n, 1)
    predictions : ndarray of 0 and 1, shape (n,)
    """
    raise NotImplementedError("Task 6.5: write show_result")


def show_learning_curve(losses: Sequence[float]) -> None:
    """Draw the loss of every epoch.

    The figure stays open; ``matplotlib.pyplot.show`` puts it on the screen.

    Parameters
    ----------
    losses : sequence of float
        One for each epoch, as ``train`` returns them.
    """
    raise NotImplementedError("Task 6.5: write show_learning_curve")
