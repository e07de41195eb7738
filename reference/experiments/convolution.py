"""A one-dimensional convolution on the linear set, with the autograd engine."""

from __future__ import annotations

import numpy as np

from ..autograd import CNN, Adam, BCEWithLogitsLoss, Tensor
from .data import data_set
from .options import Options
from .progress import progress
from .tables import print_table, write_csv


def run(options: Options) -> None:
    """Train a convolution network with tanh and Adam 0.1 on the linear set; published: 100 %."""
    epochs = options.epochs or 500
    inputs, targets = data_set("linear")
    network = CNN(channels=8, kernel_size=2, rng=np.random.default_rng(0))
    losses = _trained(network, inputs, targets, epochs)
    logits = network(Tensor(inputs)).data
    rows = [("linear", 100.0, 100.0 * float(np.mean((logits > 0) == (targets > 0.5))), losses[-1])]
    header = ("data", "published", "accuracy", "loss")
    print_table("Convolution, tanh, linear layer, Adam 0.1", header, rows)
    write_csv(options.out / "convolution.csv", header, rows)
    _draw(options, losses)


def _trained(network: CNN, inputs: np.ndarray, targets: np.ndarray, epochs: int) -> list[float]:
    optimizer, criterion = Adam(network.parameters(), 0.1), BCEWithLogitsLoss()
    losses = []
    for _ in progress(range(epochs), epochs, "convolution"):
        optimizer.zero_grad()
        loss = criterion(network(Tensor(inputs)), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _draw(options: Options, losses: list[float]) -> None:
    from .drawing import curves

    curves(options.out / "convolution.png", {"linear, convolution": {"loss": losses}})
