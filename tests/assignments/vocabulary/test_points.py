"""Tests of the data sets that networks are trained on."""

import numpy as np

from grader.assignments.vocabulary.points import disguised, linear_points, xor_points
from reference import generate_XOR_easy

RNG = np.random.default_rng(3)


def test_linear_points_are_labelled_by_the_diagonal():
    """Label 0 is where x0 > x1."""
    points = linear_points(RNG, 50)
    assert points.targets.shape == (50, 1)
    np.testing.assert_array_equal(points.targets[:, 0] == 0.0, points.inputs[:, 0] > points.inputs[:, 1])


def test_xor_points_are_those_of_the_exercise():
    """The same 21 points with the same labels as the answer key's."""
    points = xor_points()
    wanted = sorted(map(tuple, np.round(np.column_stack(generate_XOR_easy()), 9).tolist()))
    assert sorted(map(tuple, np.round(np.column_stack([points.inputs, points.targets]), 9).tolist())) == wanted
    assert len(xor_points(9).inputs) == 17


def test_disguised_points_are_the_same_task_with_swapped_labels():
    """Distances from the centre stay, the labels are the other ones, the order is drawn."""
    points = xor_points()
    other = disguised(points, RNG, "other")
    assert other.name == "other"
    assert sorted(np.round(np.linalg.norm(other.inputs - 0.5, axis=1), 9)) == sorted(
        np.round(np.linalg.norm(points.inputs - 0.5, axis=1), 9)
    )
    assert other.targets.sum() == len(points.targets) - points.targets.sum()
    assert not np.allclose(other.inputs, points.inputs)


def test_linear_points_may_keep_away_from_the_border():
    """No point that is left is near the diagonal."""
    far = linear_points(RNG, 200, 0.1)
    assert 100 < len(far.inputs) < 200
    assert np.min(np.abs(far.inputs[:, 0] - far.inputs[:, 1])) >= 0.1


def test_accuracy_counts_right_answers():
    """Accuracy is a share of the points."""
    points = xor_points()
    assert points.accuracy(points.targets[:, 0].astype(int)) == 1.0
    assert points.accuracy(np.zeros(21, dtype=int)) == 11 / 21
