"""Training that stops when the loss is small: a learning rate of 1.0 against smaller ones, all at once."""

from __future__ import annotations

import numpy as np

from .data import DATA, data_set
from .options import Options
from .progress import progress
from .published import STOP_AT_LOSS
from .stacked import stacked_network, update_squares
from .stacked_optimizers import StackedSGD
from .tables import print_table, write_csv

RATES = np.arange(1, 11) / 10
STEPS_OF_AN_EPOCH = 500
MOST_STEPS = 100_000
STOP = 0.005


def run(options: Options) -> None:
    """Stop at a loss of 0.005 with learning rates 0.1 to 1.0, MSE, 8 units, full batches; published: XOR 100 %."""
    epochs = options.epochs or MOST_STEPS // STEPS_OF_AN_EPOCH
    rows, panels = [], {}
    for activation in ("sigmoid", "none"):
        for name in DATA:
            losses, accuracies = _trained(name, activation, epochs)
            panels[f"{name}, {activation}"] = {
                f"rate {rate:g}": _until_stop(losses[:, i]) for i, rate in enumerate(RATES)
            }
            for index, rate in enumerate(RATES):
                ending = len(_until_stop(losses[:, index]))
                row = (activation, name, float(rate), ending, float(losses[ending - 1, index]))
                rows.append(
                    (*row, float(accuracies[ending - 1, index]), STOP_AT_LOSS.get((activation, name, rate), ""))
                )
    header = ("activation", "data", "rate", "epochs of 500", "loss", "accuracy", "published")
    print_table(f"Stopped when the loss was below {STOP}", header, rows)
    write_csv(options.out / "stop_at_loss.csv", header, rows)
    _draw(options, panels)


def _trained(name: str, activation: str, epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses and accuracies, shapes (epochs, rates); the networks differ only in the rate."""
    inputs, targets = data_set(name)
    network = stacked_network(1, (2, 8, 8, 1), activation, np.random.default_rng(0), ends_in="sigmoid")
    for parameter in network.parameters():
        parameter.value = np.repeat(parameter.value, len(RATES), axis=0)
        parameter.grad = np.zeros_like(parameter.value)
    optimizer = StackedSGD(network.parameters(), RATES[:, np.newaxis, np.newaxis])
    losses, accuracies = [], []
    for _ in progress(range(epochs), epochs, f"stop at loss, {name}, {activation}"):
        for _ in range(STEPS_OF_AN_EPOCH):
            update_squares(network, optimizer, inputs, targets)
        outputs = network.forward(inputs)
        losses.append(np.mean((outputs - targets) ** 2, axis=(1, 2)))
        accuracies.append(100.0 * np.mean((outputs > 0.5) == (targets > 0.5), axis=(1, 2)))
        if (np.min(losses, axis=0) < STOP).all():
            break
    return np.array(losses), np.array(accuracies)


def _until_stop(losses: np.ndarray) -> list[float]:
    """Return the losses up to the first that is small enough, or all."""
    small = np.flatnonzero(losses < STOP)
    return losses[: small[0] + 1].tolist() if len(small) else losses.tolist()


def _draw(options: Options, panels: dict[str, dict[str, list[float]]]) -> None:
    from .drawing import curves

    curves(options.out / "stop_at_loss.png", panels, step=STEPS_OF_AN_EPOCH)
