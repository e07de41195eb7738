"""Tests of looking for data in figures."""

import numpy as np
import pytest

from grader.assignments.vocabulary.drawings import has_curve, learning_curves, tells_classes, times_drawn

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


def by_artist(classes, colors=(RED, BLUE)):
    """Return one line of markers for each class."""
    return [
        {"x": POINTS[classes == kind, 0], "y": POINTS[classes == kind, 1], "colors": np.array([colors[kind]])}
        for kind in (0, 1)
    ]


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


def cloud(places, colors):
    """Return a scatter."""
    return {"xy": places, "colors": np.array(colors), "marker": "o"}


ONE_COLOUR = {
    "twice in one": [cloud(np.tile(POINTS, (2, 1)), [RED])],
    "with one more": [cloud(np.vstack([POINTS, [[0.5, 0.5]]]), [RED])],
    "one for each class": [cloud(POINTS[kind == CLASSES], [RED]) for kind in (0, 1)],
    "nearly the same": [cloud(POINTS[kind == CLASSES], [[kind / 100, 0.0, 0.0, 1.0]]) for kind in (0, 1)],
    "by number": [cloud(POINTS, [[index / 6, 0.0, 0.0, 1.0] for index in range(6)])],
    "among empty ones": [cloud(POINTS, [RED]), *([cloud(np.empty((0, 2)), [BLUE])] * 70), cloud(POINTS[:1], [RED])],
    "first and last half": [cloud(POINTS[:3], [RED]), cloud(POINTS[3:], [BLUE])],
}


@pytest.mark.parametrize("points", ONE_COLOUR.values(), ids=ONE_COLOUR)
def test_tells_classes_sees_that_none_are_told(points):
    """However many artists and other points there are, one colour for both classes shows neither."""
    assert tells_classes([figure(points), figure(points)], POINTS, CLASSES) is False
    assert times_drawn([figure(points), figure(points)], POINTS) >= 2


def test_tells_classes_looks_for_points_among_others():
    """Points of a grid behind, a second scatter on top, one panel for each class, and markers in place of colours are well."""
    grid = cloud(np.random.default_rng(2).random((400, 2)), np.random.default_rng(2).random((400, 4)))
    over = [cloud(POINTS, [RED]), cloud(POINTS[CLASSES == 1], [BLUE])]
    apart = [figure([cloud(POINTS[kind == CLASSES], [color])]) for kind, color in ((0, RED), (1, BLUE))]
    marked = [{**cloud(POINTS[kind == CLASSES], [RED]), "marker": marker} for kind, marker in ((0, "o"), (1, "x"))]
    for figures in ([figure([grid, colored(CLASSES)])], [figure(over)], apart, [figure(marked)]):
        assert tells_classes(figures, POINTS, CLASSES) is True


def test_tells_classes_survives_what_cannot_be_drawn():
    """Colours in another number than the points, and lines of two lengths, are no fault of the grader."""
    strange = figure([cloud(POINTS, [RED, BLUE])], [{"x": np.zeros(3), "y": np.full(4, np.nan)}])
    assert tells_classes([strange], POINTS, CLASSES) is None


def test_tells_classes_finds_one_panel_among_others():
    """Ground truth and predictions may share a panel, one on top of the other."""
    both = figure([colored(CLASSES), colored(1.0 - CLASSES[::-1])])
    assert tells_classes([both], POINTS, CLASSES) is True


def test_tells_classes_is_silent_about_single_markers():
    """Where colours could not be read, a line for each point cannot be judged."""
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


def test_points_of_the_unit_square_are_no_learning_curve():
    """The XOR points of label 1 fall from left to right, as a loss does; a loss runs over more than the square, from left to right."""
    across = np.linspace(0.0, 1.0, 10)
    epochs, losses = np.arange(10.0), np.linspace(1.0, 0.1, 10)
    points = {"x": across, "y": 1.0 - across}
    back = {"x": epochs[::-1], "y": losses}
    scatter = {"xy": np.column_stack([across, 1.0 - across]), "colors": None}
    assert list(learning_curves([figure([scatter], [points, back])])) == []
    found = list(learning_curves([figure([{"xy": np.column_stack([epochs, losses])}], [{"x": epochs, "y": losses}])]))
    assert [curve.tolist() for curve in found] == [losses.tolist()] * 2
