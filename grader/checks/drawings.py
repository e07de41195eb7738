"""CHECKED: looks for data in the figures that a submission drew. May not import fence, report or reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.checks.received import Floats

MAX_ARTISTS = 64


def curves(figures: Sequence[Mapping[str, Any]]) -> Iterator[Floats]:
    """Yield the heights of every line, and of every row of points, in the figures."""
    for axes in _axes(figures):
        for line in axes["lines"]:
            yield np.asarray(line["y"], dtype=np.float64)
        for points in axes["points"]:
            yield np.asarray(points["xy"], dtype=np.float64).reshape(-1, 2)[:, 1]


def has_curve(figures: Sequence[Mapping[str, Any]], values: Floats) -> bool:
    """Return whether some line goes through all the values in their order."""
    return any(len(curve) == len(values) and np.allclose(curve, values, rtol=1e-4) for curve in curves(figures))


def times_drawn(figures: Sequence[Mapping[str, Any]], points: Floats) -> int:
    """Return how often the figures show every one of the points (n, 2)."""
    drawn = [cloud for axes in _axes(figures) for cloud, _ in _clouds(axes)]
    shown = np.concatenate(drawn) if drawn else np.empty((0, 2))
    return min(
        (int(np.sum(np.all(np.isclose(shown, point, rtol=0, atol=1e-6), axis=1))) for point in points), default=0
    )


def tells_classes(figures: Sequence[Mapping[str, Any]], points: Floats, classes: Floats) -> bool | None:
    """Return whether some panel gives the points (n, 2) of each class (n,) a look of their own; None when looks cannot be told."""
    told: list[bool] = []
    for axes in _axes(figures):
        clouds = [cloud for cloud in _clouds(axes) if len(cloud[0])][:MAX_ARTISTS]
        for first in range(len(clouds)):
            for last in range(first + 1, len(clouds) + 1):
                told += [_same_split(looks, classes) for looks in _looks(clouds[first:last], points)]
    return any(told) if told else None


def _axes(figures: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for figure in figures:
        yield from figure.get("axes", ())


def _clouds(axes: Mapping[str, Any]) -> list[tuple[Floats, Any]]:
    """Return the positions and colours of every scatter, and the positions of every line, of one panel."""
    scatters = [
        (np.asarray(item["xy"], dtype=np.float64).reshape(-1, 2), item.get("colors")) for item in axes["points"]
    ]
    lines = [(np.column_stack([line["x"], line["y"]]), None) for line in axes["lines"]]
    return scatters + lines


def _looks(clouds: Sequence[tuple[Floats, Any]], points: Floats) -> list[list[Any]]:
    """Return the looks of the points when these artists show each of them once: their colours, and their artists."""
    if sum(len(cloud) for cloud, _ in clouds) != len(points):
        return []
    places: list[tuple[int, int] | None] = [None] * len(points)
    for number, (cloud, _) in enumerate(clouds):
        for index, place in enumerate(cloud):
            match = np.flatnonzero(np.all(np.isclose(points, place, rtol=0, atol=1e-6), axis=1))
            if len(match) != 1 or places[match[0]] is not None:
                return []
            places[match[0]] = (number, index)
    known = [place for place in places if place is not None]
    looks: list[list[Any]] = []
    if all(colors is not None and len(colors) for _, colors in clouds):
        looks.append([_color(clouds[number][1], index) for number, index in known])
    if len(clouds) < len(points):
        looks.append([number for number, _ in known])
    return looks


def _color(colors: Any, index: int) -> tuple[float, ...]:
    rows = np.asarray(colors, dtype=np.float64).reshape(-1, 4)
    return tuple(float(value) for value in np.round(rows[index if len(rows) > 1 else 0], 3))


def _same_split(looks: Sequence[Any], classes: Floats) -> bool:
    """Return whether points look alike just when they are of one class."""
    pairs = set(zip(looks, (int(value) for value in classes), strict=True))
    return len(pairs) == len({look for look, _ in pairs}) == len({kind for _, kind in pairs})
