"""Looks for data in the figures of a submission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.checks import Floats

# A colour, red, green, blue and opacity in [0, 1], where it is known; and a marker.
Look = tuple[tuple[float, ...] | None, str]
NEAR = 1e-6
# Colours that differ by less in each of their parts look the same.
SAME = 0.05
# So many panels, and so many layers of each, are looked at: who draws all ways to colour the points does not show one.
MAX_PANELS = 12
MAX_LAYERS = 6
MAX_POINTS = 2000
# Panels of a whole run that are compared with each other, and what is more than a few marks on a curve.
MOST_PAIRED, FEWEST_POINTS = 40, 10
# Wider than the data sets are.
WIDTH = 1.5


def curves(figures: Sequence[Mapping[str, Any]]) -> Iterator[Floats]:
    """Yield the y values of every line, and of every series of points, in the figures."""
    for axes in _axes(figures):
        for line in axes["lines"]:
            yield np.asarray(line["y"], dtype=np.float64)
        for points in axes["points"]:
            yield np.asarray(points["xy"], dtype=np.float64).reshape(-1, 2)[:, 1]


def learning_curves(figures: Sequence[Mapping[str, Any]]) -> Iterator[Floats]:
    """Yield the y values of every series that runs from left to right over several epochs.

    Points of the unit square, as those of the data sets are, are no curve, though some of them fall from left to right.

    Examples
    --------
    >>> student.show_learning_curve([3.0, 2.0, 1.5])
    >>> [curve.tolist() for curve in learning_curves(student.figures())]
    [[3.0, 2.0, 1.5]]
    """
    for axes in _axes(figures):
        for line in axes["lines"]:
            yield from _over_epochs(line["x"], line["y"])
        for points in axes["points"]:
            yield from _over_epochs(*np.asarray(points["xy"], dtype=np.float64).reshape(-1, 2).T)


def _over_epochs(x: Any, y: Any) -> Iterator[Floats]:
    across = np.asarray(x, dtype=np.float64)
    if len(across) > 1 and bool((np.diff(across) > 0).all()) and across[-1] - across[0] > WIDTH:
        yield np.asarray(y, dtype=np.float64)


def has_curve(figures: Sequence[Mapping[str, Any]], values: Floats) -> bool:
    """Return whether some line goes through all the values in order.

    Examples
    --------
    >>> student.show_learning_curve([3.0, 2.0, 1.5])
    >>> has_curve(student.figures(), np.array([3.0, 2.0, 1.5]))
    True
    """
    return any(len(curve) == len(values) and np.allclose(curve, values, rtol=1e-4) for curve in curves(figures))


def times_drawn(figures: Sequence[Mapping[str, Any]], points: Floats) -> int:
    """Return how often the figures show every one of the points (n, 2).

    Examples
    --------
    >>> student.show_result(np.eye(2), np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]]))
    >>> times_drawn(student.figures(), np.eye(2)) >= 1
    True
    """
    shown = [each for axes in _axes(figures) for each in _layers(axes, points)]
    return min((sum(layer[point] is not None for layer in shown) for point in range(len(points))), default=0)


def tells_classes(figures: Sequence[Mapping[str, Any]], points: Floats, classes: Floats) -> bool | None:
    """Return whether some panel shows the points (n, 2) of each class (n,) in a distinct style; None if no styles can be read.

    A panel may show the points several times, and other points as well: once for each class, for the ground truth and
    the predictions, in any order. Only the style of each point counts, found by its position.
    """
    panels = [layers for axes in _axes(figures) if (layers := _layers(axes, points))][:MAX_PANELS]
    # A class may have a panel of its own.
    ends = range(1, len(panels) + 1)
    tried = [
        each
        for end in ends
        for first in range(end)
        for each in _whole([layer for layers in panels[first:end] for layer in layers])
    ]
    told = [_tells(looks, classes) for looks in tried]
    return True if True in told else None if None in told else False


def sets_drawn(figures: Sequence[Mapping[str, Any]], count: int) -> list[Floats]:
    """Return the sets of exactly ``count`` different points of the unit square that single panels show."""
    found = []
    for axes in _axes(figures):
        clouds = [places for places, _, _ in _clouds(axes)]
        places = np.concatenate(clouds) if clouds else np.empty((0, 2))
        different = np.unique(np.round(places, 9), axis=0)
        if len(different) == count and np.all((different >= 0.0) & (different <= 1.0)):
            found.append(different)
    return found


def _axes(figures: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for figure in figures:
        yield from figure.get("axes", ())


def _layers(axes: Mapping[str, Any], points: Floats) -> list[list[Look | None]]:
    """Return how the points look where a panel shows them: the first time each, the second time, and so on; None where it does not."""
    times: list[list[Look]] = [[] for _ in points]
    for places, colors, marker in _clouds(axes):
        for looks, point in zip(times, points, strict=True):
            shown = np.flatnonzero(np.abs(places - point).max(axis=1) <= NEAR)[:MAX_LAYERS]
            looks += [(_color(colors, int(index)), marker) for index in shown]
    count = min(max(map(len, times), default=0), MAX_LAYERS)
    return [[looks[layer] if layer < len(looks) else None for looks in times] for layer in range(count)]


def _whole(layers: Sequence[Sequence[Look | None]]) -> list[list[Look]]:
    """Return the layers that show every point; those that show some, one over the other, make one more."""
    top = [next((look for look in reversed(looks) if look is not None), None) for looks in zip(*layers, strict=True)]
    return [[look for look in layer if look is not None] for layer in [*layers, top] if layer and None not in layer]


def _clouds(axes: Mapping[str, Any]) -> Iterator[tuple[Floats, Any, str]]:
    """Yield positions, colours and marker of every scatter and of every line of one panel."""
    for item in axes["points"]:
        yield np.asarray(item["xy"], dtype=np.float64).reshape(-1, 2), item.get("colors"), item.get("marker") or ""
    for line in axes["lines"]:
        x, y = (np.asarray(line[name], dtype=np.float64) for name in ("x", "y"))
        length = min(len(x), len(y))
        yield np.column_stack([x[:length], y[:length]]), line.get("colors"), line.get("marker") or ""


def _color(colors: Any, index: int) -> tuple[float, ...] | None:
    rows = np.empty((0, 4)) if colors is None else np.asarray(colors, dtype=np.float64).reshape(-1, 4)
    index = index if len(rows) > 1 else 0
    return tuple(float(value) for value in rows[index]) if index < len(rows) else None


def _tells(looks: Sequence[Look], classes: Floats) -> bool | None:
    """Return whether colours, or markers, are alike within each class and differ between the two; None when colours are not known."""
    first, other = ([look for look, kind in zip(looks, classes, strict=True) if kind == one] for one in (0.0, 1.0))
    markers, others = ({look[1] for look in part} for part in (first, other))
    if len(markers) == len(others) == 1 and markers != others:
        return True
    if any(color is None for color, _ in looks):
        return None
    colors, besides = (np.array([color for color, _ in part]) for part in (first, other))
    alike = max(np.ptp(colors, axis=0).max(), np.ptp(besides, axis=0).max()) < SAME
    return bool(alike and np.abs(colors.mean(axis=0) - besides.mean(axis=0)).max() >= SAME)


def panels_of(figures: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    """Return, for each pair of panels that show the points of a data set by two looks each, in one figure or in two, how far they agree.

    One of a pair must show the truth as the rule of the set has it, whichever colour is which: ``"linear"`` (x above y) or ``"XOR"`` (on the
    diagonal or not).
    """
    shares = []
    panels = [shown for axes in _axes(figures) if (shown := _shown(axes))][:MOST_PAIRED]
    for number, (points, looks) in enumerate(panels):
        truth = _rule(points, name)
        if truth is None or not _same_division(looks, truth):
            continue
        others = [panel for place, panel in enumerate(panels) if place != number]
        shares += [share for other in others if (share := _agreement(points, truth, *other)) is not None]
    return shares


def panels_with_points(figures: Sequence[Mapping[str, Any]]) -> int:
    """Return how many panels show ten points or more, as a scatter, by markers, or one by one; a curve does not count."""
    return sum(_points_in(axes) >= FEWEST_POINTS for axes in _axes(figures))


def _points_in(axes: Mapping[str, Any]) -> int:
    clouds = sum(len(np.asarray(each["xy"]).reshape(-1, 2)) for each in axes["points"])
    lines = [len(np.atleast_1d(each["x"])) for each in axes["lines"] if each.get("marker")]
    return clouds + sum(lines)


def _shown(axes: Mapping[str, Any]) -> tuple[Floats, list[Look]] | None:
    """Return the points of a panel and how each looks; lines with many points are curves and left out."""
    places: list[Floats] = []
    looks: list[Look] = []
    for cloud, colors, marker in _clouds(axes):
        places += list(cloud)
        looks += [(_color(colors, index), marker) for index in range(len(cloud))]
    known = {(round(float(x), 9), round(float(y), 9)): look for (x, y), look in zip(places, looks, strict=True)}
    return (np.array(list(known)), list(known.values())) if 10 <= len(known) <= MAX_POINTS else None


def _rule(points: Floats, name: str) -> Floats | None:
    """Return the classes of points by the rule of a data set, None when they are not of it."""
    x, y = points.T
    if ((points < -NEAR) | (points > 1 + NEAR)).any():
        return None
    if name == "XOR":
        on, across = np.abs(x - y) <= NEAR, np.abs(x + y - 1) <= NEAR
        return (~on).astype(np.float64) if len(points) == 21 and (on | across).all() else None
    is_grid = np.abs(10 * points - np.round(10 * points)).max() < 1e-6
    return None if is_grid or len(points) < 30 else (x <= y).astype(np.float64)


def _same_division(looks: Sequence[Look], truth: Floats) -> bool:
    """Return whether looks divide points as the truth does, whichever look is which."""
    return _tells(looks, truth) is True


def _agreement(points: Floats, truth: Floats, others: Floats, looks: Sequence[Look]) -> float | None:
    """Return the share of points that another panel shows in the class that is true, None when it shows other points, or one look for all."""
    if len(others) != len(points):
        return None
    order = {(round(float(x), 9), round(float(y), 9)): place for place, (x, y) in enumerate(others)}
    places = [order.get((round(float(x), 9), round(float(y), 9))) for x, y in points]
    if None in places:
        return None
    kinds = [looks[place] for place in places if place is not None]
    first = kinds[0]
    as_first = np.array([_alike(kind, first) for kind in kinds])
    right = float((as_first == (truth == truth[0])).mean())
    return max(right, 1.0 - right)


def _alike(one: Look, other: Look) -> bool:
    if one[0] is None or other[0] is None:
        return one[1] == other[1]
    return one[1] == other[1] and max(abs(a - b) for a, b in zip(one[0], other[0], strict=True)) < SAME
