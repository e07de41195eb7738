"""The twelve claims of the benchmark, as checks."""

import numpy as np
import pytest

from grader.checks import StudentFault, Why, expect_close
from grader.wire.values import Generator


def drawn(rng):
    """Return inputs, an upstream gradient and targets, each (40, 5)."""
    return rng.standard_normal((3, 40, 5))


def a_linear_layer(student, rng):
    """Return a layer with random values, its inputs, the upstream gradient, and the result of backward."""
    inputs, grad, _ = drawn(rng)
    layer = student.Linear(5, 3, Generator(3))
    weight, bias = rng.standard_normal((5, 3)), rng.standard_normal(3)
    layer.weight, layer.bias = weight, bias
    outputs = layer.forward(inputs)
    back = layer.backward(grad[:, :3])
    return layer, inputs, grad[:, :3], weight, bias, outputs, back


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_sigmoid_values(student, rng):
    """Sigmoid: values."""
    inputs, _, _ = drawn(rng)
    expect_close(student.Sigmoid().forward(inputs), 1 / (1 + np.exp(-inputs)), what="`Sigmoid().forward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_sigmoid_gradient(student, rng):
    """Sigmoid: gradient."""
    inputs, grad, _ = drawn(rng)
    layer, values = student.Sigmoid(), 1 / (1 + np.exp(-inputs))
    layer.forward(inputs)
    expect_close(layer.backward(grad), grad * values * (1 - values), what="`Sigmoid().backward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_tanh_values(student, rng):
    """Tanh: values."""
    inputs, _, _ = drawn(rng)
    expect_close(student.Tanh().forward(inputs), np.tanh(inputs), what="`Tanh().forward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_tanh_gradient(student, rng):
    """Tanh: gradient."""
    inputs, grad, _ = drawn(rng)
    layer = student.Tanh()
    layer.forward(inputs)
    expect_close(layer.backward(grad), grad / np.cosh(inputs) ** 2, what="`Tanh().backward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_linear_values(student, rng):
    """Linear: values."""
    _, inputs, _, weight, bias, outputs, _ = a_linear_layer(student, rng)
    expect_close(outputs, inputs @ weight + bias, what="`Linear.forward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_linear_inputs_gradient(student, rng):
    """Linear: gradient for the inputs."""
    _, _, grad, weight, _, _, back = a_linear_layer(student, rng)
    expect_close(back, grad @ weight.T, what="`Linear.backward`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_linear_weight_gradient(student, rng):
    """Linear: gradient for the weight."""
    layer, inputs, grad, *_ = a_linear_layer(student, rng)
    expect_close(layer.grad_weight, inputs.T @ grad, what="`grad_weight`")


@pytest.mark.points(1)
@pytest.mark.task("1")
def check_linear_bias_gradient(student, rng):
    """Linear: gradient for the bias."""
    layer, _, grad, *_ = a_linear_layer(student, rng)
    expect_close(layer.grad_bias, grad.sum(axis=0), what="`grad_bias`")


@pytest.mark.points(1)
@pytest.mark.task("2")
def check_mse_value(student, rng):
    """Mean squared error: value."""
    predictions, targets, _ = drawn(rng)
    expect_close(student.mse(predictions, targets)[0], np.mean((predictions - targets) ** 2), what="the first of `mse`")


@pytest.mark.points(1)
@pytest.mark.task("2")
def check_mse_gradient(student, rng):
    """Mean squared error: gradient."""
    predictions, targets, _ = drawn(rng)
    desired = 2 * (predictions - targets) / predictions.size
    expect_close(student.mse(predictions, targets)[1], desired, what="the second of `mse`")


@pytest.mark.points(1)
@pytest.mark.task("2")
def check_gradient_step(student, rng):
    """A step goes down the gradient."""
    layer, inputs, grad, weight, *_ = a_linear_layer(student, rng)
    student.step(layer, 0.1)
    expect_close(layer.weight, weight - 0.1 * inputs.T @ grad, what="`weight` after a step")


@pytest.mark.points(1)
@pytest.mark.task("3")
def check_training(student):
    """The network in the notebook has learnt XOR."""
    losses = [float(loss) for loss in student.list(student.losses, "`losses`", 10_000)]
    expect_close(student.predictions, np.array([[0.0]] * 11 + [[1.0]] * 10), what="`predictions`")
    if not losses[-1] < losses[0]:
        raise StudentFault(Why.WRONG, "The loss did not fall.")
