"""The exercise to hand in: networks of tensors learn two data sets."""

from __future__ import annotations

import numpy as np

from .losses import BCEWithLogitsLoss
from .networks import CNN, MLP
from .optimizers import Adam
from .tensor import Tensor, no_grad


def generate_linear(n: int = 100, rng: np.random.Generator | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return uniform points (n, 2) in the unit square, and labels (n, 1), 0.0 where ``x0 > x1``, else 1.0; given."""
    inputs = np.random.default_rng(rng).random((n, 2))
    return inputs, np.where(inputs[:, :1] > inputs[:, 1:], 0.0, 1.0)


def generate_XOR_easy() -> tuple[np.ndarray, np.ndarray]:
    """Return the points (21, 2) of the two diagonals of the unit square, and labels (21, 1) by diagonal; given."""
    steps = np.linspace(0.0, 1.0, 11)
    rising, falling = np.column_stack([steps, steps]), np.column_stack([steps, 1.0 - steps])
    falling = np.delete(falling, 5, axis=0)
    return np.concatenate([rising, falling]), np.repeat([[0.0], [1.0]], [11, 10], axis=0)


def train(
    network: MLP | CNN, inputs: np.ndarray, targets: np.ndarray, learning_rate: float, epochs: int
) -> list[float]:
    """Train on all points at once with Adam; return the loss of every epoch; given."""
    optimizer, criterion = Adam(network.parameters(), learning_rate), BCEWithLogitsLoss()
    losses = []
    for _ in range(epochs):
        loss = criterion(network(Tensor(inputs)), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.data))
    return losses


def accuracy(network: MLP | CNN, inputs: np.ndarray, targets: np.ndarray) -> float:
    """Return the fraction of points on the right side: label 1 where the logit is above zero; given."""
    with no_grad():
        logits = network(Tensor(inputs)).data
    return float(np.mean((logits > 0) == (targets > 0.5)))


def main(rng: np.random.Generator | None = None) -> None:
    """Train two kinds of networks and print their results; given."""
    rng = np.random.default_rng(rng)
    linear, xor = generate_linear(rng=rng), generate_XOR_easy()
    for name, network, (inputs, targets) in (
        ("MLP on XOR", MLP(2, 8, 1, rng=rng), xor),
        ("MLP on linear", MLP(2, 8, 1, rng=rng), linear),
        ("CNN on linear", CNN(8, 2, rng), linear),
    ):
        losses = train(network, inputs, targets, 0.05, 400)
        print(f"{name}: loss={losses[-1]:.5f} accuracy={accuracy(network, inputs, targets):.2%}")
