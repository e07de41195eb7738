"""The answer key against PyTorch, in float64, over drawn shapes; `tox -e oracle` runs this."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import reference
from reference import autograd

pytestmark = pytest.mark.oracle

DRAWN = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SEEDS = st.integers(0, 2**32 - 1)
LENGTHS = st.integers(1, 6)
SHAPES = st.lists(LENGTHS, min_size=1, max_size=4).map(tuple)
# How far from zero inputs may lie.
SPREADS = st.sampled_from([0.1, 1.0, 10.0, 300.0])


def close(actual, desired, scale=0.0):
    """Equal to 1e-10 relative; what is below 1e-13 of the largest entry, or of a scale, is rounding."""
    desired = desired.detach().numpy() if hasattr(desired, "detach") else np.asarray(desired)
    assert np.shape(actual) == desired.shape
    largest = np.abs(desired).max(initial=0.0)
    np.testing.assert_allclose(actual, desired, rtol=1e-10, atol=1e-13 * max(largest, scale))


def leaf(torch, array):
    """A tensor of PyTorch that keeps its gradient."""
    return torch.tensor(array, requires_grad=True)


ACTIVATIONS = {
    "sigmoid": (reference.Sigmoid, "sigmoid"),
    "tanh": (reference.Tanh, "tanh"),
    "relu": (reference.ReLU, "relu"),
    "leaky relu": (lambda: reference.LeakyReLU(0.2), "leaky_relu"),
    "identity": (reference.Identity, "identity"),
}


def by_torch(torch, name, tensor):
    """The activation as PyTorch computes it."""
    functions = {
        "leaky_relu": lambda x: torch.nn.functional.leaky_relu(x, 0.2),
        "identity": torch.nn.Identity(),
    }
    return functions.get(name, getattr(torch, name, None))(tensor)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
@DRAWN
@given(shape=SHAPES, seed=SEEDS, spread=SPREADS)
def test_activations_match_pytorch(torch, name, shape, seed, spread):
    """Forward and backward of every activation."""
    make, function = ACTIVATIONS[name]
    rng = np.random.default_rng(seed)
    inputs, upstream = spread * rng.standard_normal(shape), rng.standard_normal(shape)
    layer, tensor = make(), leaf(torch, inputs)
    outputs = by_torch(torch, function, tensor)
    outputs.backward(torch.tensor(upstream))
    close(layer.forward(inputs), outputs)
    # Where y is nearly 1, both compute 1 - y from a y that is rounded.
    close(layer.backward(upstream), tensor.grad, scale=np.abs(upstream).max())


@DRAWN
@given(batch=LENGTHS, in_features=LENGTHS, out_features=LENGTHS, seed=SEEDS)
def test_linear_matches_pytorch(torch, batch, in_features, out_features, seed):
    """Outputs and the three gradients."""
    rng = np.random.default_rng(seed)
    layer = reference.Linear(in_features, out_features, rng)
    layer.bias.value = rng.standard_normal(out_features)
    inputs, upstream = rng.standard_normal((batch, in_features)), rng.standard_normal((batch, out_features))
    x, weight, bias = (leaf(torch, a) for a in (inputs, layer.weight.value.T.copy(), layer.bias.value))
    outputs = torch.nn.functional.linear(x, weight, bias)
    outputs.backward(torch.tensor(upstream))
    close(layer.forward(inputs), outputs)
    close(layer.backward(upstream), x.grad)
    close(layer.weight.grad, weight.grad.T)
    close(layer.bias.grad, bias.grad)


@DRAWN
@given(data=st.data(), batch=LENGTHS, in_channels=LENGTHS, out_channels=LENGTHS, kernel=LENGTHS, seed=SEEDS)
def test_conv1d_matches_pytorch(torch, data, batch, in_channels, out_channels, kernel, seed):
    """Outputs and the three gradients of both implementations, over stride, padding and channels."""
    stride, padding = data.draw(st.integers(1, 5)), data.draw(st.integers(0, 4))
    length = data.draw(st.integers(max(1, kernel - 2 * padding), kernel + 12))
    rng = np.random.default_rng(seed)
    layer = reference.Conv1d(in_channels, out_channels, kernel, stride, padding, rng)
    layer.bias.value = rng.standard_normal(out_channels)
    inputs = rng.standard_normal((batch, in_channels, length))
    x, weight, bias = (leaf(torch, a) for a in (inputs, layer.weight.value, layer.bias.value))
    outputs = torch.nn.functional.conv1d(x, weight, bias, stride, padding)
    upstream = rng.standard_normal(tuple(outputs.shape))
    outputs.backward(torch.tensor(upstream))
    close(layer.forward(inputs), outputs)
    close(layer.backward(upstream), x.grad)
    close(layer.weight.grad, weight.grad)
    close(layer.bias.grad, bias.grad)
    engine = autograd.Conv1d(in_channels, out_channels, kernel, stride, padding, rng)
    engine.weight.data, engine.bias.data = layer.weight.value, layer.bias.value
    tensor = autograd.Tensor(inputs, requires_grad=True)
    result = engine(tensor)
    result.backward(upstream)
    close(result.data, outputs)
    close(tensor.grad, x.grad)
    close(engine.weight.grad, weight.grad)
    close(engine.bias.grad, bias.grad)


@DRAWN
@given(shape=SHAPES, seed=SEEDS)
def test_flatten_matches_pytorch(torch, shape, seed):
    """Outputs and the gradient."""
    inputs = np.random.default_rng(seed).standard_normal(shape)
    layer = reference.Flatten()
    desired = torch.flatten(torch.tensor(inputs).unsqueeze(-1), 1)
    close(layer.forward(inputs), desired)
    close(layer.backward(desired.numpy()), inputs)


@pytest.mark.parametrize("name", ["mse_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits"])
@DRAWN
@given(shape=SHAPES, seed=SEEDS, spread=SPREADS, certain=st.booleans())
def test_losses_match_pytorch(torch, name, shape, seed, spread, certain):
    """Value and gradient of every loss, with probabilities of exactly 0 and 1 among them, of library and engine."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, 2, shape).astype(float)
    predictions = spread * rng.standard_normal(shape)
    if name == "binary_cross_entropy":
        predictions = np.clip(rng.normal(0.5, 0.5, shape), 0.0, 1.0) if certain else rng.random(shape)
    tensor = leaf(torch, predictions)
    desired = getattr(torch.nn.functional, name)(tensor, torch.tensor(targets))
    desired.backward()
    library, engine = {
        "mse_loss": (reference.MSELoss(), autograd.MSELoss()),
        "binary_cross_entropy": (reference.BCELoss(), None),
        "binary_cross_entropy_with_logits": (reference.BCEWithLogitsLoss(), autograd.BCEWithLogitsLoss()),
    }[name]
    close(library.forward(predictions, targets), desired)
    gradient = library.backward()
    if name == "binary_cross_entropy":
        # At exactly 0 and 1 PyTorch divides by 1e-12 as float32 has it, which is off by 4e-9.
        certain_ones = np.isin(predictions, (0.0, 1.0))
        np.testing.assert_allclose(gradient[certain_ones], tensor.grad.numpy()[certain_ones], rtol=1e-8)
        gradient, tensor.grad = (
            np.where(certain_ones, 0.0, gradient),
            tensor.grad.masked_fill(torch.tensor(certain_ones), 0.0),
        )
    # The gradient is a difference of numbers near 1, of which a much smaller rest may be rounding.
    close(gradient, tensor.grad, scale=1.0 / predictions.size)
    if engine is not None:
        ours = autograd.Tensor(predictions, requires_grad=True)
        value = engine(ours, targets)
        value.backward()
        # The engine has no log1p among its operations: of a loss far below 1 only 1e-16 of that 1 is known.
        close(value.data, desired, scale=1.0)
        close(ours.grad, tensor.grad, scale=1.0 / predictions.size)


OPTIMIZERS = {
    "SGD": [(reference.SGD, "SGD", {}, {})],
    "Momentum": [(reference.Momentum, "SGD", {"momentum": m}, {"momentum": m}) for m in (0.0, 0.5, 0.9)],
    "AdaGrad": [(reference.AdaGrad, "Adagrad", {"epsilon": e}, {"eps": e}) for e in (1e-8, 1e-2)],
    "Adam": [
        (
            reference.Adam,
            "Adam",
            {"betas": betas, "epsilon": epsilon, "weight_decay": decay, "amsgrad": amsgrad, "maximize": maximize},
            {"betas": betas, "eps": epsilon, "weight_decay": decay, "amsgrad": amsgrad, "maximize": maximize},
        )
        for betas, epsilon, decay, amsgrad, maximize in product(
            [(0.9, 0.999), (0.5, 0.8)], [1e-8, 1e-2], [0.0, 0.1], [False, True], [False, True]
        )
    ],
}
CASES = [case for cases in OPTIMIZERS.values() for case in cases]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].__name__}-{case[2]}")
def test_optimizers_match_pytorch_over_200_steps(torch, case):
    """With gradients that depend on the values, two parameters agree after each of 200 steps, with every option."""
    make, name, ours, theirs = case
    rng = np.random.default_rng(5)
    starts = [rng.standard_normal((3, 2)), rng.standard_normal(4)]
    noise = [rng.standard_normal((200, *start.shape)) for start in starts]
    parameters = [reference.Parameter(start) for start in starts]
    tensors = [leaf(torch, start) for start in starts]
    optimizer = make(parameters, 0.01, **ours)
    oracle = getattr(torch.optim, name)(tensors, lr=0.01, **theirs)
    for step in range(200):
        for parameter, tensor, extra in zip(parameters, tensors, noise, strict=True):
            parameter.grad = 0.5 * parameter.value + extra[step]
            tensor.grad = 0.5 * tensor.detach() + torch.tensor(extra[step])
        optimizer.step()
        oracle.step()
        for parameter, tensor in zip(parameters, tensors, strict=True):
            close(parameter.value, tensor)


ENGINE = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
}


@pytest.mark.parametrize("name", list(ENGINE))
@DRAWN
@given(data=st.data(), shape=SHAPES, seed=SEEDS)
def test_engine_broadcasts_like_pytorch(torch, name, data, shape, seed):
    """Values and both gradients of the binary operations, one operand stretched along drawn axes."""
    first = data.draw(st.integers(0, len(shape)))
    other = tuple(length if data.draw(st.booleans()) else 1 for length in shape[first:])
    rng = np.random.default_rng(seed)
    arrays = [rng.uniform(0.5, 2.0, shape), rng.uniform(0.5, 2.0, other)]
    if data.draw(st.booleans()):
        arrays.reverse()
    upstream = rng.standard_normal(shape)
    ours = [autograd.Tensor(array, requires_grad=True) for array in arrays]
    theirs = [leaf(torch, array) for array in arrays]
    result, desired = ENGINE[name](*ours), ENGINE[name](*theirs)
    result.backward(upstream)
    desired.backward(torch.tensor(upstream))
    close(result.data, desired)
    for tensor, oracle in zip(ours, theirs, strict=True):
        close(tensor.grad, oracle.grad)


@DRAWN
@given(rows=LENGTHS, inner=LENGTHS, columns=LENGTHS, seed=SEEDS)
def test_engine_composes_like_pytorch(torch, rows, inner, columns, seed):
    """A chain of the other operations, with a tensor that is used twice."""

    def chain(a, b):
        product_ = a @ b
        mixed = product_.tanh() + product_.sigmoid() * (product_ * product_ + 1.0).log() - product_.relu()
        return (mixed.reshape(columns, rows).T.exp().mean(0) ** 2).sum() + mixed.mean()

    rng = np.random.default_rng(seed)
    arrays = [rng.standard_normal((rows, inner)), rng.standard_normal((inner, columns))]
    ours = [autograd.Tensor(array, requires_grad=True) for array in arrays]
    theirs = [leaf(torch, array) for array in arrays]
    result, desired = chain(*ours), chain(*theirs)
    result.backward()
    desired.backward()
    close(result.data, desired)
    for tensor, oracle in zip(ours, theirs, strict=True):
        close(tensor.grad, oracle.grad)
