"""Both data sets with two hidden layers of 16 sigmoid units, cross-entropy on logits and one sample an update."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..activations import Sigmoid
from ..losses import BCEWithLogitsLoss
from ..network import Sequential, build_network
from ..optimizers import SGD
from ..training import train
from .data import DATA, data_set
from .options import Options
from .progress import progress
from .tables import print_table, write_csv


def run(options: Options) -> None:
    """Train 16 sigmoid units with SGD 0.01 for 2000 epochs; published: 100 % on XOR and on the linear set."""
    epochs = options.epochs or 2000
    rows, losses, regions = [], {}, {}
    for name in progress(DATA, len(DATA), "two sets"):
        inputs, targets = data_set(name)
        network, history = _trained(inputs, targets, epochs)
        probability = _probability(network)
        accuracy = 100.0 * float(np.mean((probability(inputs) > 0.5) == (targets > 0.5)))
        rows.append((name, 100.0, accuracy, history[-1]))
        losses[name] = {"loss": history}
        regions[name] = (probability, inputs, targets)
    header = ("data", "published", "accuracy", "loss")
    print_table("16 sigmoid units, SGD 0.01, one sample an update", header, rows)
    write_csv(options.out / "two_sets.csv", header, rows)
    _draw(options, losses, regions)


def _trained(inputs: np.ndarray, targets: np.ndarray, epochs: int) -> tuple[Sequential, list[float]]:
    """Train a network that ends in logits: the one of the exercise without its last sigmoid."""
    rng = np.random.default_rng(0)
    network = Sequential(build_network(2, 16, 1, "sigmoid", rng).layers[:-1])
    optimizer = SGD(network.parameters(), 0.01)
    return network, train(network, BCEWithLogitsLoss(), optimizer, inputs, targets, epochs, batch_size=1)


def _probability(network: Sequential) -> Callable[[np.ndarray], np.ndarray]:
    return lambda points: Sigmoid().forward(network.forward(points))


def _draw(options: Options, losses: dict[str, dict[str, list[float]]], regions: dict[str, tuple]) -> None:
    from .drawing import curves, decision_regions

    curves(options.out / "two_sets-curves.png", losses)
    decision_regions(options.out / "two_sets-regions.png", regions)
