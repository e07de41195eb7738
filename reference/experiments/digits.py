"""The digits below 5 against the rest, by the recipe of the published rows.

Every network's weights are drawn by a fresh ``default_rng(12345)``, uniform within ``sqrt(6 / (n_in * n_out))``; the
test figures are means over whole batches, too. Published epochs count from 0 where they are not the last.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from ..components import Digits, Linear, Net, ReLU, Sigmoid, bce_loss, fit, load_digits
from .options import Options
from .progress import progress
from .published import DIGITS, DigitsRow
from .tables import print_table, write_csv

EPOCHS = 20


def run(options: Options) -> None:
    """Train 64-32-1 and its variants on the digits; published: the figures to two digits, nan for step 0.05."""
    digits = load_digits()
    rows = []
    panels: dict[str, dict[str, list[float]]] = {"training loss": {}, "training accuracy": {}}
    for row in progress(DIGITS, len(DIGITS), "digits"):
        losses, accuracies, test = _trained(row, digits, options.epochs or EPOCHS)
        rows.append((row.name, row.step_size, row.batch, row.published, _outcome(losses, accuracies, test)))
        label = f"{row.name}, {row.step_size:g}, {row.batch}"
        panels["training loss"][label] = losses
        panels["training accuracy"][label] = accuracies
    header = ("network", "step", "batch", "published", "ours: first, last (loss accuracy); test; first epoch of")
    print_table("Digits below 5 against the rest", header, rows)
    write_csv(options.out / "digits.csv", header, rows)
    _draw(options, panels, digits)


def build(row: DigitsRow, rng: np.random.Generator) -> Net:
    """Return the network of a row, with the published initial weights."""
    layers: list[object] = []
    widths = (64, *row.hidden, 1)
    for n_in, n_out in pairwise(widths):
        layer = Linear(n_in, n_out, rng)
        bound = math.sqrt(6.0 / (n_in * n_out))
        layer.W *= bound / math.sqrt(6.0 / (n_in + n_out))
        layers += [layer, ReLU()] if row.activation == "ReLU" else [layer]
    return Net([*(layers[:-1] if row.activation == "ReLU" else layers), Sigmoid()])


def _trained(row: DigitsRow, digits: Digits, epochs: int) -> tuple[list[float], list[float], tuple[float, float]]:
    """Return training losses and accuracies, and the test loss and accuracy."""
    net = build(row, np.random.default_rng(12345))
    # The published runs do not guard against a logarithm of 0; neither does this one.
    with np.errstate(all="ignore"):
        losses, accuracies = fit(net, digits.x_train, digits.y_train, epochs, row.step_size, row.batch)
        whole = len(digits.x_test) // row.batch * row.batch
        y, y_hat = digits.y_test[:whole], net.forward(digits.x_test[:whole])
        test = float(np.mean(bce_loss(y, y_hat))), float(np.mean((y_hat > 0.5) == (y > 0.5)))
    return losses, accuracies, test


def _outcome(losses: list[float], accuracies: list[float], test: tuple[float, float]) -> str:
    text = f"{losses[0]:.4f} {accuracies[0]:.4f}, {losses[-1]:.4f} {accuracies[-1]:.4f}; {test[0]:.4f} {test[1]:.4f}"
    bad = next((epoch for epoch, loss in enumerate(losses) if math.isnan(loss)), None)
    perfect = next((epoch for epoch in range(len(losses)) if min(accuracies[epoch:]) == 1.0), None)
    if bad is not None:
        return f"{text}; nan {bad}"
    return text if perfect is None else f"{text}; 1.0 {perfect}"


def _draw(options: Options, panels: dict[str, dict[str, list[float]]], digits: Digits) -> None:
    from .drawing import curves, strip

    curves(options.out / "digits-curves.png", panels, ylabel="mean")
    strip(options.out / "digits-strip.png", digits.x_train[:12], digits.y_train[:12])
