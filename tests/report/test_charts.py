"""Tests of the drawings."""

from __future__ import annotations

import math

from grader.report.charts import Curve, Scatter, curve, exhibit, histogram, scatter


def test_curve_says_where_it_begins_and_ends():
    """The description has the number of epochs, the first, the last and the lowest value."""
    drawn = curve("XOR", [0.7, 0.2, 0.3])
    assert drawn.description == "3 epochs, from 0.7 to 0.3, lowest 0.2"
    assert drawn.path == "M56 14 L232 155.4 L408 127.1"


def test_curve_places_values_at_their_epochs():
    """A thinned curve keeps its epochs."""
    drawn = curve("XOR", [1.0, 0.5], [1, 2000])
    assert drawn.description == "2,000 epochs, from 1 to 0.5, lowest 0.5"
    assert drawn.path == "M56 14 L408 113"


def test_curve_leaves_out_what_is_not_finite():
    """Values that cannot be drawn are counted; a curve of nothing else is no curve."""
    drawn = curve("XOR", [1.0, None, math.nan, math.inf, "x", 1e200, 0.5])
    assert drawn.description == "7 epochs, from 1 to 0.5, lowest 0.5; 5 values not finite"
    assert curve("XOR", [None, math.nan]) is None
    assert curve("XOR", []) is None


def test_curve_of_one_epoch_can_be_seen():
    """A single value is drawn as a short line."""
    assert curve("XOR", [0.5]).path.endswith(" h3")


def test_curve_stays_small_however_long_it_is():
    """A hundred thousand epochs are thinned, and their extremes are kept."""
    values = [1.0] * 100_000
    values[50_001] = 9.0
    drawn = curve("long", values)
    assert len(drawn.path) < 10_000
    assert " 14 " in drawn.path.replace("L", "")


def test_scatter_marks_wrong_predictions():
    """Truth and predictions share positions; a label that differs is wrong."""
    drawn = scatter("XOR", [[0, 0], [1, 1], [0, 1]], [0, 0, 1], [0, 1, 1])
    assert [mark.label for mark in drawn.truth] == [0, 0, 1]
    assert [(mark.label, mark.wrong) for mark in drawn.predicted] == [(0, False), (1, True), (1, False)]
    assert [(mark.x, mark.y) for mark in drawn.truth] == [(mark.x, mark.y) for mark in drawn.predicted]
    assert drawn.description == "1 of 3 points predicted wrongly (crossed out)"


def test_scatter_of_right_predictions_says_so():
    """Without a wrong point there is nothing crossed out."""
    assert scatter("XOR", [[0, 0]], [0], [0]).description == "1 point, all predicted correctly"


def test_scatter_leaves_out_what_cannot_be_drawn():
    """Points without two finite coordinates are left out."""
    assert len(scatter("", [[0, 0], [1], [math.nan, 1], [1, 1]], [0, 0, 0, None], [0, 0, 0, 0]).truth) == 1
    assert scatter("", [], [], []) is None


def test_exhibit_is_drawn_by_its_kind():
    """An exhibit of an unknown kind is not drawn."""
    assert isinstance(exhibit({"kind": "curve", "title": "", "epochs": [1], "values": [1.0]}), Curve)
    inputs = {"inputs": [[0, 0]], "targets": [0], "predictions": [0]}
    assert isinstance(exhibit({"kind": "scatter", "title": ""} | inputs), Scatter)
    assert exhibit({"kind": "opera"}) is None


def test_histogram_counts_every_score_once():
    """Edges belong to the bar above, the last edge to the last bar."""
    drawn = histogram([0, 9.99, 10, 99.9, 100])
    assert [bar.count for bar in drawn.bars] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_histogram_has_room_for_bonus():
    """With a bonus of a fifth the bars reach 120 percent, and further when a score does."""
    assert [bar.count for bar in histogram([100, 120], highest=120).bars] == [0] * 10 + [1, 1]
    assert len(histogram([135], highest=120).bars) == 14
