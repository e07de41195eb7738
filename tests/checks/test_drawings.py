"""Tests of looking for data in figures."""

import numpy as np

from grader.checks.drawings import has_curve, tells_classes, times_drawn

RNG = np.random.default_rng(1)
POINTS = RNG.random((6, 2))
CLASSES = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0])
RED, BLUE = [1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]


def figure(points=(), lines=()):
    """Return a figure of one panel."""
    return {"axes": [{"points": list(points), "lines": list(lines)}]}


def colored(classes):
    """Return a scatter with a colour for each class."""
    return {"xy": POINTS, "colors": np.array([BLUE if kind else RED for kind in classes])}


def by_artist(classes):
    """Return one line of markers for each class."""
    return [{"x": POINTS[classes == kind, 0], "y": POINTS[classes == kind, 1]} for kind in (0, 1)]


def test_times_drawn_counts_the_point_drawn_least():
    """A point that is missing once is missing."""
    assert times_drawn([figure([colored(CLASSES)]), figure(lines=by_artist(CLASSES))], POINTS) == 2
    assert times_drawn([figure([{"xy": POINTS[:5], "colors": None}])], POINTS) == 0
    assert times_drawn([], POINTS) == 0


def test_tells_classes_sees_colours_and_artists():
    """One colour for each class, or one artist for each, in whatever order."""
    assert tells_classes([figure([colored(CLASSES)])], POINTS, CLASSES) is True
    assert tells_classes([figure(lines=by_artist(CLASSES))], POINTS, CLASSES) is True
    single = [{"xy": POINTS[[i]], "colors": np.array([BLUE if CLASSES[i] else RED])} for i in range(6)]
    assert tells_classes([figure(single)], POINTS, CLASSES) is True


def test_tells_classes_sees_a_wrong_split():
    """Points divided by something else, or not at all, do not show the classes."""
    other = 1.0 - CLASSES
    other[0] = CLASSES[0]
    assert tells_classes([figure([colored(other)])], POINTS, CLASSES) is False
    assert tells_classes([figure([{"xy": POINTS, "colors": np.array([RED])}])], POINTS, CLASSES) is False


def test_tells_classes_finds_one_panel_among_others():
    """Ground truth and predictions may share a panel, one on top of the other."""
    both = figure([colored(CLASSES), colored(1.0 - CLASSES[::-1])])
    assert tells_classes([both], POINTS, CLASSES) is True


def test_tells_classes_is_silent_about_single_markers():
    """Lines have no colour in the data, so that a line for each point cannot be judged."""
    single = [{"x": POINTS[[i], 0], "y": POINTS[[i], 1]} for i in range(6)]
    assert tells_classes([figure(lines=single)], POINTS, CLASSES) is None


def test_has_curve_wants_every_value_in_order():
    """A line through all losses is a learning curve; a shorter or another one is not."""
    losses = np.array([3.0, 2.0, 1.0])
    line = {"x": np.arange(3.0), "y": losses}
    assert has_curve([figure(lines=[line])], losses)
    assert has_curve([figure([{"xy": np.column_stack([np.arange(3), losses]), "colors": None}])], losses)
    assert not has_curve([figure(lines=[line])], losses[::-1])
    assert not has_curve([figure(lines=[line])], losses[:2])
