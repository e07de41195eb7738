"""Optimizer, training loop, and what the trained network says."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator

import numpy as np


@dataclass(eq=False)
class SGD:
    parameters: Any
    learning_rate: float

    def __post_init__(self) -> None:
        self.parameters = tuple(self.parameters)

    def zero_grad(self) -> None:
        for parameter in self.parameters:
            parameter.grad[...] = 0.0

    def step(self) -> None:
        for parameter in self.parameters:
            parameter.value -= self.learning_rate * parameter.grad


def batches(count: int, batch_size: int | None, rng: np.random.Generator | None) -> Iterator[np.ndarray]:
    indices = np.arange(count)
    if rng is not None:
        rng.shuffle(indices)
    size = batch_size or count
    for begin in range(0, count, size):
        yield indices[begin:begin + size]


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None) -> list[float]:
    if batch_size is not None and batch_size < 1:
        raise ValueError("a batch needs a sample")
    history: list[float] = []
    for _ in range(epochs):
        summed = 0.0
        for chosen in batches(len(inputs), batch_size, rng):
            outputs = network.forward(inputs[chosen])
            summed += len(chosen) * loss.forward(outputs, targets[chosen])
            optimizer.zero_grad()
            network.backward(loss.backward())
            optimizer.step()
        history.append(summed / len(inputs))
    return history


def predict(network, inputs: np.ndarray) -> np.ndarray:
    return np.rint(network.forward(inputs)).astype(np.int64).reshape(-1)


def accuracy(network, inputs: np.ndarray, targets: np.ndarray) -> float:
    return 1.0 - float(np.abs(predict(network, inputs) - targets.reshape(-1)).mean())
