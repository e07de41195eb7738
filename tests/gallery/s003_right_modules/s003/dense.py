"""The fully connected layer."""
from __future__ import annotations

import numpy as np

from tensors import Parameter


class Linear:
    def __init__(self, in_features: int, out_features: int, rng: np.random.Generator | None = None) -> None:
        generator = rng or np.random.default_rng()
        he = generator.standard_normal((in_features, out_features)) / np.sqrt(in_features)
        self.weight = Parameter(he)
        self.bias = Parameter(np.zeros((out_features,)))
        self._last_inputs: np.ndarray | None = None

    def forward(self, inputs: np.ndarray) -> np.ndarray:
        self._last_inputs = inputs
        return np.add(np.matmul(inputs, self.weight.value), self.bias.value)

    def backward(self, grad_output: np.ndarray) -> np.ndarray:
        # written into the arrays that are there already, so that an optimizer may keep a reference to them
        np.matmul(self._last_inputs.T, grad_output, out=self.weight.grad)
        np.sum(grad_output, axis=0, out=self.bias.grad)
        return np.matmul(grad_output, self.weight.value.T)

    def parameters(self):
        yield self.weight
        yield self.bias
