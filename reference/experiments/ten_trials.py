"""Ten trials a row: the first epoch with every point right, and how many trials have none within 100,000.

MSE, SGD with full batches, N(0, 1) weights and trained biases. The activation follows the output layer, too, with the
threshold at 0.5. All trials share one linear set: if each drew its own, every other trial would have a point so near
the diagonal that it takes ten times as long, which the published times rule out. All rows of one width and activation
are one stack, from which a trial is dropped once it is done. A failed trial counts 99999.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from ..datasets import generate_linear
from ..network import Sequential
from .data import DATA, data_set
from .options import Options
from .progress import progress
from .published import TEN_TRIALS, TRIAL_ACCURACIES, TrialsRow
from .stacked import descend_squares, stacked_network
from .stacked_optimizers import StackedSGD
from .tables import print_table, write_csv

TRIALS = 10
MOST_EPOCHS = 100_000
# Without --full: enough for most trials with the largest learning rate; smaller ones take proportionally longer.
FEWER_EPOCHS = 20_000
LARGEST_RATE = 0.1
FAILED = 99_999
# No point is within 0.025 of the diagonal, and least squares separate the classes, which the row without activation
# needs. 42 points are of class 0: a network stuck at 0 gets these right, according to the published mean of 0.884 over
# ten trials of which two failed.
_LINEAR_SEED = 10_223
# If nothing bounds the activations, N(0, 1) weights make the first updates explode; N(0, 0.01) do not.
SCALES = {"sigmoid": 1.0, "relu": 0.1, "none": 0.1}


class Trials:
    """Trials that are still running, as stacked networks of one shape.

    Parameters
    ----------
    rows : sequence of TrialsRow
        All of one width and one activation.
    name : str
        The data set.
    """

    def __init__(self, rows: list[TrialsRow], name: str) -> None:
        self.inputs, self.targets = _points(name)
        self.network = _network(rows[0].hidden_units, rows[0].activation, TRIALS * len(rows))
        rates = np.repeat([row.learning_rate for row in rows], TRIALS)[:, np.newaxis, np.newaxis]
        self.optimizer = StackedSGD(self.network.parameters(), rates)
        self.running = np.arange(TRIALS * len(rows))
        self.finished = np.full(TRIALS * len(rows), FAILED)
        self.accuracies = np.zeros(TRIALS * len(rows))

    def run(self, epochs: int) -> None:
        """Train until every trial has every point right, or for ``epochs`` epochs."""
        for epoch in range(epochs + 1):
            outputs = self.network.forward(self.inputs)
            if self._drop_done(outputs, epoch):
                outputs = self.network.forward(self.inputs)
            if epoch == epochs or not len(self.running):
                return
            descend_squares(self.network, self.optimizer, outputs, self.targets)

    def _drop_done(self, outputs: np.ndarray, epoch: int) -> bool:
        """Keep the accuracies, and drop the trials that have every point right; return whether there were any."""
        right = np.mean((outputs > 0.5) == (self.targets > 0.5), axis=(1, 2))
        self.accuracies[self.running] = right
        done = right == 1.0
        self.finished[self.running[done]] = epoch
        if done.any():
            self._keep(np.flatnonzero(~done))
        return bool(done.any())

    def _keep(self, networks: np.ndarray) -> None:
        self.running = self.running[networks]
        self.optimizer.keep(networks)
        for parameter in self.network.parameters():
            parameter.value, parameter.grad = parameter.value[networks], parameter.grad[networks]


def run(options: Options) -> None:
    """Count epochs until every point is right, ten trials a row, MSE and SGD; long rows only with --full."""
    epochs = options.epochs or (MOST_EPOCHS if options.full else FEWER_EPOCHS)
    chosen = [row for row in TEN_TRIALS if options.full or row.learning_rate == LARGEST_RATE]
    stacks = [list(rows) for _, rows in groupby(sorted(chosen, key=_shape), key=_shape)]
    rows: list[tuple[object, ...]] = []
    for stack in progress(stacks, len(stacks), "ten trials"):
        trials = {name: Trials(stack, name) for name in DATA}
        for running in trials.values():
            running.run(epochs)
        rows.extend(_rows(stack, trials))
        # Write what is done so far, since the long rows take hours.
        write_csv(options.out / "ten_trials.csv", _HEADER, rows)
    title = (
        f"Mean first epoch with every point right, of {TRIALS} trials within {epochs} epochs (a failed one: {FAILED})"
    )
    print_table(title, _HEADER, rows)
    _draw(options, rows)


_HEADER = (
    "activation", "data", "units", "rate", "published epoch", "failures", "our epoch", "failures",
    "published accuracy / best", "our accuracy", "best",
)  # fmt: skip


def _shape(row: TrialsRow) -> tuple[str, int]:
    return row.activation, row.hidden_units


def _points(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the points and labels of every trial."""
    return data_set(name) if name == "XOR" else generate_linear(100, np.random.default_rng(_LINEAR_SEED))


def _network(hidden_units: int, activation: str, networks: int) -> Sequential:
    """Return networks whose output has the activation, too."""
    rng = np.random.default_rng([hidden_units, len(activation)])
    network = stacked_network(networks, (2, hidden_units, hidden_units, 1), activation, rng, ends_in=activation)
    for parameter in network.parameters():
        parameter.value *= SCALES[activation]
    return network


def _rows(stack: list[TrialsRow], trials: dict[str, Trials]) -> Iterator[tuple[object, ...]]:
    """Yield a row for each published row and data set."""
    for index, row in enumerate(stack):
        for name, ended in trials.items():
            own = slice(TRIALS * index, TRIALS * (index + 1))
            failures = int(np.sum(ended.finished[own] == FAILED))
            published = row.epochs[name], row.failures[name]
            ours = float(ended.finished[own].mean()), failures
            accuracy = ended.accuracies[own]
            head = (row.activation, name, row.hidden_units, row.learning_rate)
            last = TRIAL_ACCURACIES.get((row.activation, name), ""), float(accuracy.mean()), float(accuracy.max())
            yield (*head, *published, *ours, *last)


def _draw(options: Options, rows: list[tuple[object, ...]]) -> None:
    from .drawing import bars

    panels: dict[str, dict[str, tuple[object, object]]] = {}
    for activation, name, units, rate, published, _, ours, *_ in rows:
        panels.setdefault(str(name), {})[f"{rate:g}, {units}, {activation}"] = published, ours
    bars(options.out / "ten_trials.png", panels, "epochs until every point is right")
