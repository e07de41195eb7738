import numpy as np
import pytest

from reference import Conv1d, Flatten

SETTINGS = [(1, 0), (2, 0), (3, 0), (1, 2), (2, 1), (3, 3), (5, 1)]


def plain_convolution(x, weight, bias, stride, padding):
    """The triple sum of the docstring, with loops."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    batch, filters = len(x), len(weight)
    size = weight.shape[2]
    positions = (x.shape[2] - size) // stride + 1
    y = np.zeros((batch, filters, positions))
    for b in range(batch):
        for o in range(filters):
            for i in range(positions):
                y[b, o, i] = bias[o] + np.sum(weight[o] * x[b, :, i * stride : i * stride + size])
    return y


def plain_gradients(x, weight, g, stride, padding):
    """The gradients of the docstring, with loops."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    size = weight.shape[2]
    for b, o, i in np.ndindex(g.shape):
        window = slice(i * stride, i * stride + size)
        grad_weight[o] += g[b, o, i] * x[b, :, window]
        grad_x[b, :, window] += g[b, o, i] * weight[o]
    return grad_x[:, :, padding : x.shape[2] - padding], grad_weight


@pytest.mark.parametrize(("stride", "padding"), SETTINGS)
def test_conv1d_forward_computes_the_formula(rng, stride, padding):
    """The outputs are the sums of the docstring, whatever the stride and the padding."""
    layer = Conv1d(3, 4, 5, stride, padding, rng)
    layer.bias.value = rng.standard_normal(4)
    inputs = rng.standard_normal((2, 3, 12))
    desired = plain_convolution(inputs, layer.weight.value, layer.bias.value, stride, padding)
    np.testing.assert_allclose(layer.forward(inputs), desired, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(("stride", "padding"), SETTINGS)
def test_conv1d_backward_computes_the_derivatives(rng, stride, padding):
    """The gradients are the sums of the docstring, whatever the stride and the padding."""
    layer = Conv1d(3, 4, 5, stride, padding, rng)
    inputs = rng.standard_normal((2, 3, 12))
    grad_output = rng.standard_normal(layer.forward(inputs).shape)
    grad_inputs, grad_weight = plain_gradients(inputs, layer.weight.value, grad_output, stride, padding)
    np.testing.assert_allclose(layer.backward(grad_output), grad_inputs, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(layer.weight.grad, grad_weight, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(layer.bias.grad, grad_output.sum(axis=2).sum(axis=0), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(("stride", "padding"), SETTINGS)
def test_conv1d_backward_agrees_with_central_differences(rng, check_layer, stride, padding):
    """The gradients belong to the forward values."""
    layer = Conv1d(2, 3, 4, stride, padding, rng)
    check_layer(layer, rng.standard_normal((2, 2, 9)), (layer.weight, layer.bias))


def test_conv1d_gives_positions_without_window_zero_gradient(rng):
    """With stride 3, the last two of eleven positions belong to no window of three."""
    layer = Conv1d(1, 2, 3, stride=3, rng=rng)
    grad_output = rng.standard_normal(layer.forward(rng.standard_normal((2, 1, 11))).shape)
    grad_inputs = layer.backward(grad_output)
    assert grad_output.shape == (2, 2, 3)
    assert not grad_inputs[:, :, 9:].any()
    assert grad_inputs[:, :, :9].all()


def test_conv1d_needs_a_kernel_no_longer_than_the_inputs(rng):
    """A kernel of five does not fit three positions."""
    with pytest.raises(ValueError, match="window shape cannot be larger than input array shape"):
        Conv1d(1, 1, 5, rng=rng).forward(np.zeros((1, 1, 3)))


def test_conv1d_starts_with_random_weights_and_zero_bias():
    """The shapes are those of the contract, and equal seeds give equal layers."""
    layer = Conv1d(3, 4, 5, rng=np.random.default_rng(1))
    assert layer.weight.value.shape == (4, 3, 5)
    assert len(np.unique(layer.weight.value)) == 60
    np.testing.assert_array_equal(layer.bias.value, np.zeros(4))
    np.testing.assert_array_equal(layer.weight.value, Conv1d(3, 4, 5, rng=np.random.default_rng(1)).weight.value)


def test_flatten_keeps_the_batch_and_joins_the_rest(rng):
    """Forward makes rows, backward gives the gradient its old shape again."""
    layer = Flatten()
    inputs = rng.standard_normal((4, 3, 2))
    outputs = layer.forward(inputs)
    np.testing.assert_array_equal(outputs, [[*row[0], *row[1], *row[2]] for row in inputs])
    np.testing.assert_array_equal(layer.backward(outputs), inputs)
