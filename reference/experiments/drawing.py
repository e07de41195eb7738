"""The figures of the experiments, saved as PNG. Matplotlib is imported only when something is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..components import f

MOST_POINTS = 2000


def _figure(rows: int, columns: int, width: float, height: float) -> tuple[Any, Any]:
    """Return a figure without a window, and its panels."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width * columns, height * rows), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def heat_maps(
    path: Path, panels: Mapping[str, np.ndarray], rates: Sequence[float], hidden_units: Sequence[int]
) -> None:
    """Draw accuracies in percent, shape (rates, hidden units), three panels a row."""
    figure, axes = _figure(-(-len(panels) // 3), 3, 4.2, 3.2)
    for axis, (title, values) in zip(axes.flat, panels.items(), strict=False):
        image = axis.imshow(values, vmin=40, vmax=100, cmap="viridis", aspect="auto")
        axis.set(title=title, xlabel="hidden units", ylabel="learning rate")
        axis.set_xticks(range(len(hidden_units)), [str(units) for units in hidden_units])
        axis.set_yticks(range(len(rates)), [f"{rate:g}" for rate in rates])
        for (row, column), value in np.ndenumerate(values):
            colour = "black" if value > 75 else "white"
            axis.text(column, row, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=8)
    figure.colorbar(image, ax=axes, label="accuracy in percent")
    _save(figure, path)


def curves(
    path: Path,
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    ylabel: str = "loss",
    step: int = 1,
    columns: int = 2,
) -> None:
    """Draw a panel for each entry, with one curve for each of its labels, a value every ``step`` epochs."""
    figure, axes = _figure(-(-len(panels) // columns), min(len(panels), columns), 4.8, 3.2)
    for axis, (title, lines) in zip(axes.flat, panels.items(), strict=False):
        for label, values in lines.items():
            # A curve of more points than the panel has pixels takes long to draw and looks the same.
            shown = np.arange(0, len(values), -(-len(values) // MOST_POINTS))
            axis.plot(step * (shown + 1), np.asarray(values)[shown], label=label)
        axis.set(title=title, xlabel="epoch", ylabel=ylabel)
        axis.locator_params(axis="x", nbins=5)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    _label(figure, axes.flat[: len(panels)])
    _save(figure, path)


def _label(figure: Any, axes: Sequence[Any]) -> None:
    """Put one legend beside all panels if they show the same labels, else one into each panel with several labels."""
    labels = [axis.get_legend_handles_labels()[1] for axis in axes]
    if len(axes) > 1 and all(own == labels[0] for own in labels):
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right center", fontsize=8)
        return
    for axis, own in zip(axes, labels, strict=True):
        if len(own) > 1:
            axis.legend(fontsize=7)


def decision_regions(
    path: Path, panels: Mapping[str, tuple[Callable[[np.ndarray], np.ndarray], np.ndarray, np.ndarray]]
) -> None:
    """Draw for each entry the probabilities over the unit square, the ground truth, and the predictions beside it.

    An entry is a function from points (n, 2) to probabilities (n, 1), the points of the data set, and their labels.
    """
    figure, axes = _figure(len(panels), 2, 4.0, 3.6)
    side = np.linspace(-0.05, 1.05, 120)
    plane = np.column_stack([grid.ravel() for grid in np.meshgrid(side, side)])
    for row, (title, (probability, inputs, targets)) in zip(axes, panels.items(), strict=True):
        shade = probability(plane).reshape(len(side), len(side))
        for axis, name, classes in zip(
            row, ("ground truth", "predictions"), (targets, probability(inputs) > 0.5), strict=True
        ):
            axis.contourf(side, side, shade, levels=np.linspace(0, 1, 11), cmap="coolwarm", alpha=0.4)
            axis.scatter(
                *inputs.T, c=classes.ravel(), cmap="coolwarm", vmin=0, vmax=1, edgecolors="black", linewidths=0.5
            )
            axis.set(title=f"{title}: {name}", xlabel="x0", ylabel="x1", aspect="equal")
    _save(figure, path)


def descent_path(path: Path, x_hist: Sequence[float], y_hist: Sequence[float]) -> None:
    """Draw the contours of ``f`` of the components with a path on them, and the values along the path."""
    figure, ((left, right),) = _figure(1, 2, 4.6, 3.8)
    side = np.linspace(-4, 4, 160)
    left.contour(side, side, [[f(x, y) for x in side] for y in side], levels=30)
    left.plot(x_hist, y_hist, "o-", color="black", markersize=3)
    left.set(title="path", xlabel="x", ylabel="y")
    right.plot([f(x, y) for x, y in zip(x_hist, y_hist, strict=True)])
    right.set(title="value", xlabel="step", ylabel="f(x, y)")
    _save(figure, path)


def strip(path: Path, pixels: np.ndarray, labels: np.ndarray) -> None:
    """Draw digits, shape (n, 64), in a row, each with its label of shape (n, 1) above."""
    figure, (axes,) = _figure(1, len(pixels), 1.0, 1.4)
    for axis, image, label in zip(axes, pixels, labels, strict=True):
        axis.imshow(image.reshape(8, 8), cmap="gray_r")
        axis.set(title=f"{label.item():.0f}", xticks=[], yticks=[])
    _save(figure, path)


def bars(path: Path, panels: Mapping[str, Mapping[str, tuple[Any, Any]]], xlabel: str) -> None:
    """Draw for each label a published number and ours beside each other, on a logarithmic axis; entries that are words are left out."""
    figure, axes = _figure(1, len(panels), 5.0, 5.0)
    for axis, (title, pairs) in zip(axes.flat, panels.items(), strict=True):
        places = np.arange(len(pairs))
        for offset, name, column in ((-0.2, "published", 0), (0.2, "ours", 1)):
            values = [pair[column] if isinstance(pair[column], int | float) else np.nan for pair in pairs.values()]
            axis.barh(places + offset, values, height=0.4, label=name)
        axis.set_yticks(places, list(pairs), fontsize=7)
        axis.set(title=title, xlabel=xlabel, xscale="log")
        axis.legend()
    _save(figure, path)
