import numpy as np

from reference import Linear


def test_linear_forward_computes_the_formula(rng):
    """Each output is its row times its column plus the bias."""
    layer = Linear(3, 2, rng)
    layer.bias.value = rng.standard_normal(2)
    inputs = rng.standard_normal((5, 3))
    weight, bias = layer.weight.value, layer.bias.value
    desired = [[sum(inputs[i, k] * weight[k, j] for k in range(3)) + bias[j] for j in range(2)] for i in range(5)]
    np.testing.assert_allclose(layer.forward(inputs), desired, rtol=1e-12)


def test_linear_backward_computes_the_derivatives(rng):
    """The three gradients are the sums that the docstring names."""
    layer = Linear(3, 2, rng)
    inputs, grad_output = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    layer.forward(inputs)
    grad_inputs = layer.backward(grad_output)
    np.testing.assert_allclose(grad_inputs, np.einsum("bj,kj->bk", grad_output, layer.weight.value), rtol=1e-12)
    np.testing.assert_allclose(layer.weight.grad, np.einsum("bk,bj->kj", inputs, grad_output), rtol=1e-12)
    np.testing.assert_allclose(layer.bias.grad, [sum(grad_output[:, j]) for j in range(2)], rtol=1e-12)


def test_linear_backward_agrees_with_central_differences(rng, check_layer):
    """The gradients belong to the forward values."""
    layer = Linear(4, 3, rng)
    check_layer(layer, rng.standard_normal((6, 4)), (layer.weight, layer.bias))


def test_linear_backward_replaces_the_gradients(rng):
    """A second backward gives the same gradients, not twice as much."""
    layer = Linear(3, 2, rng)
    layer.forward(rng.standard_normal((5, 3)))
    grad_output = rng.standard_normal((5, 2))
    layer.backward(grad_output)
    first = layer.weight.grad.copy(), layer.bias.grad.copy()
    layer.backward(grad_output)
    np.testing.assert_array_equal(layer.weight.grad, first[0])
    np.testing.assert_array_equal(layer.bias.grad, first[1])


def test_linear_starts_with_random_weights_and_zero_bias():
    """Units differ at first, the bias is zero, and equal seeds give equal layers."""
    layer = Linear(5, 4, np.random.default_rng(3))
    assert len(np.unique(layer.weight.value)) == 20
    assert not layer.bias.value.any()
    np.testing.assert_array_equal(layer.weight.value, Linear(5, 4, np.random.default_rng(3)).weight.value)


def test_linear_without_generator_takes_fresh_entropy():
    """Two layers made without a generator differ."""
    assert not np.array_equal(Linear(5, 4).weight.value, Linear(5, 4).weight.value)


def test_linear_uses_the_value_of_the_moment(rng):
    """A weight that was replaced or written into counts at once."""
    layer = Linear(2, 2, rng)
    layer.weight.value = np.eye(2)
    layer.weight.value[0, 0] = 3.0
    np.testing.assert_array_equal(layer.forward(np.array([[1.0, 2.0]])), [[3.0, 2.0]])
