from itertools import pairwise

import numpy as np
import pytest

import reference
from reference.experiments.data import data_set
from reference.experiments.stacked import StackedLinear, stacked_network, update_logits, update_squares
from reference.experiments.stacked_optimizers import StackedAdam, StackedSGD

RATES = np.array([0.3, 0.01, 0.05])[:, np.newaxis, np.newaxis]


def alone(stack, index, activation, ends_in="none"):
    """One network of a stack as the layer library's, with the same weights; without biases they stay zero."""
    kinds = {"sigmoid": reference.Sigmoid, "tanh": reference.Tanh, "relu": reference.ReLU, "none": reference.Identity}
    layers = []
    for stacked in (layer for layer in stack.layers if isinstance(layer, StackedLinear)):
        layer = reference.Linear(*stacked.weight.value.shape[1:])
        layer.weight.value = stacked.weight.value[index].copy()
        layers += [layer, kinds[activation]()]
    return reference.Sequential([*layers[:-1], kinds[ends_in]()])


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "none"])
@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize(("stacked", "single"), [(StackedSGD, reference.SGD), (StackedAdam, reference.Adam)])
def test_stacked_networks_train_like_each_alone(activation, batch_size, stacked, single, rng):
    """After an epoch every network of the stack is what it would be alone with its own learning rate."""
    stack = stacked_network(3, (2, 5, 5, 1), activation, rng)
    networks = [alone(stack, index, activation) for index in range(3)]
    inputs, targets = reference.generate_XOR_easy()
    optimizer = stacked(stack.parameters(), RATES)
    batches = [slice(start, start + batch_size) for start in range(0, 20, batch_size)]
    for batch in batches:
        update_logits(stack, optimizer, inputs[batch], targets[batch])
    for index, network in enumerate(networks):
        own = single(network.parameters(), RATES[index].item())
        reference.train(network, reference.BCEWithLogitsLoss(), own, inputs[:20], targets[:20], 1, batch_size)
        np.testing.assert_allclose(stack.forward(inputs)[index], network.forward(inputs), rtol=1e-9, atol=1e-11)


def test_update_squares_trains_with_the_mean_squared_error(rng):
    """The other loss, with an activation on the output, does what the layer library does."""
    stack = stacked_network(3, (2, 5, 5, 1), "sigmoid", rng, ends_in="sigmoid")
    networks = [alone(stack, index, "sigmoid", "sigmoid") for index in range(3)]
    inputs, targets = reference.generate_XOR_easy()
    optimizer = StackedSGD(stack.parameters(), RATES)
    for _ in range(5):
        update_squares(stack, optimizer, inputs, targets)
    for index, network in enumerate(networks):
        own = reference.SGD(network.parameters(), RATES[index].item())
        reference.train(network, reference.MSELoss(), own, inputs, targets, 5)
        np.testing.assert_allclose(stack.forward(inputs)[index], network.forward(inputs), rtol=1e-10)


def test_stacked_network_without_biases_has_none(rng):
    """With biases off there are weights only."""
    stack = stacked_network(3, (2, 5, 5, 1), "sigmoid", rng, use_bias=False)
    assert [parameter.value.shape for parameter in stack.parameters()] == [
        (3, *widths) for widths in pairwise((2, 5, 5, 1))
    ]


def test_data_set_has_the_published_majority():
    """54 of the 100 linear points and 11 of the 21 of XOR are of one class."""
    assert data_set("linear")[1].sum() in (46, 54)
    assert data_set("XOR")[1].sum() == 10
