"""The twelve claims of the benchmark, as checks."""

import numpy as np
import pytest

from grader.checks import expect_close


def drawn(rng):
    """Return inputs and an upstream gradient, each (40, 5)."""
    return rng.standard_normal((2, 40, 5))


def a_linear_layer(student, rng):
    """Return a layer with drawn values, its inputs, the upstream gradient, its weight and bias."""
    inputs, grad = drawn(rng)
    layer = student.Linear(5, 3)
    weight, bias = rng.standard_normal((5, 3)), rng.standard_normal(3)
    layer.weight.value, layer.bias.value = weight, bias
    return layer, inputs, grad[:, :3], weight, bias


def probabilities(rng):
    """Return predictions between 0 and 1 and targets, each (40, 5)."""
    values, others = drawn(rng)
    return 1 / (1 + np.exp(-values)), (others > 0).astype(np.float64)


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_sigmoid_values(student, rng):
    """Sigmoid: values."""
    inputs, _ = drawn(rng)
    expect_close(student.Sigmoid().forward(inputs), 1 / (1 + np.exp(-inputs)), what="`Sigmoid().forward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_sigmoid_gradient(student, rng):
    """Sigmoid: gradient."""
    inputs, grad = drawn(rng)
    layer, values = student.Sigmoid(), 1 / (1 + np.exp(-inputs))
    layer.forward(inputs)
    expect_close(layer.backward(grad), grad * values * (1 - values), what="`Sigmoid().backward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_tanh_values(student, rng):
    """Tanh: values."""
    inputs, _ = drawn(rng)
    expect_close(student.Tanh().forward(inputs), np.tanh(inputs), what="`Tanh().forward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_tanh_gradient(student, rng):
    """Tanh: gradient."""
    inputs, grad = drawn(rng)
    layer = student.Tanh()
    layer.forward(inputs)
    expect_close(layer.backward(grad), grad / np.cosh(inputs) ** 2, what="`Tanh().backward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_linear_values(student, rng):
    """Linear: values."""
    layer, inputs, _, weight, bias = a_linear_layer(student, rng)
    expect_close(layer.forward(inputs), inputs @ weight + bias, what="`Linear.forward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_linear_inputs_gradient(student, rng):
    """Linear: gradient for the inputs."""
    layer, inputs, grad, weight, _ = a_linear_layer(student, rng)
    layer.forward(inputs)
    expect_close(layer.backward(grad), grad @ weight.T, what="`Linear.backward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_linear_weight_gradient(student, rng):
    """Linear: gradient for the weight."""
    layer, inputs, grad, *_ = a_linear_layer(student, rng)
    layer.forward(inputs)
    layer.backward(grad)
    expect_close(layer.weight.grad, inputs.T @ grad, what="`weight.grad`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_linear_bias_gradient(student, rng):
    """Linear: gradient for the bias."""
    layer, inputs, grad, *_ = a_linear_layer(student, rng)
    layer.forward(inputs)
    layer.backward(grad)
    expect_close(layer.bias.grad, grad.sum(axis=0), what="`bias.grad`")


@pytest.mark.points(1)
@pytest.mark.task("2")
def check_mse_value(student, rng):
    """Mean squared error: value."""
    predictions, targets = probabilities(rng)
    expect_close(
        student.MSELoss().forward(predictions, targets), np.mean((predictions - targets) ** 2), what="`MSELoss`"
    )


@pytest.mark.points(1)
@pytest.mark.task("2")
def check_mse_gradient(student, rng):
    """Mean squared error: gradient."""
    predictions, targets = probabilities(rng)
    loss = student.MSELoss()
    loss.forward(predictions, targets)
    expect_close(loss.backward(), 2 * (predictions - targets) / predictions.size, what="`MSELoss().backward`")


@pytest.mark.points(1)
@pytest.mark.task("2")
def check_bce_value(student, rng):
    """Binary cross-entropy: value."""
    predictions, targets = probabilities(rng)
    desired = -np.mean(targets * np.log(predictions) + (1 - targets) * np.log(1 - predictions))
    expect_close(student.BCELoss().forward(predictions, targets), desired, what="`BCELoss`")


@pytest.mark.points(1)
@pytest.mark.task("2")
def check_gradient_step(student, rng):
    """A step goes down the gradient."""
    layer, inputs, grad, weight, _ = a_linear_layer(student, rng)
    layer.forward(inputs)
    layer.backward(grad)
    student.SGD([layer.weight, layer.bias], 0.1).step()
    expect_close(layer.weight.value, weight - 0.1 * inputs.T @ grad, what="`weight` after a step")
