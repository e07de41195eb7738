"""The values that a network's weights give are found, for any way of keeping the weights."""

import numpy as np
import pytest

import reference
from grader.assignments.vocabulary.parameters import drawn
from grader.assignments.vocabulary.weights import Question, convolving, explaining, layered, sigmoid
from reference.autograd import CNN, Tensor

SHAPES = [(2, 5), (5,), (5, 5), (5,), (5, 1), (1,)]
ORDERS = {"natural": (0, 1, 2, 3, 4, 5), "weights first": (0, 2, 4, 1, 3, 5), "backwards": (5, 4, 3, 2, 1, 0)}
RNG = np.random.default_rng(3)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "none"])
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_layers_are_read_in_any_order_and_orientation(order, activation, turned):
    """However a student lists the parameters, the judge computes what the answer key does with them."""
    network = reference.build_network(2, 5, 1, activation)
    shapes = [SHAPES[index][:: -1 if turned else 1] for index in order]
    own = list(network.parameters())

    def answered(values, inputs):
        for index, value in zip(order, values, strict=True):
            own[index].value = value.T if turned else value
        return network.forward(inputs)

    asked = [Question(drawn(RNG, shapes, 0.7), RNG.standard_normal((count, 2))) for count in (7, 4)]
    computes = layered(shapes, (2, 5, 1), activation)
    compute = explaining(computes, asked, [answered(each.values, each.inputs) for each in asked])
    values, inputs = drawn(RNG, shapes), RNG.standard_normal((9, 2))
    np.testing.assert_allclose(compute(values, inputs), answered(values, inputs))


@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4])
def test_a_convolution_is_read(kernel_size):
    """The answer key's CNN is what the judge computes, with kernels of even and odd length."""
    network = CNN(3, kernel_size)
    own = list(network.parameters())
    shapes = [each.data.shape for each in own]

    def answered(values, inputs):
        for parameter, value in zip(own, values, strict=True):
            parameter.data = value
        return sigmoid(network(Tensor(inputs)).data)

    asked = [Question(drawn(RNG, shapes, 0.7), RNG.standard_normal((7, 2)))]
    compute = explaining(convolving(shapes, 3, kernel_size), asked, [answered(asked[0].values, asked[0].inputs)])
    values, inputs = drawn(RNG, shapes), RNG.standard_normal((9, 2))
    np.testing.assert_allclose(compute(values, inputs), answered(values, inputs))


def test_what_computes_otherwise_is_not_explained():
    """Wrong answers, and what is no answer at all, are explained by no way to read the weights."""
    asked = [Question(drawn(RNG, SHAPES), RNG.standard_normal((7, 2)))]
    for answer in (np.zeros((7, 1)), None, "text", np.zeros((3, 1)), np.zeros((7, 1), dtype=int)):
        assert explaining(layered(SHAPES, (2, 5, 1), "tanh"), asked, [answer]) is None
    assert layered(SHAPES[:4], (2, 5, 1), "tanh") == []
    assert convolving(SHAPES, 5, 2) == []
