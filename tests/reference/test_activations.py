import math

import numpy as np
import pytest

from reference import Identity, LeakyReLU, ReLU, Sigmoid, Tanh

FORMULAS = {
    "sigmoid": (Sigmoid(), lambda x: 1 / (1 + math.exp(-x)), lambda x, y: y * (1 - y)),
    "tanh": (
        Tanh(),
        lambda x: (math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x)),
        lambda x, y: 1 - y**2,
    ),
    "relu": (ReLU(), lambda x: max(x, 0), lambda x, y: 1 if x > 0 else 0),
    "leaky relu": (LeakyReLU(), lambda x: x if x > 0 else 0.01 * x, lambda x, y: 1 if x > 0 else 0.01),
    "leaky relu 0.2": (LeakyReLU(slope=0.2), lambda x: x if x > 0 else 0.2 * x, lambda x, y: 1 if x > 0 else 0.2),
    "identity": (Identity(), lambda x: x, lambda x, y: 1),
}


@pytest.fixture(params=list(FORMULAS))
def activation(request):
    """One activation with the formula and the derivative of its docstring, in plain Python."""
    return FORMULAS[request.param]


def test_forward_computes_the_formula_of_the_docstring(activation, rng):
    """Every element is what the formula gives for it."""
    layer, formula, _ = activation
    inputs = rng.normal(0.0, 3.0, (7, 5))
    desired = np.vectorize(formula, otypes=[float])(inputs)
    np.testing.assert_allclose(layer.forward(inputs), desired, rtol=1e-12)


def test_backward_computes_the_derivative_of_the_docstring(activation, rng):
    """Every element is the upstream gradient times what the derivative gives for it."""
    layer, formula, derivative = activation
    inputs, grad_output = rng.normal(0.0, 3.0, (2, 7, 5))
    slope = np.vectorize(lambda x: derivative(x, formula(x)), otypes=[float])(inputs)
    layer.forward(inputs)
    np.testing.assert_allclose(layer.backward(grad_output), grad_output * slope, rtol=1e-11, atol=1e-15)


def test_backward_agrees_with_central_differences(activation, rng, check_layer):
    """The derivative belongs to the forward values."""
    check_layer(activation[0], rng.normal(0.0, 2.0, (4, 3)))


@pytest.mark.parametrize("size", [1e3, 1e4])
def test_activations_are_finite_for_huge_inputs(activation, size):
    """Inputs of a thousand or ten thousand give neither a warning nor a nan."""
    layer = activation[0]
    inputs = np.array([[-size, size, 0.0]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        outputs = layer.forward(inputs)
        grad = layer.backward(np.ones_like(inputs))
    assert np.isfinite(outputs).all()
    assert np.isfinite(grad).all()


def test_activations_change_no_argument(activation, rng):
    """The inputs and the upstream gradient are as they were."""
    inputs, grad_output = rng.standard_normal((2, 3, 4))
    before = inputs.copy(), grad_output.copy()
    activation[0].forward(inputs)
    activation[0].backward(grad_output)
    np.testing.assert_array_equal((inputs, grad_output), before)


def test_relu_at_zero_has_a_derivative_between_zero_and_one():
    """The kink is given a value that the docstring allows."""
    layer = ReLU()
    layer.forward(np.zeros((1, 1)))
    assert 0 <= layer.backward(np.ones((1, 1))).item() <= 1
