"""The code that every student of the lab is given: two data sets, and the figure of a result."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def generate_linear(n: int = 100) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return points of the unit square, shape (n, 2), and their labels (n, 1): 0 below the diagonal, else 1."""
    inputs = np.random.uniform(0, 1, (n, 2))  # noqa: NPY002
    labels = [0 if point[0] > point[1] else 1 for point in inputs]
    return inputs, np.array(labels).reshape(n, 1)


def generate_XOR_easy() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return points of both diagonals of the unit square, shape (21, 2), and their labels (21, 1): 1 on the falling one."""
    inputs = []
    labels = []
    for i in range(11):
        inputs.append([0.1 * i, 0.1 * i])
        labels.append(0)
        if i == 5:
            continue
        inputs.append([0.1 * i, 1 - 0.1 * i])
        labels.append(1)
    return np.array(inputs), np.array(labels).reshape(21, 1)


def show_result(x: NDArray[np.float64], y: NDArray[np.int64], pred_y: NDArray[np.int64]) -> None:
    """Draw points (n, 2) by their ground truth, and beside it by their predictions, each 0 or 1."""
    import matplotlib.pyplot as plt

    for place, title, classes in ((1, "Ground truth", y), (2, "Predict result", pred_y)):
        plt.subplot(1, 2, place)
        plt.title(title, fontsize=18)
        for point, label in zip(x, np.ravel(classes), strict=True):
            plt.plot(point[0], point[1], "ro" if label == 0 else "bo")
    plt.show()


def main() -> None:
    """Train a network on each set; print what the exercise asks for, and draw it."""
    for _inputs, _labels in (generate_linear(), generate_XOR_easy()):
        # Build your network, train it, print and draw here.
        pass


if __name__ == "__main__":
    main()
