"""Tests of a student's network beside the answer key's."""

import numpy as np
import pytest

import reference
from grader.assignments.vocabulary.networks import built, expect_outputs, paired
from grader.checks.notes import Notes
from grader.checks.proxy import Student
from grader.outcomes import StudentFault
from grader.trusted import InProcess

SIZES = (3, 5, 4)


def student_with(order=lambda found: found, network=reference.build_network):
    """Return a submission whose networks give their parameters in an order of their own."""

    class Own(reference.Sequential):
        def parameters(self):
            return order(super().parameters())

    def build_network(*arguments):
        return Own(network(*arguments).layers)

    names = {name: getattr(reference, name) for name in reference.__all__}
    return Student(InProcess({**names, "Sequential": Own, "build_network": build_network}))


@pytest.mark.parametrize(
    "order",
    [
        lambda found: found,
        lambda found: found[::-1],
        lambda found: sorted(found, key=lambda parameter: parameter.value.ndim),
        lambda found: [found[0], found[3], found[2], found[1], *found[4:]],
    ],
)
def test_built_finds_out_which_parameter_is_which(order):
    """Whatever the order of the parameters, outputs and gradients are those of the answer key."""
    student = student_with(order)
    network = built(student, reference, np.random.default_rng(2), SIZES, "tanh")
    inputs = np.random.default_rng(3).standard_normal((6, 3))
    expect_outputs(network, inputs, Notes())
    came, desired = network.gradients(student, inputs, np.ones((6, 4)))
    for name in ("inputs", "weights", "biases"):
        for actual, right in zip(came[name], desired[name], strict=True):
            np.testing.assert_allclose(actual, right, rtol=1e-12)


def test_built_refuses_other_shapes():
    """A network with one hidden layer is told by the shapes of its parameters."""

    def one_hidden(*arguments):
        layers = reference.build_network(*arguments).layers
        return reference.Sequential([*layers[:2], *layers[4:]])

    with pytest.raises(StudentFault) as caught:
        built(student_with(network=one_hidden), reference, np.random.default_rng(2), SIZES, "tanh")
    sentence = (
        "The parameters of `build_network(3, 5, 4, 'tanh')` must have the shapes (3, 5), (5,), (5, 5), (5,), (5, 4), (4,), "
        "in any order, but they have (3, 5), (5,), (5, 4), (4,)."
    )
    assert caught.value.message == sentence


def test_expect_outputs_tells_another_activation():
    """A network with another activation differs in its outputs."""
    student = student_with(network=lambda a, b, c, activation: reference.build_network(a, b, c, "relu"))
    network = built(student, reference, np.random.default_rng(2), SIZES, "tanh")
    with pytest.raises(StudentFault) as caught:
        expect_outputs(network, np.ones((2, 3)), Notes())
    assert caught.value.message.startswith("`build_network(3, 5, 4, 'tanh').forward` should be ")
    hint = "Linear, activation, Linear, activation, Linear, Sigmoid: is one missing, or one too many?"
    assert caught.value.hint == hint


def test_paired_layers_have_the_values_of_the_answer_key():
    """A Sequential of the student's own layers computes what the answer key's does."""
    key = reference.Sequential([reference.Linear(3, 2), reference.Tanh()])
    network, own = paired(student_with(), key, [("Linear", 3, 2), ("Tanh",)])
    inputs = np.ones((4, 3))
    np.testing.assert_allclose(network.forward(inputs), key.forward(inputs))
    assert len(own) == 2
