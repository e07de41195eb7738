"""Writes PyTorch's results to tests/reference/recorded.npz, for tests without it: `python tests/oracle/record.py`.

An array is named by case and role, such as ``sigmoid/outputs``; inputs are kept beside the results.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

FILE = Path(__file__).parents[1] / "reference" / "recorded.npz"
Arrays = dict[str, np.ndarray]
ADAM = {"betas": (0.8, 0.95), "eps": 1e-3}


def through(function: Callable, rng: np.random.Generator, **arrays: np.ndarray) -> Arrays:
    """Return arrays, the outputs of a function of them, an upstream gradient, and the gradient for each array."""
    tensors = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    outputs = function(*tensors.values())
    upstream = rng.standard_normal(tuple(outputs.shape))
    outputs.backward(torch.tensor(upstream))
    found = {f"grad_{name}": tensor.grad.numpy() for name, tensor in tensors.items()}
    return {**arrays, "outputs": outputs.detach().numpy(), "grad_output": upstream, **found}


def loss(function: Callable, predictions: np.ndarray, targets: np.ndarray) -> Arrays:
    """Return predictions and targets, the loss, and the gradient for the predictions."""
    tensor = torch.tensor(predictions, requires_grad=True)
    value = function(tensor, torch.tensor(targets))
    value.backward()
    return {"predictions": predictions, "targets": targets, "loss": value.detach().numpy(), "grad": tensor.grad.numpy()}


def trajectory(make: Callable, start: np.ndarray, gradients: np.ndarray) -> Arrays:
    """Return the values after 50, 100, 150 and 200 steps."""
    tensor = torch.tensor(start, requires_grad=True)
    optimizer, values = make([tensor]), []
    for gradient in gradients:
        tensor.grad = torch.tensor(gradient)
        optimizer.step()
        values.append(tensor.detach().numpy().copy())
    return {"start": start, "gradients": gradients, "values": np.array(values[49::50])}


def cases() -> dict[str, Arrays]:
    """Return every case by name."""
    rng = np.random.default_rng(2024)
    inputs = rng.normal(0.0, 3.0, (4, 3))
    found = {
        "sigmoid": through(torch.sigmoid, rng, inputs=inputs),
        "tanh": through(torch.tanh, rng, inputs=inputs),
        "relu": through(torch.relu, rng, inputs=inputs),
        "leaky_relu": through(lambda x: functional.leaky_relu(x, 0.2), rng, inputs=inputs),
        "linear": through(
            lambda x, weight, bias: x @ weight + bias, rng,
            inputs=inputs, weight=rng.standard_normal((3, 5)), bias=rng.standard_normal(5),
        ),
    }  # fmt: skip
    for stride, padding in ((1, 0), (2, 1), (3, 2)):
        found[f"conv1d-{stride}-{padding}"] = through(
            lambda x, weight, bias, s=stride, p=padding: functional.conv1d(x, weight, bias, s, p), rng,
            inputs=rng.standard_normal((2, 3, 10)), weight=rng.standard_normal((4, 3, 3)), bias=rng.standard_normal(4),
        )  # fmt: skip
    targets = rng.integers(0, 2, (4, 3)).astype(float)
    probabilities = rng.random((4, 3))
    probabilities[0] = 0.0, 1.0, 1.0
    found["mse"] = loss(functional.mse_loss, inputs, targets)
    found["bce"] = loss(functional.binary_cross_entropy, probabilities, targets)
    found["bce_with_logits"] = loss(functional.binary_cross_entropy_with_logits, 100 * inputs, targets)
    start, gradients = rng.standard_normal((2, 2)), rng.standard_normal((200, 2, 2))
    optimizers = {
        "sgd": lambda p: torch.optim.SGD(p, 0.01),
        "momentum": lambda p: torch.optim.SGD(p, 0.01, momentum=0.9),
        "adagrad": lambda p: torch.optim.Adagrad(p, 0.01, eps=1e-3),
        "adam": lambda p: torch.optim.Adam(p, 0.01, **ADAM),
        "adam-weight_decay": lambda p: torch.optim.Adam(p, 0.01, **ADAM, weight_decay=0.1),
        "adam-amsgrad": lambda p: torch.optim.Adam(p, 0.01, **ADAM, amsgrad=True),
        "adam-maximize": lambda p: torch.optim.Adam(p, 0.01, **ADAM, maximize=True),
    }
    return found | {name: trajectory(make, start, gradients) for name, make in optimizers.items()}


def main() -> None:
    """Write the file."""
    torch.set_default_dtype(torch.float64)
    np.savez_compressed(
        FILE, **{f"{case}/{role}": array for case, roles in cases().items() for role, array in roles.items()}
    )


if __name__ == "__main__":
    main()
