"""Notes of a check that the report shows beside its verdict."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

MAX_REMARKS = 8
MAX_CURVE = 400
MAX_POINTS = 1000


class Notes:
    """Collects measurements, remarks and exhibits of one check; none of them changes a score."""

    def __init__(self) -> None:
        self.measurements: list[tuple[str, str]] = []
        self.remarks: list[str] = []
        self.exhibits: list[dict[str, Any]] = []

    def measured(self, label: str, value: float | str) -> None:
        """Record a measured value, which is also shown if the check passes; floats with three significant digits.

        Examples
        --------
        >>> notes.measured("accuracy", 0.9871)
        >>> notes.measurements[-1]
        ('accuracy', '0.987')
        """
        self.measurements.append((label, value if isinstance(value, str) else f"{value:.3g}"))

    def largest(self, label: str, value: float) -> None:
        """Record the largest of the values with the same label.

        Examples
        --------
        >>> for error in (1e-9, 3e-8, 2e-9):
        ...     notes.largest("largest error", error)
        >>> notes.measurements[-1]
        ('largest error', '3e-08')
        """
        known = [float(shown) for name, shown in self.measurements if name == label]
        if not known or value > known[0]:
            self.measurements = [(name, shown) for name, shown in self.measurements if name != label]
            self.measured(label, value)

    def remark(self, sentence: str) -> None:
        """Record a sentence for the student that costs no points; a repeated one is kept once.

        Examples
        --------
        >>> notes.remark("It is right, and slower than it need be.")
        """
        if sentence not in self.remarks and len(self.remarks) < MAX_REMARKS:
            self.remarks.append(sentence)

    def curve(self, title: str, values: ArrayLike) -> None:
        """Record a learning curve: one value for each epoch, shape (epochs,), thinned to at most 400.

        Examples
        --------
        >>> notes.curve("loss", [3.0, 2.0, 1.5])
        """
        array = np.asarray(values, dtype=np.float64).ravel()
        epochs = np.unique(np.linspace(0, len(array) - 1, MAX_CURVE).astype(int)) if len(array) else np.arange(0)
        kept = [float(value) if math.isfinite(value) else None for value in array[epochs]]
        self.exhibits.append({"kind": "curve", "title": title, "epochs": [int(e) + 1 for e in epochs], "values": kept})

    def scatter(self, title: str, inputs: ArrayLike, targets: ArrayLike, predictions: ArrayLike) -> None:
        """Record points (n, 2) with their targets and predictions, each n zeros and ones.

        Examples
        --------
        >>> notes.scatter("the test set", np.eye(2), [0, 1], [0, 0])
        """
        points = np.asarray(inputs, dtype=np.float64).reshape(-1, 2)[:MAX_POINTS]
        self.exhibits.append(
            {
                "kind": "scatter",
                "title": title,
                "inputs": points.tolist(),
                "targets": [int(v) for v in np.asarray(targets).ravel()[:MAX_POINTS]],
                "predictions": [int(v) for v in np.asarray(predictions).ravel()[:MAX_POINTS]],
            }
        )
