"""The five grids of learning rate by hidden units, every network of one width and data set trained at once.

Weights from N(0, 1), biases fixed at zero and one sample per update reproduce the published grids.
With trained biases they do not: one hidden unit then learns the linear set.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context

import numpy as np

from .data import DATA, data_set
from .options import Options
from .progress import progress
from .published import GRIDS, HIDDEN_UNITS, RATES
from .stacked import stacked_network, update_logits
from .stacked_optimizers import StackedAdam, StackedSGD
from .tables import print_table, write_csv

EPOCHS = 2000
# Published percentages are rounded to two decimals.
ROUNDING = 0.005


@dataclass(frozen=True)
class Column:
    """One column of a grid on one data set: all learning rates and seeds at one width."""

    activation: str
    optimizer: str
    data: str
    hidden_units: int
    use_bias: bool
    seeds: int
    epochs: int


def train_column(column: Column) -> np.ndarray:
    """Train every network of a column at once.

    Returns
    -------
    ndarray, shape (rates, seeds)
        Accuracies in percent.
    """
    inputs, targets = data_set(column.data)
    rng = np.random.default_rng([column.hidden_units, column.use_bias])
    widths = (2, column.hidden_units, column.hidden_units, 1)
    network = stacked_network(len(RATES) * column.seeds, widths, column.activation, rng, column.use_bias)
    make = StackedSGD if column.optimizer == "SGD" else StackedAdam
    optimizer = make(network.parameters(), np.repeat(RATES, column.seeds)[:, np.newaxis, np.newaxis])
    for _ in range(column.epochs):
        for index in range(len(inputs)):
            update_logits(network, optimizer, inputs[index : index + 1], targets[index : index + 1])
    right = (network.forward(inputs) > 0) == (targets > 0.5)
    return 100.0 * right.mean(axis=(1, 2)).reshape(len(RATES), column.seeds)


def run(options: Options) -> None:
    """Train all grids with biases off, then with trained biases, and compare them with the published ones."""
    results: dict[Column, np.ndarray] = {}
    rows: list[tuple[object, ...]] = []
    for use_bias in (False, True):
        columns = _columns(use_bias, options)
        trained = progress(_train_all(columns, options.jobs), len(columns), f"grids, {_biases(use_bias)}")
        half: list[tuple[object, ...]] = []
        for column, accuracies in zip(columns, trained, strict=True):
            results[column] = accuracies
            half.extend(_rows(column, accuracies))
            # Write what is done so far, since everything takes a while.
            write_csv(options.out / "grids.csv", _HEADER, rows + half)
        _print_grids(half)
        rows += half
    _draw(results, options)


def _columns(use_bias: bool, options: Options) -> list[Column]:
    """Return the columns of all grids, the widest first, so that no process is left with a long one at the end."""
    return [
        Column(activation, optimizer, data, hidden_units, use_bias, options.seeds, options.epochs or EPOCHS)
        for hidden_units, (activation, optimizer), data in product(reversed(HIDDEN_UNITS), GRIDS, DATA)
    ]


def _biases(use_bias: bool) -> str:
    return "trained biases" if use_bias else "biases fixed at zero"


_HEADER = (
    "activation", "optimizer", "data", "hidden_units", "use_bias", "learning_rate",
    "published", "percentile_5", "median", "percentile_95", "inside",
)  # fmt: skip


def _train_all(columns: list[Column], jobs: int) -> Iterator[np.ndarray]:
    if jobs == 1:
        yield from map(train_column, columns)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(train_column, columns)


def _rows(column: Column, accuracies: np.ndarray) -> Iterator[tuple[object, ...]]:
    """Yield a row for each learning rate: the published figure beside our band."""
    published = GRIDS[column.activation, column.optimizer][column.data]
    bands = np.quantile(accuracies, (0.05, 0.5, 0.95), axis=1).T
    for row, (rate, (low, median, high)) in enumerate(zip(RATES, bands.tolist(), strict=True)):
        figure = published[row][HIDDEN_UNITS.index(column.hidden_units)]
        inside = low - ROUNDING <= figure <= high + ROUNDING
        yield (
            column.activation, column.optimizer, column.data, column.hidden_units, column.use_bias, rate,
            figure, low, median, high, inside,
        )  # fmt: skip


def _print_grids(rows: list[tuple[object, ...]]) -> None:
    """Print each grid, with the published figure and our band in each cell, and how many figures lie inside."""
    biases = _biases(bool(rows[0][4]))
    for (activation, optimizer), data in product(GRIDS, DATA):
        grid = [row for row in rows if row[:3] == (activation, optimizer, data)]
        lines = [[f"{rate:g}", *(_cell(grid, rate, units) for units in HIDDEN_UNITS)] for rate in RATES]
        title = f"{data}, {activation}, {optimizer}, {biases}: published (our 5 % to 95 %), * where outside"
        print_table(title, ["rate", *(f"{units} units" for units in HIDDEN_UNITS)], lines)
    inside = sum(bool(row[-1]) for row in rows)
    print(f"\n{biases}: {inside} of {len(rows)} published figures are inside our band ({inside / len(rows):.0%}).")


def _cell(grid: list[tuple[object, ...]], rate: float, hidden_units: int) -> str:
    (row,) = (row for row in grid if (row[3], row[5]) == (hidden_units, rate))
    return f"{row[6]:g} ({row[7]:.4g} to {row[9]:.4g}){' ' if row[-1] else '*'}"


def _draw(results: dict[Column, np.ndarray], options: Options) -> None:
    """Save one figure of heat maps for each grid: published, ours, ours with trained biases, on both data sets."""
    from .drawing import heat_maps

    for activation, optimizer in GRIDS:
        panels = {}
        for data in DATA:
            panels[f"{data}, published"] = np.array(GRIDS[activation, optimizer][data])
            for use_bias in (False, True):
                panels[f"{data}, {_biases(use_bias)}"] = _medians(results, (activation, optimizer, data, use_bias))
        heat_maps(options.out / f"grid-{activation}-{optimizer}.png", panels, RATES, HIDDEN_UNITS)


def _medians(results: dict[Column, np.ndarray], grid: tuple[str, str, str, bool]) -> np.ndarray:
    """Return the medians over the seeds of one grid, shape (rates, hidden units)."""
    by_units = {
        column.hidden_units: np.median(accuracies, axis=1)
        for column, accuracies in results.items()
        if (column.activation, column.optimizer, column.data, column.use_bias) == grid
    }
    return np.column_stack([by_units[units] for units in HIDDEN_UNITS])
