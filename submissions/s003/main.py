"""Trains on both data sets and prints what the exercise asks for."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets import generate_linear, generate_XOR_easy
from learning import SGD, accuracy, predict, train
from network import build_network
from objectives import BCELoss
from plots import show_learning_curve, show_result


@dataclass(frozen=True)
class Setting:
    name: str
    hidden_units: int
    learning_rate: float
    epochs: int
    batch_size: int | None = None


SETTINGS = {
    "linear": Setting("linear", hidden_units=5, learning_rate=0.3, epochs=120, batch_size=10),
    "xor": Setting("xor", hidden_units=9, learning_rate=0.4, epochs=500, batch_size=7),
}


def study(setting: Setting, inputs: np.ndarray, targets: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = build_network(2, setting.hidden_units, 1, activation="tanh", rng=rng)
    objective = BCELoss()
    optimizer = SGD(network.parameters(), setting.learning_rate)
    history = train(network, objective, optimizer, inputs, targets, setting.epochs, setting.batch_size, rng)
    outputs = network.forward(inputs)
    print(f"# {setting}")
    for index, (target, output) in enumerate(zip(targets.flat, outputs.flat)):
        print(f"Iter: {index} | Ground truth: {int(target)} | Predict: {output:.8f}")
    print(f"loss={objective.forward(outputs, targets):.6f} accuracy={100 * accuracy(network, inputs, targets):.1f}%")
    show_learning_curve(history)
    show_result(inputs, targets, predict(network, inputs))


if __name__ == "__main__":
    np.random.seed(0)
    study(SETTINGS["linear"], *generate_linear(), seed=1)
    study(SETTINGS["xor"], *generate_XOR_easy(), seed=2)
