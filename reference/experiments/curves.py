"""Learning curves side by side: learning rates, hidden units, optimizers, activations, and a convolution."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from typing import Any

import numpy as np

from ..activations import Identity, ReLU, Sigmoid, Tanh
from ..convolution import Conv1d, Flatten
from ..linear import Linear
from ..losses import MSELoss
from ..network import Sequential
from ..optimizers import SGD, AdaGrad, Momentum
from ..parameter import Parameter
from ..training import accuracy, train
from .data import DATA, data_set
from .options import Options
from .progress import progress
from .tables import print_table, write_csv

ACTIVATIONS = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}
EPOCHS = 100_000
LOG_EVERY = 5000


@dataclass(frozen=True)
class Setting:
    """The settings of one curve; each of the others differs from the first in one setting."""

    learning_rate: float = 1e-3
    hidden_units: int = 10
    optimizer: str = "SGD"
    activation: str = "sigmoid"
    convolution: bool = False


PANELS = {
    "learning rate": {"1e-3": Setting(), "1e-6": Setting(learning_rate=1e-6)},
    "hidden units": {"10": Setting(), "4": Setting(hidden_units=4)},
    "optimizer": {
        "SGD": Setting(),
        "momentum": Setting(optimizer="momentum"),
        "AdaGrad": Setting(optimizer="AdaGrad", learning_rate=1e-1),
    },
    "activation": {
        **{name: Setting(activation=name) for name in ("sigmoid", "relu", "tanh", "none")},
        "none, 1e-6": Setting(activation="none", learning_rate=1e-6),
    },
    "convolution": {"two linear layers after it": Setting(convolution=True, activation="tanh")},
}


# Published values of single curves; a loss above 0.25, that of a constant, means that the network has not learned yet.
_NOT_LEARNED = "33.33 % at loss 0.2887"
PUBLISHED = {
    ("activation", "none", "XOR"): _NOT_LEARNED,
    ("activation", "none, 1e-6", "XOR"): _NOT_LEARNED,
    ("convolution", "two linear layers after it", "XOR"): "learned",
    ("convolution", "two linear layers after it", "linear"): "learned",
}


class SummedMSELoss(MSELoss):
    """Mean squared error whose gradient is that of the sum: ``2 * (p - t)``, as in the published curves."""

    def backward(self) -> np.ndarray:
        """Return the gradient of the summed squares for the predictions."""
        return 2.0 * self.difference


@dataclass(frozen=True)
class Curve:
    """The result of one training: the loss of every epoch, and the final accuracy in percent."""

    losses: list[float]
    accuracy: float


def run(options: Options) -> None:
    """Draw learning curves side by side, MSE, He initial weights; published: linear 99 %, XOR 100 %."""
    epochs = options.epochs or EPOCHS
    # Several panels show the same setting; it is trained once.
    settings = list(dict.fromkeys(setting for panel in PANELS.values() for setting in panel.values()))
    jobs = list(product(settings, DATA, [epochs]))
    curves_of = dict(zip(jobs, progress(_train_all(jobs, options.jobs), len(jobs), "curves"), strict=True))
    rows = []
    panels: dict[str, dict[str, list[float]]] = {}
    for (panel, labels), name in product(PANELS.items(), DATA):
        for label, setting in labels.items():
            curve = curves_of[setting, name, epochs]
            published = PUBLISHED.get((panel, label, name), "")
            rows.append((panel, label, name, published, curve.losses[-1], curve.accuracy))
            panels.setdefault(f"{name}: {panel}", {})[label] = curve.losses
            _write_log(options, f"{name}-{panel}-{label}", curve)
    header = ("compared", "setting", "data", "published", "loss", "accuracy")
    print_table(f"Curves after {epochs} epochs; published at best: linear 99 %, XOR 100 %", header, rows)
    write_csv(options.out / "curves.csv", header, rows)
    _draw(options, panels)


def _train_all(jobs: list[tuple[Setting, str, int]], processes: int) -> Iterator[Curve]:
    if processes == 1:
        yield from map(_trained, jobs)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_trained, jobs)


def _trained(job: tuple[Setting, str, int]) -> Curve:
    setting, name, epochs = job
    inputs, targets = data_set(name)
    network = _network(setting, np.random.default_rng(0))
    images = inputs[:, np.newaxis, :] if setting.convolution else inputs
    losses = train(network, SummedMSELoss(), _optimizer(setting, network.parameters()), images, targets, epochs)
    return Curve(losses, 100.0 * accuracy(network, images, targets))


def _write_log(options: Options, title: str, curve: Curve) -> None:
    """Write the lines of a training log, one every 5000 epochs."""
    lines = [(epoch, curve.losses[epoch - 1]) for epoch in range(LOG_EVERY, len(curve.losses) + 1, LOG_EVERY)]
    path = options.out / "curves" / f"{title}.csv".replace(", ", "-").replace(" ", "_")
    write_csv(path, ("epoch", "loss"), lines)


def _optimizer(setting: Setting, parameters: Sequence[Parameter]) -> Any:
    if setting.optimizer == "momentum":
        # The published formula is a running average, v = 0.9 v + 0.1 g: a tenth of the rate with our formula.
        return Momentum(parameters, 0.1 * setting.learning_rate, momentum=0.9)
    return {"SGD": SGD, "AdaGrad": AdaGrad}[setting.optimizer](parameters, setting.learning_rate)


def _network(setting: Setting, rng: np.random.Generator) -> Sequential:
    """Return the network of one curve; it ends in a sigmoid."""
    activation, units = ACTIVATIONS[setting.activation], setting.hidden_units
    if setting.convolution:
        head: list[Any] = [Conv1d(1, units, 2, padding=1, rng=rng), activation(), Flatten()]
        return Sequential([*head, _he(3 * units, units, rng), activation(), _he(units, 1, rng), Sigmoid()])
    layers = [_he(2, units, rng), activation(), _he(units, units, rng), activation(), _he(units, 1, rng), Sigmoid()]
    return Sequential(layers)


def _he(in_features: int, out_features: int, rng: np.random.Generator) -> Linear:
    """Return a layer with the initial weights of He, Zhang, Ren, Sun (2015), equation 10: N(0, 2 / in_features)."""
    layer = Linear(in_features, out_features, rng)
    layer.weight.value = math.sqrt(2.0 / in_features) * layer.weight.value
    return layer


def _draw(options: Options, panels: dict[str, dict[str, list[float]]]) -> None:
    from .drawing import curves

    curves(options.out / "curves.png", panels)
