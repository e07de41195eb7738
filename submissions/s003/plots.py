"""Figures of the report."""
import numpy as np
from matplotlib import pyplot as plt

COLOURS = np.array(["tab:red", "tab:blue"])


def panel(position: int, heading: str, inputs, labels) -> None:
    plt.subplot(1, 2, position)
    plt.title(heading)
    plt.scatter(*np.asarray(inputs).T, c=COLOURS[np.ravel(labels).astype(int)], edgecolors="k")


def show_result(inputs, targets, predictions) -> None:
    plt.figure(figsize=(8.5, 4))
    panel(1, "Ground truth", inputs, targets)
    panel(2, "Predicted", inputs, predictions)
    plt.tight_layout()
    plt.show()


def show_learning_curve(losses) -> None:
    plt.figure()
    plt.semilogy(losses, label="binary cross entropy")
    plt.xlabel("epoch")
    plt.legend()
    plt.show()
