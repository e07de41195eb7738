"""The answer key of the layers as functions against PyTorch, in float64, over drawn shapes; `tox -e oracle` runs this."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import layers
from tests.oracle.test_oracle import DRAWN, LENGTHS, SEEDS, close, leaf

pytestmark = pytest.mark.oracle
STEPS = 60
MORE = st.integers(2, 6)


def compared(torch, forward, backward, arrays, by_torch, rng, param=()):
    """Compare outputs and gradients of a pair of passes with those of a function of PyTorch."""
    leaves = [leaf(torch, array) for array in arrays]
    outputs = by_torch(*leaves)
    upstream = rng.standard_normal(tuple(outputs.shape))
    outputs.backward(torch.tensor(upstream))
    ours, cache = forward(*arrays, *param)
    close(ours, outputs, scale=1.0)
    grads = backward(upstream, cache)
    for grad, tensor in zip(grads if isinstance(grads, tuple) else [grads], leaves, strict=True):
        close(grad, tensor.grad, scale=10.0 * np.abs(upstream).max())
    return outputs


@DRAWN
@given(batch=LENGTHS, rows=LENGTHS, columns=LENGTHS, outputs=LENGTHS, seed=SEEDS)
def test_affine_and_relu_match_pytorch(torch, batch, rows, columns, outputs, seed):
    """With inputs of three axes, which are laid out as rows."""
    rng = np.random.default_rng(seed)
    arrays = [rng.standard_normal(shape) for shape in ((batch, rows, columns), (rows * columns, outputs), (outputs,))]
    compared(torch, layers.affine_forward, layers.affine_backward, arrays, lambda x, w, b: x.flatten(1) @ w + b, rng)
    compared(torch, layers.relu_forward, layers.relu_backward, arrays[:1], torch.relu, rng)


@DRAWN
@given(batch=LENGTHS, classes=MORE, seed=SEEDS, level=st.sampled_from([0.0, 1000.0, -1000.0]))
def test_losses_of_scores_match_pytorch(torch, batch, classes, seed, level):
    """The softmax loss is the cross-entropy; the hinge loss is the margin loss, which PyTorch divides by the classes."""
    rng = np.random.default_rng(seed)
    scores, labels = 2.0 * rng.standard_normal((batch, classes)) + level, rng.integers(0, classes, batch)
    functional = torch.nn.functional
    for ours, theirs in (
        (layers.softmax_loss, functional.cross_entropy),
        (layers.svm_loss, lambda x, y: classes * functional.multi_margin_loss(x, y)),
    ):
        tensor = leaf(torch, scores)
        desired = theirs(tensor, torch.tensor(labels))
        desired.backward()
        loss, dx = ours(scores, labels)
        np.testing.assert_allclose(loss, desired.item(), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(dx, tensor.grad.numpy(), rtol=1e-9, atol=1e-12)


@DRAWN
@given(batch=st.integers(3, 7), features=LENGTHS, seed=SEEDS, eps=st.sampled_from([1e-5, 0.3]))
def test_normalizations_match_pytorch(torch, batch, features, seed, eps):
    """Batch normalization in both of its forms, its running averages and its test; layer normalization."""
    rng = np.random.default_rng(seed)
    functional = torch.nn.functional
    arrays = [
        2.0 + rng.standard_normal((batch, features)),
        rng.standard_normal(features),
        rng.standard_normal(features),
    ]
    for backward in (layers.batchnorm_backward, layers.batchnorm_backward_alt):
        compared(
            torch, layers.batchnorm_forward, backward, arrays,
            lambda x, gamma, beta: functional.batch_norm(x, None, None, gamma, beta, True, 0.1, eps), rng, [{"mode": "train", "eps": eps}],
        )  # fmt: skip
    mean, var = torch.zeros(features), torch.zeros(features)
    param = {"mode": "train", "momentum": 0.7, "eps": eps}
    for _ in range(3):
        inputs = rng.standard_normal((batch, features))
        functional.batch_norm(torch.tensor(inputs), mean, var, training=True, momentum=0.3)
        layers.batchnorm_forward(inputs, *arrays[1:], param)
    close(param["running_mean"], mean, scale=1.0)
    # PyTorch averages the variance divided by N - 1.
    close(param["running_var"] * batch / (batch - 1), var, scale=1.0)
    tested = functional.batch_norm(torch.tensor(inputs), mean, torch.tensor(param["running_var"]), eps=eps)
    ones, zeros = np.ones(features), np.zeros(features)
    close(layers.batchnorm_forward(inputs, ones, zeros, {**param, "mode": "test"})[0], tested, scale=1.0)
    if features > 1:
        compared(
            torch, layers.layernorm_forward, layers.layernorm_backward, arrays,
            lambda x, gamma, beta: functional.layer_norm(x, (features,), gamma, beta, eps), rng, [{"eps": eps}],
        )  # fmt: skip


@DRAWN
@given(
    data=st.data(), batch=LENGTHS, channels=LENGTHS, filters=LENGTHS, height=LENGTHS, width=LENGTHS, stride=st.integers(1, 3), pad=st.integers(0, 2),
    seed=SEEDS,
)  # fmt: skip
def test_convolution_and_pooling_match_pytorch(torch, data, batch, channels, filters, height, width, stride, pad, seed):
    """Outputs and gradients over sizes, stride and padding; places that no window reaches among them."""
    rng = np.random.default_rng(seed)
    functional = torch.nn.functional
    rows = height + stride * data.draw(st.integers(0, 3)) - 2 * pad
    columns = width + stride * data.draw(st.integers(0, 3)) - 2 * pad
    rows, columns = (size + stride * -(-(1 - size) // stride) if size < 1 else size for size in (rows, columns))
    shapes = ((batch, channels, rows, columns), (filters, channels, height, width), (filters,))
    arrays = [rng.standard_normal(shape) for shape in shapes]
    compared(
        torch, layers.conv_forward_naive, layers.conv_backward_naive, arrays,
        lambda x, w, b: functional.conv2d(x, w, b, stride, pad), rng, [{"stride": stride, "pad": pad}],
    )  # fmt: skip
    if rows >= height and columns >= width:
        compared(
            torch, layers.max_pool_forward_naive, layers.max_pool_backward_naive, arrays[:1],
            lambda x: functional.max_pool2d(x, (height, width), stride), rng,
            [{"pool_height": height, "pool_width": width, "stride": stride}],
        )  # fmt: skip


@DRAWN
@given(batch=MORE, channels=LENGTHS, height=LENGTHS, width=LENGTHS, seed=SEEDS)
def test_batch_normalization_of_images_matches_pytorch(torch, batch, channels, height, width, seed):
    """Outputs and gradients."""
    rng = np.random.default_rng(seed)
    shapes = ((batch, channels, height, width), (channels,), (channels,))
    compared(
        torch, layers.spatial_batchnorm_forward, layers.spatial_batchnorm_backward, [rng.standard_normal(shape) for shape in shapes],
        lambda x, gamma, beta: torch.nn.functional.batch_norm(x, None, None, gamma, beta, True), rng, [{"mode": "train"}],
    )  # fmt: skip


RULES = [
    (layers.sgd, "SGD", {}, {}, 1e-2),
    (layers.sgd_momentum, "SGD", {}, {"momentum": 0.9}, 1e-2),
    (layers.rmsprop, "RMSprop", {}, {"alpha": 0.99, "eps": 1e-8}, 1e-2),
    (layers.rmsprop, "RMSprop", {"decay_rate": 0.6, "epsilon": 0.1}, {"alpha": 0.6, "eps": 0.1}, 0.3),
    (layers.adam, "Adam", {}, {}, 1e-3),
    (layers.adam, "Adam", {"beta1": 0.5, "beta2": 0.8, "epsilon": 0.1}, {"betas": (0.5, 0.8), "eps": 0.1}, 0.3),
]


@pytest.mark.parametrize("case", RULES, ids=lambda case: f"{case[0].__name__}-{case[2]}")
def test_rules_that_move_weights_match_pytorch(torch, case):
    """After each of many steps; without settings the learning rate is the one that the text names."""
    rule, name, ours, theirs, rate = case
    rng = np.random.default_rng(3)
    weights = rng.standard_normal((3, 2))
    tensor, config = leaf(torch, weights), {**ours, "learning_rate": rate} if ours else None
    optimizer = getattr(torch.optim, name)([tensor], lr=rate, **theirs)
    for _ in range(STEPS):
        grad = rng.standard_normal((3, 2)) + weights
        tensor.grad = torch.tensor(grad)
        optimizer.step()
        weights, config = rule(weights, grad, config)
        close(weights, tensor, scale=1.0)


@pytest.mark.parametrize("normalization", [None, "batchnorm", "layernorm"])
def test_the_network_matches_pytorch(torch, normalization):
    """Loss and all gradients of three hidden layers, with regularization."""
    rng = np.random.default_rng(4)
    net = layers.FullyConnectedNet([5, 4, 6], 7, 3, normalization=normalization, reg=0.3, weight_scale=0.5, dtype=float)
    params = {name: leaf(torch, value) for name, value in net.params.items()}
    inputs, labels = rng.standard_normal((8, 7)), rng.integers(0, 3, 8)
    hidden, functional = torch.tensor(inputs), torch.nn.functional
    for layer in (1, 2, 3):
        hidden = hidden @ params[f"W{layer}"] + params[f"b{layer}"]
        if normalization is not None:
            gamma, beta = params[f"gamma{layer}"], params[f"beta{layer}"]
            if normalization == "batchnorm":
                hidden = functional.batch_norm(hidden, None, None, gamma, beta, True)
            else:
                hidden = functional.layer_norm(hidden, gamma.shape, gamma, beta)
        hidden = torch.relu(hidden)
    loss = functional.cross_entropy(hidden @ params["W4"] + params["b4"], torch.tensor(labels))
    loss = loss + 0.15 * sum((params[f"W{layer}"] ** 2).sum() for layer in (1, 2, 3, 4))
    loss.backward()
    ours, grads = net.loss(inputs, labels)
    close(ours, loss)
    assert grads.keys() == params.keys()
    for name, tensor in params.items():
        close(grads[name], tensor.grad, scale=1.0)
