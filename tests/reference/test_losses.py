import math

import numpy as np
import pytest

from reference import BCELoss, BCEWithLogitsLoss, MSELoss
from reference.finite_differences import numerical_gradient

LOSSES = [MSELoss, BCELoss, BCEWithLogitsLoss]


def sigmoid(z):
    """The logistic sigmoid of one number."""
    return 1 / (1 + math.exp(-z))


def pairs(predictions, targets):
    """Each prediction with its target."""
    return list(zip(predictions.ravel().tolist(), targets.ravel().tolist(), strict=True))


def test_mse_computes_its_formulas(rng):
    """The loss and its gradient are those of the docstring."""
    p, t = rng.standard_normal((2, 4, 3))
    loss = MSELoss()
    assert loss.forward(p, t) == pytest.approx(sum((a - b) ** 2 for a, b in pairs(p, t)) / 12, rel=1e-13)
    np.testing.assert_allclose(loss.backward().ravel(), [2 * (a - b) / 12 for a, b in pairs(p, t)], rtol=1e-13)


def test_bce_computes_its_formulas(rng):
    """The loss and its gradient are those of the docstring."""
    p, t = rng.random((2, 4, 3))
    loss = BCELoss()
    desired = sum(-b * math.log(a) - (1 - b) * math.log(1 - a) for a, b in pairs(p, t)) / 12
    assert loss.forward(p, t) == pytest.approx(desired, rel=1e-13)
    gradient = [(a - b) / (a * (1 - a)) / 12 for a, b in pairs(p, t)]
    np.testing.assert_allclose(loss.backward().ravel(), gradient, rtol=1e-12)


def test_bce_with_logits_computes_its_formulas(rng):
    """The loss, its finite form and its gradient are those of the docstring."""
    z, t = rng.normal(0.0, 3.0, (4, 3)), rng.random((4, 3))
    loss = BCEWithLogitsLoss()
    value = loss.forward(z, t)
    plain = sum(-b * math.log(sigmoid(a)) - (1 - b) * math.log(1 - sigmoid(a)) for a, b in pairs(z, t)) / 12
    finite = sum(max(a, 0) - b * a + math.log(1 + math.exp(-abs(a))) for a, b in pairs(z, t)) / 12
    assert value == pytest.approx(plain, rel=1e-12)
    assert value == pytest.approx(finite, rel=1e-13)
    np.testing.assert_allclose(loss.backward().ravel(), [(sigmoid(a) - b) / 12 for a, b in pairs(z, t)], rtol=1e-12)


@pytest.mark.parametrize("loss_type", LOSSES)
def test_losses_agree_with_central_differences(loss_type, rng):
    """The gradient belongs to the loss."""
    loss = loss_type()
    predictions, targets = rng.uniform(0.1, 0.9, (2, 5, 2))
    loss.forward(predictions, targets)
    gradient = loss.backward()
    np.testing.assert_allclose(
        gradient, numerical_gradient(lambda values: loss.forward(values, targets), predictions), rtol=1e-7, atol=1e-9
    )


@pytest.mark.parametrize("loss_type", LOSSES)
def test_losses_return_a_float_and_change_no_argument(loss_type, rng):
    """The loss is a plain float; predictions and targets are as they were."""
    loss = loss_type()
    predictions, targets = rng.uniform(0.1, 0.9, (2, 5, 2))
    before = predictions.copy(), targets.copy()
    assert type(loss.forward(predictions, targets)) is float
    loss.backward()
    np.testing.assert_array_equal((predictions, targets), before)


@pytest.mark.parametrize("loss_type", LOSSES)
def test_losses_refuse_different_shapes(loss_type):
    """A column against a row would broadcast quietly, so it is an error."""
    with pytest.raises(ValueError, match=r"^predictions have shape \(3, 1\) but targets have shape \(3,\)$"):
        loss_type().forward(np.full((3, 1), 0.5), np.ones(3))


def test_bce_is_finite_for_certain_probabilities():
    """Probabilities of exactly 0 and 1 count with a logarithm of -100, and give no warning."""
    loss = BCELoss()
    predictions = np.array([[0.0], [1.0], [0.0], [1.0]])
    targets = np.array([[0.0], [1.0], [1.0], [0.0]])
    with np.errstate(over="raise", invalid="raise"):
        assert loss.forward(predictions, targets) == 50.0
        gradient = loss.backward()
    np.testing.assert_allclose(gradient.ravel(), [0.0, 0.0, -2.5e11, 2.5e11])


@pytest.mark.parametrize("size", [1e3, 1e4])
def test_bce_with_logits_is_finite_for_huge_logits(size):
    """Logits of a thousand or ten thousand give neither a warning nor a nan, and the right loss."""
    loss = BCEWithLogitsLoss()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value = loss.forward(np.array([[size], [-size], [size], [-size]]), np.array([[1.0], [0.0], [0.0], [1.0]]))
        gradient = loss.backward()
    assert value == size / 2
    np.testing.assert_array_equal(gradient.ravel(), [0.0, 0.0, 0.25, -0.25])
