"""Layers in a row, and the network of the exercise."""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from itertools import chain
from typing import Any

import numpy as np

from activations import Identity, ReLU, Sigmoid, Tanh
from dense import Linear

CHOICES = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}


@dataclass(eq=False)
class Sequential:
    layers: list[Any] = field(default_factory=list)

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        return reduce(lambda values, layer: layer.forward(values), self.layers, inputs)

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        return reduce(lambda grad, layer: layer.backward(grad), reversed(self.layers), grad_output)

    def parameters(self):
        return chain.from_iterable(layer.parameters() for layer in self.layers)


def build_network(in_features: int, hidden_units: int, out_features: int, activation: str = "sigmoid",
                  rng: np.random.Generator | None = None) -> Sequential:
    if activation not in CHOICES:
        raise ValueError(f"unknown activation {activation!r}, choose one of {', '.join(CHOICES)}")
    generator = rng or np.random.default_rng()
    return Sequential([
        Linear(in_features, hidden_units, generator),
        CHOICES[activation](),
        Linear(hidden_units, hidden_units, generator),
        CHOICES[activation](),
        Linear(hidden_units, out_features, generator),
        Sigmoid(),
    ])
