import math

import numpy as np
import pytest

from reference import SGD, AdaGrad, Adam, Momentum, Parameter

START = 0.7


def gradient(step, value):
    """Some gradient that depends on the step and on the value."""
    return math.sin(3.0 * step) + value


def by_sgd(steps, rate=0.05):
    """The formula of SGD on one number."""
    w = START
    for k in range(1, steps + 1):
        w = w - rate * gradient(k, w)
    return w


def by_momentum(steps, rate=0.05, momentum=0.8):
    """The formula of Momentum on one number."""
    w, v = START, 0.0
    for k in range(1, steps + 1):
        v = momentum * v + gradient(k, w)
        w = w - rate * v
    return w


def by_adagrad(steps, rate=0.05, epsilon=1e-2):
    """The formula of AdaGrad on one number."""
    w, s = START, 0.0
    for k in range(1, steps + 1):
        g = gradient(k, w)
        s = s + g**2
        w = w - rate * g / (math.sqrt(s) + epsilon)
    return w


def by_adam(steps, rate=0.05, betas=(0.8, 0.9), epsilon=1e-2, weight_decay=0.0, amsgrad=False, maximize=False):
    """The formula of Adam on one number."""
    w, m, v, u = START, 0.0, 0.0, 0.0
    for k in range(1, steps + 1):
        g = gradient(k, w)
        g = (-g if maximize else g) + weight_decay * w
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        u = max(u, v) if amsgrad else v
        w = w - rate * (m / (1 - betas[0] ** k)) / (math.sqrt(u / (1 - betas[1] ** k)) + epsilon)
    return w


def run(optimizer, parameter, steps):
    """Take steps with the gradients of this file."""
    for k in range(1, steps + 1):
        parameter.grad = np.vectorize(lambda value, k=k: gradient(k, value))(parameter.value)
        optimizer.step()
    return parameter.value


@pytest.fixture
def parameter():
    """Two equal numbers in a row."""
    return Parameter(np.full((1, 2), START))


def test_sgd_computes_its_formula(parameter):
    """After thirty steps the value is what the formula gives."""
    np.testing.assert_allclose(run(SGD([parameter], 0.05), parameter, 30), by_sgd(30), rtol=1e-12)


def test_momentum_computes_its_formula(parameter):
    """After thirty steps the value is what the formula gives."""
    optimizer = Momentum([parameter], 0.05, momentum=0.8)
    np.testing.assert_allclose(run(optimizer, parameter, 30), by_momentum(30), rtol=1e-12)


def test_adagrad_computes_its_formula(parameter):
    """After thirty steps the value is what the formula gives."""
    optimizer = AdaGrad([parameter], 0.05, epsilon=1e-2)
    np.testing.assert_allclose(run(optimizer, parameter, 30), by_adagrad(30), rtol=1e-12)


@pytest.mark.parametrize("maximize", [False, True])
@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
def test_adam_computes_its_formula(parameter, weight_decay, amsgrad, maximize):
    """After thirty steps the value is what the formula gives, with every option."""
    options = {"weight_decay": weight_decay, "amsgrad": amsgrad, "maximize": maximize}
    optimizer = Adam([parameter], 0.05, betas=(0.8, 0.9), epsilon=1e-2, **options)
    np.testing.assert_allclose(run(optimizer, parameter, 30), by_adam(30, **options), rtol=1e-12)


def test_adam_options_all_matter(parameter):
    """Each option of Adam leads elsewhere, so the tests above tell them apart."""
    ends = {by_adam(30, weight_decay=w, amsgrad=a, maximize=m) for w in (0, 0.3) for a in (0, 1) for m in (0, 1)}
    assert len(ends) == 8


@pytest.mark.parametrize("optimizer_type", [SGD, Momentum, AdaGrad, Adam])
def test_optimizers_take_a_generator_and_zero_gradients(optimizer_type):
    """Parameters may come from a generator; zero_grad sets every gradient to zeros of the value's shape."""
    parameters = [Parameter(np.ones((2, 3))), Parameter(np.ones(3))]
    optimizer = optimizer_type((parameter for parameter in parameters), 0.1)
    for parameter in parameters:
        parameter.grad = np.ones_like(parameter.value)
    optimizer.step()
    assert all((parameter.value < 1).all() for parameter in parameters)
    optimizer.zero_grad()
    for parameter in parameters:
        np.testing.assert_array_equal(parameter.grad, np.zeros_like(parameter.value))


@pytest.mark.parametrize("optimizer_type", [SGD, Momentum, AdaGrad, Adam])
def test_optimizers_do_not_write_into_arrays(optimizer_type, parameter):
    """An array that was assigned as a value or gradient is as it was after a step."""
    value, grad = np.ones((1, 2)), np.ones((1, 2))
    optimizer = optimizer_type([parameter], 0.1)
    parameter.value, parameter.grad = value, grad
    optimizer.step()
    optimizer.step()
    assert value.tolist() == grad.tolist() == [[1.0, 1.0]]
