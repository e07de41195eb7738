"""Computes the positions in drawings, which the templates turn into SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.report.axes import Axis, Tick, fitted
from grader.report.wording import counted

MOST_POINTS = 2000
_BUCKETS = 200


@dataclass(frozen=True)
class Curve:
    """A learning curve: the path of its line, its ticks, and a description in words."""

    title: str
    path: str
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    description: str


@dataclass(frozen=True)
class Mark:
    """One point of a scatter plot: its position, its class (0 or 1), and whether its label is wrong."""

    x: float
    y: float
    label: int
    wrong: bool = False


@dataclass(frozen=True)
class Scatter:
    """The plot asked for in the exercise: ground truth next to predictions, on the same axes."""

    title: str
    truth: list[Mark]
    predicted: list[Mark]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    description: str


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram, and the number on top of it."""

    x: float
    y: float
    width: float
    height: float
    count: int


@dataclass(frozen=True)
class Histogram:
    """A distribution of percentages in steps of ten."""

    bars: list[Bar]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    description: str


def curve(title: str, values: Sequence[Any], epochs: Sequence[int] = ()) -> Curve | None:
    """Return the drawing (420 by 260) of a learning curve, or None if no value is finite.

    Parameters
    ----------
    title : str
        What was learned.
    values : sequence of float or None
        The loss after each of ``epochs``; values that are not finite are left out.
    epochs : sequence of int
        The numbers of the epochs, in increasing order; empty for every epoch from the first.
    """
    epochs = epochs or range(1, len(values) + 1)
    points = [(epoch, float(value)) for epoch, value in zip(epochs, values, strict=False) if _finite(value)]
    if not points:
        return None
    x_axis = Axis(1, max(*epochs, 2), 56, 408)
    y_axis = fitted([value for _, value in points], 212, 14, zero=True)
    thinned = _thinned(points)
    path = "M" + " L".join(f"{x_axis.at(epoch):g} {y_axis.at(value):g}" for epoch, value in thinned)
    if len(points) == 1:
        path += " h3"
    description = (
        f"{counted(max(epochs), 'epoch')}, from {points[0][1]:.4g} to {points[-1][1]:.4g}"
        f", lowest {min(value for _, value in points):.4g}"
    )
    if missing := len(values) - len(points):
        description += f"; {counted(missing, 'value')} not finite"
    return Curve(title, path, x_axis.ticks(), y_axis.ticks(), description)


def _finite(value: Any) -> bool:
    """Return whether ``value`` is a number that can be drawn."""
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) < 1e100


def _thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return ``points``, reduced to the lowest and highest of each bucket if there are more than a line can show."""
    if len(points) <= 2 * _BUCKETS:
        return points
    kept = {points[0], points[-1]}
    for k in range(_BUCKETS):
        bucket = points[k * len(points) // _BUCKETS : (k + 1) * len(points) // _BUCKETS]
        kept |= {min(bucket, key=lambda point: point[1]), max(bucket, key=lambda point: point[1])}
    return sorted(kept)


def scatter(title: str, inputs: Sequence[Any], targets: Sequence[Any], predictions: Sequence[Any]) -> Scatter | None:
    """Return the drawing (two panels of 260 by 260) of labelled points, or None if there are none.

    Parameters
    ----------
    title : str
        What the points are.
    inputs : sequence of pairs of float
    targets, predictions : sequence of 0 and 1
        Points that are not finite are left out.
    """
    rows = [
        (float(point[0]), float(point[1]), int(target >= 0.5), int(prediction >= 0.5))
        for point, target, prediction in zip(inputs, targets, predictions, strict=False)
        if len(point) >= 2 and all(map(_finite, (*point[:2], target, prediction)))
    ][:MOST_POINTS]
    if not rows:
        return None
    x_axis = fitted([row[0] for row in rows], 40, 250, margin=0.06)
    y_axis = fitted([row[1] for row in rows], 224, 14, margin=0.06)
    truth = [Mark(x_axis.at(x), y_axis.at(y), target) for x, y, target, _ in rows]
    predicted = [Mark(x_axis.at(x), y_axis.at(y), seen, seen != target) for x, y, target, seen in rows]
    wrong = sum(mark.wrong for mark in predicted)
    description = (
        f"{counted(len(rows), 'point')}, all predicted correctly"
        if not wrong
        else f"{wrong:,} of {counted(len(rows), 'point')} predicted wrongly (crossed out)"
    )
    return Scatter(title, truth, predicted, x_axis.ticks(), y_axis.ticks(), description)


def exhibit(shown: Mapping[str, Any]) -> Curve | Scatter | None:
    """Return the drawing of one exhibit of a record; None if its kind is unknown or there is nothing to draw."""
    if shown.get("kind") == "curve":
        return curve(shown.get("title") or "", shown.get("values") or (), shown.get("epochs") or ())
    if shown.get("kind") == "scatter":
        columns = (shown.get(name) or () for name in ("inputs", "targets", "predictions"))
        return scatter(shown.get("title") or "", *columns)
    return None


def bar_of(percent: float, bars: int) -> int:
    """Return the index of the bar, ten percent wide, that counts a percentage; ``bars`` is their number."""
    return min(max(int(percent // 10), 0), bars - 1)


def histogram(percents: Sequence[float], *, highest: float = 100.0) -> Histogram:
    """Return the drawing (480 by 220) of a distribution of percentages, up to ``highest`` (with bonus, above 100)."""
    steps = max(10, math.ceil(max([highest, *percents]) / 10 - 1e-9))
    counts = [0] * steps
    for value in percents:
        counts[bar_of(value, steps)] += 1
    x_axis = Axis(0, 10 * steps, 44, 460)
    top = max([*counts, 1])
    y_axis = Axis(0, top * 1.08, 170, 18)
    bars = [
        Bar(x_axis.at(10 * k) + 2, y_axis.at(count), round(416 / steps - 4, 1), round(170 - y_axis.at(count), 1), count)
        for k, count in enumerate(counts)
    ]
    whole = [tick for tick in y_axis.ticks(4) if "." not in tick.label]
    return Histogram(bars, x_axis.ticks(steps), whole, counted(len(percents), "score"))
