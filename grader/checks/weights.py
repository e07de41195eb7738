"""CHECKED: does a trained network answer by its weights? The judge computes what they give. Imports NumPy and its neighbours only.

A network that keeps what it was trained on, and looks the answers up, learns nothing. So the judge takes the weights that training has
left and computes the answers itself. It asks this only of a network whose ``forward`` was right just before, at drawn weights and inputs: one that
computes otherwise loses points where ``forward`` is judged, and not once more here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.parameters import arrangements, as_multiset, network_shapes, oriented
from grader.checks.received import Floats, expect_array
from grader.outcomes import StudentFault, Why

TOLERANCE = 1e-3
PROBED = 7
Reading = Callable[[Sequence[Floats]], list[Floats]]


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))


ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda values: np.maximum(values, 0.0),
    "none": lambda values: values,
}


@dataclass(frozen=True)
class Probe:
    """Drawn weights and inputs, at which a network shows how its parameters are to be read.

    Attributes
    ----------
    activation : str
    hidden_units : int
    values : list of ndarray
        One for each parameter, in the student's order.
    inputs : ndarray, shape (PROBED, 2)
    """

    activation: str
    hidden_units: int
    values: list[Floats]
    inputs: Floats

    @classmethod
    def drawn(
        cls, rng: np.random.Generator, activation: str, hidden_units: int, shapes: Sequence[tuple[int, ...]]
    ) -> Probe:
        """Draw one for parameters of these shapes."""
        values = [0.7 * rng.standard_normal(shape) for shape in shapes]
        return cls(activation, hidden_units, values, rng.standard_normal((PROBED, 2)))

    def reading(self, outputs: Any) -> Reading | None:
        """Return how parameters become weight and bias of each layer, None when no way explains the outputs at the probe."""
        if not isinstance(outputs, np.ndarray) or outputs.shape != (PROBED, 1) or outputs.dtype.kind != "f":
            return None
        for reading in self._readings():
            computed = self.computed(reading(self.values), self.inputs)
            if np.allclose(outputs, computed, rtol=0.0, atol=TOLERANCE):
                return reading
        return None

    def _readings(self) -> list[Reading]:
        desired, shapes = network_shapes(2, self.hidden_units, 1), [value.shape for value in self.values]
        if as_multiset(shapes) != as_multiset(desired):
            return []

        def reading(order: Sequence[int], turned: bool) -> Reading:
            def read(values: Sequence[Floats]) -> list[Floats]:
                placed = dict(zip(order, values, strict=True))
                layers = [oriented(placed[index], desired[index]) for index in range(len(desired))]
                return [each.T if turned and each.ndim == 2 and len(set(each.shape)) == 1 else each for each in layers]

            return read

        return [reading(order, turned) for order in arrangements(shapes, desired) for turned in (False, True)]

    def computed(self, layers: Sequence[Floats], inputs: Floats) -> Floats:
        """Return the probabilities (n, 1) that weights and biases by turns give."""
        outputs = inputs
        for index in range(0, len(layers), 2):
            outputs = outputs @ layers[index] + layers[index + 1]
            outputs = (ACTIVATIONS[self.activation] if index < len(layers) - 2 else _sigmoid)(outputs)
        return outputs

    def expect_followed(
        self, probed: Any, ends: Sequence[Any], inputs: Floats, outputs: Any, attribute: str = "value"
    ) -> None:
        """Make sure that what a network answers is what its weights give, if it did so at the probe.

        Parameters
        ----------
        probed, outputs : object
            What ``forward`` returned at the probe, and for ``inputs`` after training.
        ends : sequence
            The values of the parameters after training.
        attribute : str
            Where parameters have their values.

        Raises
        ------
        StudentFault
            When it answers otherwise.
        """
        reading = self.reading(probed)
        if reading is None:
            return
        what = f"The `{attribute}` of a parameter after training"
        values = [expect_array(end, value.shape, what=what) for end, value in zip(ends, self.values, strict=True)]
        right = self.computed(reading(values), inputs)
        came = expect_array(outputs, right.shape, what="What the trained network returns")
        worst = int(np.argmax(np.abs(came - right)))
        if abs(came[worst, 0] - right[worst, 0]) <= TOLERANCE:
            return
        raise StudentFault(
            Why.WRONG,
            f"After training, the network does not answer by its weights: for sample {worst} they give {right[worst, 0]:.4g}, "
            f"but it answers {came[worst, 0]:.4g}.",
            hint=f"The outputs must be computed from `.{attribute}` of the parameters, each time anew.",
            expected=f"{right[worst, 0]:.4g}",
            actual=f"{came[worst, 0]:.4g}",
        )
