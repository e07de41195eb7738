import math

import numpy as np
import pytest
from scipy.optimize import check_grad

from reference.components import (
    Linear,
    Net,
    ReLU,
    Sigmoid,
    bce_loss,
    bce_loss_grad,
    f,
    f_grad,
    fit,
    fn,
    load_digits,
    optimize_f,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
)
from reference.components.one_layer import b, w
from reference.finite_differences import numerical_gradient


def test_f_and_its_gradient_compute_their_formulas():
    """The surface and its two derivatives are those of the docstrings."""
    x, y = 0.7, -1.3
    assert f(x, y) == x**2 + y**2 + x * (y + 2) + math.cos(3 * x)
    assert f_grad(x, y) == (2 * x + y + 2 - 3 * math.sin(3 * x), 2 * y + x)
    gradient = numerical_gradient(lambda p: f(p[0], p[1]), np.array([x, y]))
    np.testing.assert_allclose(f_grad(x, y), gradient, rtol=1e-8)


def test_optimize_f_reaches_the_published_minimum():
    """Step 0.2, 10 steps, decay 0.8 from (3, 2) end at about -2.16."""
    x, y, value, x_hist, y_hist = optimize_f(3.0, 2.0, step_size=0.2, steps=10, decay=0.8)
    assert value == pytest.approx(-2.16, abs=0.01)
    assert value == f(x, y)
    assert (x_hist[0], y_hist[0], x_hist[-1], y_hist[-1], len(x_hist)) == (3.0, 2.0, x, y, 11)


def test_optimize_f_shrinks_its_steps():
    """The second step is taken with the decayed size."""
    _, _, _, x_hist, y_hist = optimize_f(3.0, 2.0, step_size=0.1, steps=2, decay=0.5)
    grad_x, grad_y = f_grad(x_hist[1], y_hist[1])
    assert x_hist[2] == pytest.approx(x_hist[1] - 0.05 * grad_x)
    assert y_hist[2] == pytest.approx(y_hist[1] - 0.05 * grad_y)


def test_functions_compute_their_formulas(rng):
    """Each function is the formula of its docstring, element by element."""
    x = rng.normal(0.0, 2.0, 9)
    s = np.array([1 / (1 + math.exp(-value)) for value in x])
    np.testing.assert_allclose(sigmoid(x), s, rtol=1e-13)
    np.testing.assert_allclose(sigmoid_grad(x), s * (1 - s), rtol=1e-12)
    assert relu(x).tolist() == [max(value, 0.0) for value in x]
    assert relu_grad(x).tolist() == [1.0 if value > 0 else 0.0 for value in x]
    y = rng.integers(0, 2, 9)
    desired = [-t * math.log(p) - (1 - t) * math.log(1 - p) for t, p in zip(y, s, strict=True)]
    np.testing.assert_allclose(bce_loss(y, s), desired, rtol=1e-12)
    np.testing.assert_allclose(bce_loss_grad(y, s), (s - y) / (s * (1 - s)), rtol=1e-12)
    np.testing.assert_allclose(
        bce_loss_grad(y, s), numerical_gradient(lambda p: float(bce_loss(y, p).sum()), s), rtol=1e-6
    )


@pytest.mark.parametrize("x", [3, True, [0, 1, -2], np.array([True, False])])
def test_activations_welcome_integers_and_booleans(x):
    """Whole numbers and truth values are taken as floats."""
    np.testing.assert_allclose(sigmoid(x), 1 / (1 + np.exp(-np.asarray(x, dtype=float))))
    np.testing.assert_array_equal(relu(x), np.maximum(np.asarray(x, dtype=float), 0.0))
    assert np.asarray(relu_grad(x)).dtype == np.float64


def test_fn_computes_its_formula_and_gradient(rng):
    """The loss is that of the model, and the gradient belongs to it."""
    for y in (0.0, 1.0):
        x = rng.standard_normal(4)
        y_hat = 1 / (1 + math.exp(-(x @ w + b)))
        loss, grad_x = fn(x, y)
        assert loss == pytest.approx(-y * math.log(y_hat) - (1 - y) * math.log(1 - y_hat))
        np.testing.assert_allclose(grad_x, (y_hat - y) * w, rtol=1e-12)
        assert check_grad(lambda p, y=y: fn(p, y)[0], lambda p, y=y: fn(p, y)[1], x) < 1e-5


def test_linear_computes_its_formulas(rng):
    """Outputs and summed gradients are those of the docstring; step moves against the gradient."""
    layer = Linear(3, 2, rng)
    x, dy = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    np.testing.assert_allclose(layer.forward(x), np.einsum("bi,io->bo", x, layer.W) + layer.b, rtol=1e-12)
    np.testing.assert_allclose(layer.backward(x, dy), np.einsum("bo,io->bi", dy, layer.W), rtol=1e-12)
    np.testing.assert_allclose(layer.dW, np.einsum("bi,bo->io", x, dy), rtol=1e-12)
    np.testing.assert_allclose(layer.db, np.einsum("bo->o", dy), rtol=1e-12)
    desired = layer.W - 0.1 * layer.dW, layer.b - 0.1 * layer.db
    layer.step(0.1)
    np.testing.assert_array_equal(layer.W, desired[0])
    np.testing.assert_array_equal(layer.b, desired[1])


def test_linear_starts_within_its_bound():
    """The weights are uniform within sqrt(6 / (n_in + n_out)), the bias zero."""
    layer = Linear(40, 20, np.random.default_rng(0))
    largest = np.abs(layer.W).max()
    assert 0.95 * math.sqrt(0.1) < largest <= math.sqrt(0.1)
    assert not layer.b.any()


@pytest.mark.parametrize("layer", [Sigmoid(), ReLU()])
def test_activation_layers_have_right_gradients(layer, rng):
    """Backward belongs to forward; step does nothing."""
    x, dy = rng.standard_normal((2, 4, 3))
    gradient = numerical_gradient(lambda values: float(np.sum(dy * layer.forward(values))), x)
    np.testing.assert_allclose(layer.backward(x, dy), gradient, rtol=1e-7, atol=1e-9)
    layer.step(0.1)


def test_net_gradient_agrees_with_central_differences(rng):
    """Through all layers, the gradients of inputs and weights are right."""
    net = Net([Linear(4, 3, rng), ReLU(), Linear(3, 1, rng), Sigmoid()])
    x, y = rng.standard_normal((6, 4)), rng.integers(0, 2, (6, 1)).astype(float)

    def loss(values):
        return float(np.sum(bce_loss(y, net.forward(values))))

    gradient = numerical_gradient(loss, x)
    grad_x = net.backward(bce_loss_grad(y, net.forward(x)))
    np.testing.assert_allclose(grad_x, gradient, rtol=1e-6, atol=1e-8)


def test_fit_drops_a_partial_batch():
    """With five samples and batches of two, the fifth is not used: changing it changes nothing."""
    histories = []
    for last in (0.0, 100.0):
        x, y = np.array([[0.1], [0.9], [0.3], [0.7], [last]]), np.array([[0.0], [1.0], [0.0], [1.0], [1.0]])
        histories.append(fit(Net([Linear(1, 1, np.random.default_rng(0)), Sigmoid()]), x, y, 3, 0.5, 2))
    assert histories[0] == histories[1]
    assert len(histories[0][0]) == len(histories[0][1]) == 3


def test_load_digits_follows_the_recipe():
    """1797 samples, halved, standardised over all pixels, about half of them below 5."""
    digits = load_digits()
    assert digits.x_train.shape == (898, 64)
    assert digits.x_test.shape == (899, 64)
    x, y = np.vstack([digits.x_train, digits.x_test]), np.vstack([digits.y_train, digits.y_test])
    assert abs(x.mean()) < 1e-12
    assert x.std() == pytest.approx(1.0)
    assert (int(y.sum()), y.shape) == (901, (1797, 1))


def test_published_digits_come_out():
    """64-32-1 with step 0.01 and batches of 15: the published losses and accuracies to four digits."""
    from reference.experiments.digits import build
    from reference.experiments.published import DIGITS

    digits = load_digits()
    net = build(DIGITS[0], np.random.default_rng(12345))
    losses, accuracies = fit(net, digits.x_train, digits.y_train, 20, 0.01, 15)
    assert (round(losses[0], 4), round(accuracies[0], 4)) == (0.4412, 0.7944)
    assert (round(losses[-1], 4), round(accuracies[-1], 4)) == (0.0135, 1.0)
    y, y_hat = digits.y_test[:885], net.forward(digits.x_test[:885])
    assert np.mean(bce_loss(y, y_hat)) == pytest.approx(0.0740, abs=5e-5)
    assert np.mean((y_hat > 0.5) == (y > 0.5)) == pytest.approx(0.97, abs=0.005)
