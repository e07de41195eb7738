"""The answer key against values that PyTorch computed; tests/oracle/record.py wrote them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import reference
from reference import Parameter

FILE = Path(__file__).with_name("recorded.npz")
ADAM = {"betas": (0.8, 0.95), "epsilon": 1e-3}


@pytest.fixture(scope="module")
def recorded():
    """Every recorded case: a dictionary of its arrays by role."""
    cases = {}
    with np.load(FILE) as archive:
        for name in archive:
            case, role = name.split("/")
            cases.setdefault(case, {})[role] = archive[name]
    return cases


def close(actual, desired):
    """Equal to 1e-10 relative."""
    np.testing.assert_allclose(actual, desired, rtol=1e-10, atol=1e-13 * np.abs(desired).max())


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("sigmoid", reference.Sigmoid()),
        ("tanh", reference.Tanh()),
        ("relu", reference.ReLU()),
        ("leaky_relu", reference.LeakyReLU(0.2)),
        ("linear", reference.Linear(3, 5)),
        ("conv1d-1-0", reference.Conv1d(3, 4, 3)),
        ("conv1d-2-1", reference.Conv1d(3, 4, 3, stride=2, padding=1)),
        ("conv1d-3-2", reference.Conv1d(3, 4, 3, stride=3, padding=2)),
    ],
)
def test_layers_compute_the_recorded_values(recorded, name, layer):
    """Outputs and all gradients are those that PyTorch computed."""
    case = recorded[name]
    if "weight" in case:
        layer.weight.value, layer.bias.value = case["weight"], case["bias"]
    close(layer.forward(case["inputs"]), case["outputs"])
    close(layer.backward(case["grad_output"]), case["grad_inputs"])
    if "weight" in case:
        close(layer.weight.grad, case["grad_weight"])
        close(layer.bias.grad, case["grad_bias"])


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("mse", reference.MSELoss()),
        ("bce", reference.BCELoss()),
        ("bce_with_logits", reference.BCEWithLogitsLoss()),
    ],
)
def test_losses_compute_the_recorded_values(recorded, name, loss):
    """The loss and its gradient are those that PyTorch computed, at the extremes, too."""
    case = recorded[name]
    close(loss.forward(case["predictions"], case["targets"]), case["loss"])
    close(loss.backward(), case["grad"])


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("sgd", lambda p: reference.SGD(p, 0.01)),
        ("momentum", lambda p: reference.Momentum(p, 0.01)),
        ("adagrad", lambda p: reference.AdaGrad(p, 0.01, epsilon=1e-3)),
        ("adam", lambda p: reference.Adam(p, 0.01, **ADAM)),
        ("adam-weight_decay", lambda p: reference.Adam(p, 0.01, **ADAM, weight_decay=0.1)),
        ("adam-amsgrad", lambda p: reference.Adam(p, 0.01, **ADAM, amsgrad=True)),
        ("adam-maximize", lambda p: reference.Adam(p, 0.01, **ADAM, maximize=True)),
    ],
)
def test_optimizers_compute_the_recorded_values(recorded, name, make):
    """After 50, 100, 150 and 200 steps the values are those that PyTorch had."""
    case = recorded[name]
    parameter = Parameter(case["start"])
    optimizer, values = make([parameter]), []
    for gradient in case["gradients"]:
        parameter.grad = gradient
        optimizer.step()
        values.append(parameter.value)
    close(np.array(values[49::50]), case["values"])
