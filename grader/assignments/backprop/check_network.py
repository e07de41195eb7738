"""Task 4: layers in a row, the network of the exercise, and its gradient as a whole."""

import numpy as np
import pytest

from grader.assignments.vocabulary.networks import CHOICE_HINT, PARTS_HINT, built, expect_outputs, paired
from grader.assignments.vocabulary.orders import order_seen
from grader.assignments.vocabulary.parameters import drawn, parameters_of, values_of
from grader.checks import Evidence, StudentFault, Why, expect_array, expect_close, expect_value_error

SIZES = (3, 5, 4)
CHAIN = ("check_linear_backward", "check_sequential_backward", "check_build_network")


def in_a_row(student, reference, rng):
    """Return a student's Sequential, its layers, and the answer key's, with equal drawn values.

    Only linear layers, so that no activation matters; three of them, so that no sign is lost twice.
    """
    sizes = ((3, 5), (5, 2), (2, 4))
    key = reference.Sequential([reference.Linear(*size) for size in sizes])
    shapes = [shape for in_features, out_features in sizes for shape in ((in_features, out_features), (out_features,))]
    for parameter, value in zip(key.parameters(), drawn(rng, shapes), strict=True):
        parameter.value = value
    return *paired(student, key, [("Linear", *size) for size in sizes]), key


@pytest.mark.points(3)
@pytest.mark.task("4.1")
@pytest.mark.requires("check_linear_forward")
def check_sequential_forward(student, reference, rng, notes):
    """Sequential.forward hands the inputs through all layers, the first one first."""
    network, _, key = in_a_row(student, reference, rng)
    for batch in (6, 2):
        inputs = rng.standard_normal((batch, 3))
        try:
            expect_close(network.forward(inputs), key.forward(inputs), what="`Sequential.forward`", notes=notes)
        except StudentFault as fault:
            fault.diagnosis = None if fault.fatal else order_seen(student, rng, "forward")
            raise


@pytest.mark.points(3)
@pytest.mark.task("4.1")
@pytest.mark.builds_on("check_sequential_forward", "check_linear_forward", "check_linear_backward")
def check_sequential_backward(student, reference, rng, notes):
    """Sequential.backward hands the gradient through all layers, the last one first, and returns the one for the inputs."""
    network, _, key = in_a_row(student, reference, rng)
    for batch in (6, 2):
        inputs, grad_output = rng.standard_normal((batch, 3)), rng.standard_normal((batch, 4))
        key.forward(inputs)
        network.forward(inputs)
        desired = key.backward(grad_output)
        try:
            expect_close(network.backward(grad_output), desired, what="What `Sequential.backward` returns", notes=notes)
        except StudentFault as fault:
            fault.diagnosis = None if fault.fatal else order_seen(student, rng, "backward")
            raise


@pytest.mark.points(2)
@pytest.mark.task("4.1")
def check_sequential_parameters(student, rng):
    """Sequential.parameters goes through the parameters of all layers, each once, as often as it is asked."""
    program = student.program("Sequential(layers)")
    layers = [program.Linear(3, 5), program.Linear(5, 2), program.Linear(2, 4)]
    for layer in layers:
        program.keep(layer, "Linear")
    # A tuple is a sequence, too.
    program.keep(program.Sequential(tuple(layers)), "Sequential")
    *linear, network = program.run()
    orders = []
    for _ in range(2):
        own = [parameter for layer in linear for parameter in (layer.weight, layer.bias)]
        marks = [rng.standard_normal(value.shape) for value in values_of(student, own, "Linear")]
        for parameter, value in zip(own, marks, strict=True):
            parameter.value = value
        found = values_of(student, parameters_of(student, network, "Sequential"), "Sequential")
        each_once(found, marks)
        orders.append([next(i for i, mark in enumerate(marks) if np.array_equal(value, mark)) for value in found])
    lists_convolution(student, rng)
    if orders[0] != orders[1]:
        raise StudentFault(
            Why.WRONG,
            "`Sequential.parameters()` goes through the parameters in another order when it is called a second time.",
            hint="Any order will do, but it must not change.",
            evidence=Evidence("Sequential.parameters: orders", np.array(orders)),
        )


def lists_convolution(student, rng):
    """Require the parameters of a convolution, too, where the student has written one; whether that one is right is for its own checks."""
    program = student.program("Sequential((Conv1d(2, 3, 4), Linear(5, 2)))")
    try:
        layers = [program.Conv1d(2, 3, 4), program.Linear(5, 2)]
        for layer in layers:
            program.keep(layer, "layer")
        program.keep(program.Sequential(tuple(layers)), "Sequential")
        convolution, linear, network = program.run()
        own = [parameter for layer in (convolution, linear) for parameter in (layer.weight, layer.bias)]
        values = values_of(student, own, "layer")
        if [value.shape for value in values] != [(3, 2, 4), (3,), (5, 2), (2,)]:
            return
        marks = [rng.standard_normal(value.shape) for value in values]
        for parameter, value in zip(own, marks, strict=True):
            parameter.value = value
    except StudentFault as fault:
        if fault.fatal:
            raise
        return
    each_once(values_of(student, parameters_of(student, network, "Sequential"), "Sequential"), marks)


def each_once(found, marks):
    """Require that the found values are the marks, in whatever order."""
    left = list(found)
    there = [any(value.shape == mark.shape and np.array_equal(value, mark) for value in found) for mark in marks]
    seen = Evidence("Sequential.parameters", np.array([len(found), *there]))
    for mark in marks:
        place = next(
            (i for i, value in enumerate(left) if value.shape == mark.shape and np.array_equal(value, mark)), None
        )
        if place is None:
            raise StudentFault(
                Why.WRONG,
                f"`Sequential.parameters()` lacks the parameter of shape {mark.shape} of one of its layers.",
                hint="Every layer's own Parameter objects must be in it, no copies, also when it is called a second time.",
                evidence=seen,
            )
        left.pop(place)
    if left:
        raise StudentFault(
            Why.WRONG,
            f"`Sequential.parameters()` has {len(found)} parameters, but its layers have {len(marks)}.",
            evidence=seen,
        )


@pytest.mark.points(3)
@pytest.mark.task("4.2")
@pytest.mark.requires("check_linear_forward")
@pytest.mark.builds_on(
    "check_sequential_parameters",
    "check_sigmoid_forward",
    "check_tanh_forward",
    "check_relu_forward",
    "check_identity",
    "check_sequential_forward",
)
def check_build_network(student, reference, rng, parts, notes):
    """build_network makes two hidden layers with the activation asked for and ends in probabilities."""
    inputs = 2.0 * rng.standard_normal((6, 3))
    activations = {"sigmoid": 0.75, "tanh": 0.75, "relu": 0.75, "none": 0.5}
    hint = PARTS_HINT
    # Each part draws from a stream of its own, so that one that fails changes nothing for the next.
    for (activation, points), own in zip(activations.items(), rng.spawn(len(activations)), strict=True):
        with parts(activation, points=points):
            expect_outputs(built(student, reference, own, SIZES, activation), inputs, notes, hint)
            hint = CHOICE_HINT
            if activation == "sigmoid":
                expect_outputs(built(student, reference, own, SIZES, activation, asked=False), inputs, notes)
    with parts("an unknown activation", points=0.25):
        name = "".join(rng.spawn(1)[0].choice(list("bdfghkmw"), 6))
        call, when = f'build_network(3, 5, 4, "{name}")', "there is no activation of this name"
        program = student.program(call)
        expect_value_error(program, program.build_network, *SIZES, name, what=f"`{call}`", when=when)


@pytest.mark.points(1)
@pytest.mark.task("4.2")
@pytest.mark.builds_on(
    "check_build_network", "check_sequential_parameters", "check_linear_initial_values", "check_sequential_forward"
)
def check_build_network_seeds(student, rng):
    """build_network gives equal networks for equal seeds, others for others, and works without a generator."""
    inputs = rng.standard_normal((6, 3))
    first, second = (int(seed) for seed in rng.integers(2**32, size=2))
    program = student.program("build_network(3, 5, 4, rng=rng).forward(inputs)")
    for seed in (first, first, second):
        program.keep(program.build_network(*SIZES, rng=student.generator(seed)).forward(inputs))
    for _ in range(2):
        program.keep(program.build_network(*SIZES).forward(inputs))
    what = "`build_network(3, 5, 4, rng=rng).forward(inputs)`"
    one, same, other, free, another = (expect_array(outputs, (6, 4), what=what) for outputs in program.run())
    hint = "Hand `rng` on to every Linear layer."
    alike = [np.array_equal(*pair) for pair in ((one, same), (one, other), (free, another))]
    seen = Evidence("build_network: equal networks", np.array(alike))
    if not alike[0]:
        raise StudentFault(
            Why.WRONG, "Two networks built with generators of one seed differ.", hint=hint, evidence=seen
        )
    if alike[1]:
        raise StudentFault(
            Why.WRONG, "Two networks built with generators of different seeds are equal.", hint=hint, evidence=seen
        )
    if alike[2]:
        hint = "When `rng` is None, take a generator without a seed."
        raise StudentFault(Why.WRONG, "Two networks built without a generator are equal.", hint=hint, evidence=seen)


def gradient_is_right(student, reference, rng, parts, notes, activation, points):
    """Judge the gradients of a network: for its inputs, its weights and its biases."""
    network = built(student, reference, rng, SIZES, activation)
    expect_outputs(network, rng.standard_normal((3, 3)), notes)
    cases = []
    for batch in (6, 7):
        inputs, grad_output = rng.standard_normal((batch, 3)), rng.standard_normal((batch, 4))
        cases.append(network.gradients(student, inputs, grad_output))
    for name, worth in points.items():
        with parts(name, points=worth):
            for came, desired in cases:
                for actual, right in zip(came[name], desired[name], strict=True):
                    what = f"The gradient of the {activation} network for its {name}, of shape {right.shape},"
                    expect_close(actual, right, what=what, notes=notes, label=f"the gradient for the {name}")


@pytest.mark.points(4)
@pytest.mark.task("4.3")
@pytest.mark.requires("check_sequential_forward")
@pytest.mark.builds_on("check_sigmoid_forward", "check_sigmoid_backward", *CHAIN)
def check_network_gradient_sigmoid(student, reference, rng, parts, notes):
    """The gradient of the whole network with sigmoid units is right for inputs, weights and biases."""
    gradient_is_right(student, reference, rng, parts, notes, "sigmoid", {"inputs": 1, "weights": 2, "biases": 1})


@pytest.mark.points(2)
@pytest.mark.task("4.3")
@pytest.mark.requires("check_sequential_forward")
@pytest.mark.builds_on("check_tanh_forward", "check_tanh_backward", "check_sigmoid_backward", *CHAIN)
def check_network_gradient_tanh(student, reference, rng, parts, notes):
    """The gradient of the whole network with tanh units is right for inputs, weights and biases."""
    gradient_is_right(student, reference, rng, parts, notes, "tanh", {"inputs": 0.5, "weights": 1, "biases": 0.5})


@pytest.mark.points(2)
@pytest.mark.task("4.3")
@pytest.mark.requires("check_sequential_forward")
@pytest.mark.builds_on("check_relu_forward", "check_relu_backward", "check_sigmoid_backward", *CHAIN)
def check_network_gradient_relu(student, reference, rng, parts, notes):
    """The gradient of the whole network with ReLU units is right for inputs, weights and biases."""
    gradient_is_right(student, reference, rng, parts, notes, "relu", {"inputs": 0.5, "weights": 1, "biases": 0.5})
