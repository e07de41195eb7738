import numpy as np
import pytest

from reference import BCELoss, Identity, Linear, ReLU, Sequential, Sigmoid, Tanh, build_network
from reference.finite_differences import numerical_gradient

ACTIVATIONS = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}


def test_sequential_applies_its_layers_in_order(rng):
    """The outputs are the layers' forwards, one inside the other."""
    first, second, third = Linear(3, 4, rng), Tanh(), Linear(4, 2, rng)
    inputs = rng.standard_normal((5, 3))
    desired = third.forward(second.forward(first.forward(inputs)))
    np.testing.assert_array_equal(Sequential([first, second, third]).forward(inputs), desired)


def test_sequential_backward_agrees_with_central_differences(rng, check_layer):
    """The gradients of the inputs and of all parameters belong to the forward values."""
    network = Sequential([Linear(3, 4, rng), Tanh(), Linear(4, 2, rng), Sigmoid()])
    check_layer(network, rng.standard_normal((5, 3)), network.parameters())


def test_sequential_finds_parameters_of_nested_layers(rng):
    """A network inside a network contributes its parameters, in order."""
    inner = Sequential([Linear(3, 4, rng), Tanh()])
    last = Linear(4, 2, rng)
    desired = [inner.layers[0].weight, inner.layers[0].bias, last.weight, last.bias]
    found = Sequential([inner, last]).parameters()
    assert [id(parameter) for parameter in found] == [id(parameter) for parameter in desired]


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_build_network_has_two_hidden_layers_and_ends_in_a_sigmoid(activation):
    """The layers and the shapes of their weights are those of the contract."""
    network = build_network(2, 5, 3, activation)
    kinds = [Linear, ACTIVATIONS[activation], Linear, ACTIVATIONS[activation], Linear, Sigmoid]
    assert [type(layer) for layer in network.layers] == kinds
    shapes = [parameter.value.shape for parameter in network.parameters()]
    assert shapes == [(2, 5), (5,), (5, 5), (5,), (5, 3), (3,)]


def test_build_network_uses_sigmoid_unless_told(rng):
    """The default activation is the sigmoid."""
    assert type(build_network(2, 5, 1, rng=rng).layers[1]) is Sigmoid


def test_build_network_gradient_of_a_loss_agrees_with_central_differences(rng):
    """Through the loss and all layers, the gradient of every parameter is right."""
    network, loss = build_network(2, 5, 1, "tanh", rng), BCELoss()
    inputs, targets = rng.standard_normal((7, 2)), rng.integers(0, 2, (7, 1)).astype(float)
    loss.forward(network.forward(inputs), targets)
    network.backward(loss.backward())
    for parameter, grad in [(parameter, parameter.grad) for parameter in network.parameters()]:
        start = parameter.value

        def value_of(values, parameter=parameter):
            parameter.value = values
            return loss.forward(network.forward(inputs), targets)

        np.testing.assert_allclose(grad, numerical_gradient(value_of, start), rtol=1e-6, atol=1e-9)
        parameter.value = start


def test_build_network_repeats_with_equal_seeds():
    """Equal seeds give equal networks, no seed gives different ones."""
    first, second = (build_network(2, 5, 1, rng=np.random.default_rng(4)) for _ in range(2))
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        np.testing.assert_array_equal(one.value, other.value)
    fresh, again = build_network(2, 5, 1), build_network(2, 5, 1)
    assert not np.array_equal(fresh.parameters()[0].value, again.parameters()[0].value)


def test_build_network_names_the_activations_it_knows():
    """An unknown activation is answered with the known ones."""
    with pytest.raises(ValueError, match=r"^activation must be one of sigmoid, tanh, relu, none, not 'swish'$"):
        build_network(2, 5, 1, "swish")
