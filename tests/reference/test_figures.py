import matplotlib
import numpy as np
import pytest

from reference import show_learning_curve, show_result

matplotlib.use("Agg")


@pytest.fixture
def pyplot():
    """Matplotlib's state, without figures before and after."""
    import matplotlib.pyplot as plt

    plt.close("all")
    yield plt
    plt.close("all")


def test_show_result_draws_truth_beside_predictions(pyplot, rng):
    """Two panels hold all points; the colours are the targets on the left and the predictions on the right."""
    inputs, targets = rng.random((6, 2)), np.array([[0.0], [1.0]] * 3)
    show_result(inputs, targets, np.array([0, 1, 1, 1, 0, 0]))
    left, right = (panel.collections[0] for panel in pyplot.gcf().axes)
    np.testing.assert_array_equal(left.get_offsets(), inputs)
    np.testing.assert_array_equal(right.get_offsets(), inputs)
    assert left.get_array().tolist() == [0, 1, 0, 1, 0, 1]
    assert right.get_array().tolist() == [0, 1, 1, 1, 0, 0]
    assert [panel.get_title() for panel in pyplot.gcf().axes] == ["Ground truth", "Predictions"]


def test_show_learning_curve_draws_every_epoch(pyplot):
    """The curve has one point for each loss, counted from 1, and both axes are labelled."""
    show_learning_curve([0.7, 0.4, 0.2])
    (panel,) = pyplot.gcf().axes
    assert panel.lines[0].get_xydata().tolist() == [[1, 0.7], [2, 0.4], [3, 0.2]]
    assert (panel.get_xlabel(), panel.get_ylabel()) == ("epoch", "loss")
