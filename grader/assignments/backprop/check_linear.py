"""Task 2: the linear layer, at weights that the judge assigns."""

from dataclasses import replace

import numpy as np
import pytest

from grader.assignments.vocabulary.beginnings import expect_beginning
from grader.assignments.vocabulary.parameters import expect_value, oriented
from grader.checks import (
    Diagnosis,
    Evidence,
    StudentFault,
    expect_close,
    expect_repeated,
    expect_repeated_grad,
    run_backward,
    run_forward,
    tell_whose_gradient,
    wrong_shape,
)

SIZES = ((4, 3, 5), (6, 5, 2), (3, 2, 4), (5, 3, 1), (1, 2, 3))  # batch, in, out: all different


def shapes_had(student, sizes=SIZES):
    """Return the shape of weight and bias of a layer of each size."""
    program = student.program("Linear(in_features, out_features)")
    for _, in_features, out_features in sizes:
        layer = program.Linear(in_features, out_features)
        program.keep(layer.weight.value)
        program.keep(layer.bias.value)
    values = [expect_value(value, "The `value` of a parameter of `Linear`").shape for value in program.run()]
    return list(zip(values[::2], values[1::2], strict=True))


def layers(student, reference, rng):
    """Yield batch size, a layer of the answer key with drawn values, a maker of the student's with them, its weight's shape."""
    for size, (weight_shape, _) in zip(SIZES, shapes_had(student), strict=True):
        batch, in_features, out_features = size
        layer = reference.Linear(in_features, out_features)
        weight, bias = rng.standard_normal((in_features, out_features)), rng.standard_normal(out_features)
        layer.weight.value, layer.bias.value = weight, bias
        yield batch, layer, maker(weight, bias, weight_shape), weight_shape


def maker(weight, bias, weight_shape):
    """Return what makes the student's layer with these values inside a program."""

    def make(program):
        own = program.Linear(*weight.shape)
        own.weight.value = oriented(weight, weight_shape)
        own.bias.value = bias
        return own

    return make


COPY = Diagnosis(
    "weight-copied",
    "The layer does not compute with `weight.value`: whatever is assigned there, the same comes out.",
    "The optimizer assigns to `weight.value`; a layer that goes on with an array of its own never learns.",
    "Look for a copy of the weight that is made once, and for `.value` where the layer computes.",
)


COPY_BACK = replace(
    COPY,
    title="The gradient for the inputs is not computed with `weight.value`: whatever is assigned there, the same comes out.",
    explanation="The optimizer assigns to `weight.value`; with any other array the gradient is that of another layer.",
    hint="See which array stands in the product in place of `weight.value`: another one, or a copy that is made once.",
)


def keeps_copy(student, make, ask, said=COPY):
    """Return, when a layer gives the same for another weight, that it computes with something else; nothing where its code fails."""
    program = student.program("Linear with another weight")
    layer = make(program)
    program.keep(ask(layer))
    # Added to what is there, whatever its shape.
    layer.weight.value = layer.weight.value + 1.0
    program.keep(ask(layer))
    try:
        one, other = program.run()
    except StudentFault:
        return None
    return said if isinstance(one, np.ndarray) and np.array_equal(one, other) else None


@pytest.mark.points(2)
@pytest.mark.task("2.1")
def check_linear_parameters(student, rng):
    """Linear has a weight of shape (in_features, out_features) and a bias of shape (out_features,)."""
    sizes = [(1, *rng.choice(np.arange(2, 10), 2, replace=False).tolist()) for _ in SIZES]
    for (_, in_features, out_features), (weight, bias) in zip(sizes, shapes_had(student, sizes), strict=True):
        layer = f"`Linear({in_features}, {out_features})"
        if weight != (in_features, out_features):
            raise seen(wrong_shape(weight, (in_features, out_features), f"{layer}.weight.value`"), weight, bias)
        if bias != (out_features,):
            raise seen(wrong_shape(bias, (out_features,), f"{layer}.bias.value`"), weight, bias)


def seen(fault, *facts):
    """Return the fault with what was seen, for its diagnosis."""
    fault.evidence = Evidence("Linear", np.concatenate([np.ravel(fact).astype(np.float64) for fact in facts]))
    return fault


@pytest.mark.points(4)
@pytest.mark.task("2.1")
def check_linear_forward(student, reference, rng, notes):
    """Linear.forward multiplies the inputs by the weight and adds the bias."""
    for batch, layer, make, _ in layers(student, reference, rng):
        inputs = rng.standard_normal((batch, layer.weight.value.shape[0]))
        came = run_forward(student, make, inputs, "Linear.forward(inputs)")
        try:
            expect_close(came.outputs, layer.forward(inputs), what="`Linear.forward`", notes=notes, batched=True)
        except StudentFault as fault:
            fault.diagnosis = keeps_copy(student, make, lambda own, given=inputs: own.forward(given))
            raise
    as_made(student, rng.spawn(1)[0])


def as_made(student, rng):
    """Require that a layer computes with the values that it has made itself."""
    inputs = rng.standard_normal((4, 3))
    program = student.program("Linear(3, 5).forward(inputs)")
    layer = program.Linear(3, 5)
    for step in (layer.weight.value, layer.bias.value, layer.forward(inputs)):
        program.keep(step)
    weight, bias, outputs = program.run()
    weight = oriented(expect_value(weight, "`Linear(3, 5).weight.value`").astype(np.float64), (3, 5))
    if (weight.shape, np.shape(bias)) == ((3, 5), (5,)):
        what = "`Linear(3, 5).forward` with the weight and the bias that the layer has begun with"
        expect_close(outputs, inputs @ weight + bias, what=what)


@pytest.mark.points(9)
@pytest.mark.task("2.2")
@pytest.mark.builds_on("check_linear_forward")
def check_linear_backward(student, reference, rng, parts, notes):
    """Linear.backward returns the gradient for inputs, weight and bias."""
    cases = [backward_case(student, rng, *each) for each in layers(student, reference, rng)]
    with parts("inputs", points=3):
        for desired, came, inputs, grad_output, make in cases:
            inputs_are_right(student, notes, desired, came, inputs, grad_output, make)
    for name, points in (("weight", 4), ("bias", 2)):
        with parts(name, points=points):
            for desired, came, *_ in cases:
                expect_close(
                    came.grads[name], desired[name], what=f"`{name}.grad` after `Linear.backward`", notes=notes
                )
                expect_repeated_grad(came, name, desired[name])


def backward_case(student, rng, batch, layer, make, weight_shape):
    """Return the right gradients of one layer, what came, and on what."""
    in_features, out_features = layer.weight.value.shape
    inputs, grad_output = rng.standard_normal((batch, in_features)), rng.standard_normal((batch, out_features))
    before = rng.standard_normal((batch + 1, in_features))
    layer.forward(inputs)
    desired = {"inputs": layer.backward(grad_output), "bias": layer.bias.grad}
    desired["weight"] = oriented(layer.weight.grad, weight_shape)
    came = run_backward(student, make, inputs, grad_output, "Linear.backward(grad_output)", ("weight", "bias"), before)
    return desired, came, inputs, grad_output, make


def inputs_are_right(student, notes, desired, came, inputs, grad_output, make):
    """Compare the gradient that `backward` returns."""
    try:
        said = "What `Linear.backward` returns"
        expect_close(came.grad_inputs, desired["inputs"], what=said, notes=notes, batched=True)
    except StudentFault as fault:
        tell_whose_gradient(fault, student, make, came.grad_inputs, inputs, grad_output)
        fault.diagnosis = keeps_copy(
            student, make, lambda own: (own.forward(inputs), own.backward(grad_output))[1], COPY_BACK
        )
        raise
    expect_repeated(came, desired["inputs"], inputs, grad_output, "`Linear.backward`")


@pytest.mark.points(2)
@pytest.mark.task("2.3")
@pytest.mark.visibility("hidden")
def check_linear_initial_values(student, rng):
    """Linear begins with random weights that can learn, drawn from rng, and with a bias of zero."""
    expect_beginning(student, rng, "Linear", (5, 7), 2, lambda weight: weight.T)
