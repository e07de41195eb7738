"""Without an activation the network is linear: it learns the linear set and can never learn XOR."""

from __future__ import annotations

import numpy as np

from .data import DATA, data_set
from .options import Options
from .progress import progress
from .stacked import stacked_network, update_logits
from .stacked_optimizers import StackedSGD
from .tables import print_table, write_csv

# No line has more than 16 of the 21 points on their right sides.
MOST_ON_XOR = 100.0 * 16 / 21
PUBLISHED = {"XOR": "33.33, 52.38, 58.1, 61.9, 66.67, 76.19", "linear": "100"}


def run(options: Options) -> None:
    """Train without activation, 16 units, SGD 0.01; published: linear learned, XOR at best 76.19 %, never 100 %."""
    epochs = options.epochs or 2000
    rows = []
    panels: dict[str, dict[str, list[float]]] = {}
    for name in DATA:
        accuracies = _trained(name, epochs, options.seeds)
        last = accuracies[-1]
        rows.append((name, PUBLISHED[name], float(last.min()), float(last.max()), float(accuracies.max())))
        panels[name] = {"lowest": accuracies.min(axis=1).tolist(), "highest": accuracies.max(axis=1).tolist()}
    header = ("data", "published", "lowest at the end", "highest at the end", "highest ever")
    print_table(f"No activation, {options.seeds} networks (16 of 21 points are {MOST_ON_XOR:.2f} %)", header, rows)
    write_csv(options.out / "no_activation.csv", header, rows)
    from .drawing import curves

    curves(options.out / "no_activation.png", panels, ylabel="accuracy in percent")


def _trained(name: str, epochs: int, seeds: int) -> np.ndarray:
    """Return the accuracies in percent after every epoch, shape (epochs, seeds)."""
    inputs, targets = data_set(name)
    network = stacked_network(seeds, (2, 16, 16, 1), "none", np.random.default_rng(0))
    optimizer = StackedSGD(network.parameters(), np.full((seeds, 1, 1), 0.01))
    accuracies = np.empty((epochs, seeds))
    for epoch in progress(range(epochs), epochs, f"no activation, {name}"):
        for index in range(len(inputs)):
            update_logits(network, optimizer, inputs[index : index + 1], targets[index : index + 1])
        accuracies[epoch] = 100.0 * np.mean((network.forward(inputs) > 0) == (targets > 0.5), axis=(1, 2))
    return accuracies
