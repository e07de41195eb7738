"""Measures the speed of the answer key as ratios within one run: ``python -m benchmarks.reference_speed``.

The comparison with PyTorch needs PyTorch; without it, it is reported as left out.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

# One thread for everything; this must be set before NumPy is imported.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402

from reference import SGD, BCELoss, Conv1d, Sequential, build_network, generate_XOR_easy, train  # noqa: E402
from reference.experiments.published import HIDDEN_UNITS, RATES  # noqa: E402
from reference.experiments.stacked import stacked_network, update_logits  # noqa: E402
from reference.experiments.stacked_optimizers import StackedSGD  # noqa: E402
from reference.losses import BCEWithLogitsLoss  # noqa: E402

SEEDS = 20


def seconds(work: Callable[[], object], least: float = 0.3, repeats: int = 5) -> float:
    """Return the shortest mean time of a call, over repeats of at least ``least`` seconds each."""
    calls, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < least:
        work()
        calls += 1
    times = [passed / calls]
    for _ in range(repeats - 1):
        began = time.perf_counter()
        for _ in range(calls):
            work()
        times.append((time.perf_counter() - began) / calls)
    return min(times)


def grid_ratio() -> tuple[float, float]:
    """Return the seconds for one epoch of XOR on a whole grid (30 cells, 20 seeds): one after another, and all at once."""
    inputs, targets = generate_XOR_easy()
    one_by_one, stacked = 0.0, 0.0
    for units in HIDDEN_UNITS:
        rng = np.random.default_rng(0)
        network = Sequential(build_network(2, units, 1, rng=rng).layers[:-1])
        optimizer, loss = SGD(network.parameters(), 0.01), BCEWithLogitsLoss()
        alone = seconds(partial(train, network, loss, optimizer, inputs, targets, 1, 1), least=0.1)
        one_by_one += len(RATES) * SEEDS * alone
        stack = stacked_network(len(RATES) * SEEDS, (2, units, units, 1), "sigmoid", rng)
        rates = np.repeat(RATES, SEEDS)[:, np.newaxis, np.newaxis]
        together = StackedSGD(stack.parameters(), rates)
        stacked += seconds(partial(_stacked_epoch, stack, together, inputs, targets), least=0.1)
    return one_by_one, stacked


def _stacked_epoch(network: Sequential, optimizer: StackedSGD, inputs: np.ndarray, targets: np.ndarray) -> None:
    for index in range(len(inputs)):
        update_logits(network, optimizer, inputs[index : index + 1], targets[index : index + 1])


def convolution_ratio() -> tuple[float, float]:
    """Return the seconds for forward and backward of a batch: with plain loops as students write them, and with Conv1d."""
    rng = np.random.default_rng(0)
    layer = Conv1d(3, 8, 5, stride=1, padding=2, rng=rng)
    inputs = rng.standard_normal((16, 3, 40))
    grad_output = rng.standard_normal(layer.forward(inputs).shape)

    def ours() -> None:
        layer.forward(inputs)
        layer.backward(grad_output)

    return seconds(lambda: _by_loops(layer, inputs, grad_output)), seconds(ours)


def _by_loops(layer: Conv1d, inputs: np.ndarray, grad_output: np.ndarray) -> None:
    weight, bias = layer.weight.value, layer.bias.value
    padded = np.pad(inputs, ((0, 0), (0, 0), (layer.padding, layer.padding)))
    outputs, grad_padded, grad_weight = np.zeros_like(grad_output), np.zeros_like(padded), np.zeros_like(weight)
    for sample in range(len(inputs)):
        for kernel in range(len(weight)):
            for position in range(grad_output.shape[2]):
                window = slice(position * layer.stride, position * layer.stride + weight.shape[2])
                outputs[sample, kernel, position] = np.sum(padded[sample, :, window] * weight[kernel]) + bias[kernel]
                upstream = grad_output[sample, kernel, position]
                grad_weight[kernel] += upstream * padded[sample, :, window]
                grad_padded[sample, :, window] += upstream * weight[kernel]


def training_step_ratio() -> tuple[float, float] | None:
    """Return the seconds for a training step of the exercise's network: with PyTorch, and with the answer key."""
    if importlib.util.find_spec("torch") is None:
        return None
    import torch  # type: ignore[import-not-found, unused-ignore]

    torch.set_num_threads(1)
    inputs, targets = generate_XOR_easy()
    network = build_network(2, 16, 1, rng=np.random.default_rng(0))
    optimizer, loss = SGD(network.parameters(), 0.1), BCELoss()

    def ours() -> None:
        value = loss.forward(network.forward(inputs), targets)
        network.backward(loss.backward())
        optimizer.step()
        assert value > 0

    layers = [torch.nn.Linear(2, 16), torch.nn.Sigmoid(), torch.nn.Linear(16, 16), torch.nn.Sigmoid()]
    module = torch.nn.Sequential(*layers, torch.nn.Linear(16, 1), torch.nn.Sigmoid()).double()
    descent, criterion = torch.optim.SGD(module.parameters(), lr=0.1), torch.nn.BCELoss()
    x, t = torch.tensor(inputs), torch.tensor(targets)

    def theirs() -> None:
        descent.zero_grad()
        criterion(module(x), t).backward()
        descent.step()

    return seconds(theirs), seconds(ours)


def import_ratio() -> tuple[float, float]:
    """Return the seconds to start an interpreter that imports NumPy, and one that imports ``reference``."""
    numpy, ours = (
        partial(subprocess.run, [sys.executable, "-c", f"import {name}"], check=True) for name in ("numpy", "reference")
    )
    return seconds(numpy, least=0.5), seconds(ours, least=0.5)


def main() -> None:
    """Print a line for each comparison."""
    lines = {
        "grid of 600 networks: one after another / all at once": grid_ratio(),
        "Conv1d forward and backward: plain loops / vectorised": convolution_ratio(),
        "training step of two hidden layers: PyTorch / reference": training_step_ratio(),
        "starting with an import: NumPy alone / reference": import_ratio(),
    }
    for label, times in lines.items():
        if times is None:
            print(f"{label}: left out, PyTorch is not installed")
        else:
            print(f"{label}: {times[0] * 1e3:.3f} ms / {times[1] * 1e3:.3f} ms = {times[0] / times[1]:.2f}")


if __name__ == "__main__":
    main()
