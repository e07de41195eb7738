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
    import matplotlib.pyplot as plt

    _, panels = plt.subplots(1, 2, figsize=(8, 4), sharex=True, sharey=True)
    for panel, title, classes in zip(panels, ("Ground truth", "Predictions"), (targets, predictions), strict=True):
        panel.scatter(inputs[:, 0], inputs[:, 1], c=np.ravel(classes), cmap="coolwarm", vmin=0, vmax=1)
        panel.set(title=title, xlabel="x0", ylabel="x1", aspect="equal")


def show_learning_curve(losses: Sequence[float]) -> None:
    """Draw the loss of every epoch.

    The figure stays open; ``matplotlib.pyplot.show`` puts it on the screen.

    Parameters
    ----------
    losses : sequence of float
        One for each epoch, as ``train`` returns them.
    """
    import matplotlib.pyplot as plt

    _, panel = plt.subplots(figsize=(6, 4))
    panel.plot(np.arange(1, len(losses) + 1), losses)
    panel.set(title="Learning curve", xlabel="epoch", ylabel="loss")
