import numpy as np
import pytest

import reference
from reference import generate_linear, generate_XOR_easy
from reference.autograd import CNN, MLP, SGD, Adam, BCEWithLogitsLoss, Conv1d, Linear, MSELoss, Tensor

TOLERANCE = {"rtol": 1e-12, "atol": 1e-12}


def twin(layer, parts):
    """The layer library's network with the same weights: ``parts`` are its layers, those with weights in order."""
    tensors = iter(layer.parameters())
    for part in parts:
        if hasattr(part, "weight"):
            part.weight.value, part.bias.value = next(tensors).data, next(tensors).data
    return reference.Sequential(parts)


def compare(network, library, criterion, library_loss, inputs, targets, library_inputs=None):
    """Loss, gradients of parameters and of inputs agree to 1e-12 between engine and library."""
    tensor = Tensor(inputs, requires_grad=True)
    outputs = network(tensor)
    loss = criterion(outputs, targets)
    loss.backward()
    value = library_loss.forward(library.forward(inputs if library_inputs is None else library_inputs), targets)
    grad_inputs = library.backward(library_loss.backward())
    np.testing.assert_allclose(loss.item(), value, **TOLERANCE)
    np.testing.assert_allclose(tensor.grad, grad_inputs.reshape(inputs.shape), **TOLERANCE)
    for parameter, other in zip(network.parameters(), library.parameters(), strict=True):
        np.testing.assert_allclose(parameter.grad, other.grad, **TOLERANCE)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_mlp_agrees_with_the_layer_library(activation, rng):
    """The same network has the same loss and gradients in both."""
    network = MLP(3, 5, 2, activation, rng)
    act = {"tanh": reference.Tanh, "sigmoid": reference.Sigmoid, "relu": reference.ReLU}[activation]
    parts = [reference.Linear(3, 5), act(), reference.Linear(5, 5), act(), reference.Linear(5, 2)]
    inputs, targets = rng.standard_normal((7, 3)), rng.integers(0, 2, (7, 2)).astype(float)
    library = twin(network, parts)
    compare(network, library, BCEWithLogitsLoss(), reference.BCEWithLogitsLoss(), inputs, targets)
    network = MLP(3, 5, 2, activation, rng)
    compare(network, twin(network, parts), MSELoss(), reference.MSELoss(), inputs, targets)


@pytest.mark.parametrize("kernel_size", [1, 2, 3])
def test_cnn_agrees_with_the_layer_library(kernel_size, rng):
    """The same network has the same loss and gradients in both."""
    network = CNN(4, kernel_size, rng)
    parts = [
        reference.Conv1d(1, 4, kernel_size, padding=kernel_size // 2),
        reference.Tanh(),
        reference.Flatten(),
        reference.Linear(*network.linear.weight.shape),
    ]
    inputs, targets = rng.random((6, 2)), rng.integers(0, 2, (6, 1)).astype(float)
    library = twin(network, parts)
    loss, other = BCEWithLogitsLoss(), reference.BCEWithLogitsLoss()
    compare(network, library, loss, other, inputs, targets, inputs[:, np.newaxis])


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 0), (3, 2), (1, 3)])
def test_conv1d_agrees_with_the_layer_library(stride, padding, rng):
    """Whatever the stride and padding, the product of matrices is the convolution."""
    layer = Conv1d(3, 4, 5, stride, padding, rng)
    library = twin(layer, [reference.Conv1d(3, 4, 5, stride, padding)])
    inputs = rng.standard_normal((2, 3, 12))
    targets = rng.standard_normal(layer(Tensor(inputs)).shape)
    compare(layer, library, MSELoss(), reference.MSELoss(), inputs, targets)


def test_conv1d_needs_a_kernel_no_longer_than_the_inputs():
    """The message has the numbers."""
    with pytest.raises(ValueError, match=r"^a kernel of 5 does not fit 3 positions with a padding of 0$"):
        Conv1d(1, 1, 5)(Tensor(np.zeros((1, 1, 3))))


def test_linear_starts_random_with_zero_bias():
    """Equal seeds give equal layers within Glorot's bound; no seed gives others."""
    layer = Linear(4, 2, np.random.default_rng(0))
    np.testing.assert_array_equal(layer.weight.data, Linear(4, 2, np.random.default_rng(0)).weight.data)
    assert np.abs(layer.weight.data).max() <= 1.0
    assert not layer.bias.data.any()
    assert not np.array_equal(layer.weight.data, Linear(4, 2).weight.data)


def test_mlp_names_the_activations_it_knows():
    """An unknown activation is answered with the known ones."""
    with pytest.raises(ValueError, match=r"^activation must be one of tanh, sigmoid, relu, not 'none'$"):
        MLP(2, 3, 1, "none")


@pytest.mark.parametrize("loss", [MSELoss(), BCEWithLogitsLoss()])
def test_losses_refuse_different_shapes(loss):
    """A column against a row would broadcast quietly, so it is an error, for arrays and tensors."""
    for targets in (np.ones(3), Tensor(np.ones(3))):
        with pytest.raises(ValueError, match=r"^predictions have shape \(3, 1\) but targets have shape \(3,\)$"):
            loss(Tensor(np.ones((3, 1))), targets)


def test_bce_with_logits_is_finite_and_right_at_the_extremes():
    """Huge logits give neither a warning nor a nan; at zero the gradient is that of the smooth function."""
    logits = Tensor([[1e4], [-1e4], [0.0]], requires_grad=True)
    loss = BCEWithLogitsLoss()(logits, np.array([[0.0], [1.0], [0.0]]))
    loss.backward()
    assert loss.item() == pytest.approx((2e4 + np.log(2)) / 3)
    np.testing.assert_allclose(logits.grad.ravel(), [1 / 3, -1 / 3, 1 / 6])


@pytest.mark.parametrize(
    ("optimizer", "other"),
    [
        (lambda p: SGD(p, 0.1), lambda p: reference.SGD(p, 0.1)),
        (lambda p: Adam(p, 0.1, betas=(0.8, 0.9)), lambda p: reference.Adam(p, 0.1, betas=(0.8, 0.9))),
    ],
)
def test_optimizers_agree_with_the_layer_library(optimizer, other, rng):
    """After fifty steps with the same gradients the values agree."""
    tensor, parameter = Tensor(np.ones((2, 3)), requires_grad=True), reference.Parameter(np.ones((2, 3)))
    ours, theirs = optimizer([tensor]), other([parameter])
    for _ in range(50):
        tensor.grad = parameter.grad = rng.standard_normal((2, 3))
        ours.step()
        theirs.step()
    np.testing.assert_allclose(tensor.data, parameter.value, **TOLERANCE)
    ours.zero_grad()
    assert tensor.grad is None


def fit(network, inputs, targets, learning_rate, epochs):
    """The accuracy after training with Adam."""
    optimizer, criterion = Adam(network.parameters(), learning_rate), BCEWithLogitsLoss()
    for _ in range(epochs):
        optimizer.zero_grad()
        criterion(network(Tensor(inputs)), targets).backward()
        optimizer.step()
    return np.mean((network(Tensor(inputs)).data > 0) == (targets > 0.5))


def test_mlp_learns_both_data_sets(rng):
    """Every point is right on XOR and on the linear set."""
    assert fit(MLP(2, 8, 1, rng=rng), *generate_XOR_easy(), 0.05, 300) == 1.0
    assert fit(MLP(2, 8, 1, rng=rng), *generate_linear(rng=rng), 0.05, 300) == 1.0


def test_cnn_learns_the_linear_set(rng):
    """A convolution with tanh and Adam 0.1 gets every point right."""
    assert fit(CNN(8, 2, rng), *generate_linear(rng=rng), 0.1, 300) == 1.0
