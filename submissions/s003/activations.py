"""Activations: each knows its derivative as a function of its own output."""
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(eq=False)
class Activation:
    output: Optional[Array] = None

    def function(self, inputs: Array) -> Array:
        raise NotImplementedError

    def derivative(self) -> Array:
        raise NotImplementedError

    def forward(self, inputs: Array) -> Array:
        self.output = self.function(inputs)
        return self.output

    def backward(self, grad_output: Array) -> Array:
        return np.multiply(grad_output, self.derivative())

    def parameters(self) -> tuple:
        return ()


class Sigmoid(Activation):
    def function(self, inputs: Array) -> Array:
        # exp(min(x, 0)) / (exp(min(x, 0)) + exp(-max(x, 0))): both exponents are never positive
        top = np.exp(np.minimum(inputs, 0.0))
        return top / (top + np.exp(-np.maximum(inputs, 0.0)))

    def derivative(self) -> Array:
        return self.output - np.square(self.output)


class Tanh(Activation):
    def function(self, inputs: Array) -> Array:
        return np.tanh(inputs)

    def derivative(self) -> Array:
        return (1.0 - self.output) * (1.0 + self.output)


class ReLU(Activation):
    def function(self, inputs: Array) -> Array:
        return np.maximum(inputs, 0.0)

    def derivative(self) -> Array:
        return np.sign(self.output)


class Identity(Activation):
    def function(self, inputs: Array) -> Array:
        return np.array(inputs)

    def derivative(self) -> Array:
        return np.ones_like(self.output)
