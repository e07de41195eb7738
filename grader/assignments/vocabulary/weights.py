"""The answers of a network's weights, computed by the judge.

A network that stores its training set and looks up the answers learns nothing. So the judge takes the weights and
computes the answers itself. Random weights show the order and orientation in which a student stores them: of all ways
to read them, the one that explains all answers is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignments.vocabulary.parameters import arrangements, as_multiset, network_shapes, oriented
from grader.checks import Floats

TOLERANCE = 1e-3
Shapes = Sequence[tuple[int, ...]]
# Given the values of the parameters in the student's order and inputs, the probabilities (n, out) that they give.
# A list may be given as well, which then gets the outputs of the hidden layers.
Compute = Callable[..., Floats]


@dataclass(frozen=True)
class Question:
    """What a network is asked: inputs (n, in), at values of its parameters, or None for those that it has."""

    values: Sequence[Floats] | None
    inputs: Floats


def sigmoid(values: Floats) -> Floats:
    """Return the probabilities of logits."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))


ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda values: np.maximum(values, 0.0),
    "none": lambda values: values,
}


def layered(shapes: Shapes, sizes: tuple[int, int, int], activation: str) -> list[Compute]:
    """Return the ways to read parameters of these shapes as a network with two hidden layers, none when they do not fit.

    Parameters
    ----------
    sizes : tuple of int
        Inputs, units of both hidden layers, outputs.
    """
    desired, bend = network_shapes(*sizes), ACTIVATIONS[activation]
    if as_multiset(shapes) != as_multiset(desired):
        return []

    def way(order: Sequence[int], turned: bool) -> Compute:
        def compute(values: Sequence[Floats], inputs: Floats, units: list[Floats] | None = None) -> Floats:
            placed = dict(zip(order, values, strict=True))
            layers = [oriented(placed[index], desired[index]) for index in range(len(desired))]
            layers = [each.T if turned and each.ndim == 2 and len(set(each.shape)) == 1 else each for each in layers]
            outputs = inputs
            for index in range(0, len(layers), 2):
                outputs = outputs @ layers[index] + layers[index + 1]
                outputs = (bend if index < len(layers) - 2 else sigmoid)(outputs)
                if units is not None and index < len(layers) - 2:
                    units.append(outputs)
            return outputs

        return compute

    return [way(order, turned) for order in arrangements(shapes, desired) for turned in (False, True)]


def convolving(
    shapes: Shapes, channels: int, kernel_size: int, activations: Sequence[str] = ("tanh", "relu", "sigmoid", "none")
) -> list[Compute]:
    """Return the ways to read parameters of these shapes as a convolution over two positions, an activation and a linear layer."""
    kernel, bias = (channels, 1, kernel_size), (channels,)
    sides = [shape for shape in shapes if len(shape) == 2 and min(shape) == 1]
    flat = max(sides[0]) if sides else 0
    positions, uneven = divmod(flat, channels)
    padding, odd = divmod(positions + kernel_size - 3, 2)
    desired = [kernel, bias, (flat, 1), (1,)]
    if uneven or odd or padding < 0 or not positions or as_multiset(shapes) != as_multiset(desired):
        return []

    def way(order: Sequence[int], activation: str, flips: bool, by_position: bool) -> Compute:
        def compute(values: Sequence[Floats], inputs: Floats) -> Floats:
            placed = dict(zip(order, values, strict=True))
            weight, offset, last, end = (oriented(placed[index], desired[index]) for index in range(4))
            signal = np.pad(inputs, ((0, 0), (padding, padding)))
            taps = weight[:, 0, ::-1] if flips else weight[:, 0]
            seen = np.stack([signal[:, tap : tap + positions] for tap in range(kernel_size)], axis=2)
            units = ACTIVATIONS[activation](seen @ taps.T + offset)
            rows = units if by_position else units.transpose(0, 2, 1)
            return sigmoid(rows.reshape(len(inputs), -1) @ last + end)

        return compute

    return [
        way(order, activation, flips, by_position)
        for activation in activations
        for flips in (False, True)
        for by_position in (False, True)
        for order in arrangements(shapes, desired)
    ]


def explaining(computes: Sequence[Compute], questions: Sequence[Question], answers: Sequence[Any]) -> Compute | None:
    """Return the way to read the weights that gives all of these answers, or None if none does; the values must be named."""
    for compute in computes:
        if all(
            question.values is not None
            and isinstance(answer, np.ndarray)
            and answer.dtype.kind == "f"
            and answer.shape == (right := compute(question.values, question.inputs)).shape
            and np.allclose(answer, right, rtol=0.0, atol=TOLERANCE)
            for question, answer in zip(questions, answers, strict=True)
        ):
            return compute
    return None
