"""Task 2: the linear layer, at weights that the judge assigns."""

import numpy as np
import pytest

from grader.assignments.vocabulary.parameters import expect_value, oriented
from grader.checks import (
    Evidence,
    StudentFault,
    Why,
    expect_array,
    expect_close,
    expect_repeated,
    expect_repeated_grad,
    run_backward,
    run_forward,
    whose_gradient,
    wrong_shape,
)

SIZES = ((4, 3, 5), (6, 5, 2), (3, 2, 4))  # batch, in, out: all different


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
        layer.weight.value, layer.bias.value = (
            rng.standard_normal((in_features, out_features)),
            rng.standard_normal(out_features),
        )
        yield batch, layer, maker(layer, weight_shape), weight_shape


def maker(layer, weight_shape):
    """Return what makes the student's layer with the values of `layer` inside a program."""

    def make(program):
        own = program.Linear(*layer.weight.value.shape)
        own.weight.value = oriented(layer.weight.value, weight_shape)
        own.bias.value = layer.bias.value
        return own

    return make


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
        expect_close(came.outputs, layer.forward(inputs), what="`Linear.forward`", notes=notes)


@pytest.mark.points(9)
@pytest.mark.task("2.2")
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
        expect_close(came.grad_inputs, desired["inputs"], what="What `Linear.backward` returns", notes=notes)
    except StudentFault as fault:
        fault.hint = fault.hint or whose_gradient(student, make, came.grad_inputs, inputs, grad_output)
        raise
    expect_repeated(came, desired["inputs"], inputs, grad_output, "`Linear.backward`")


@pytest.mark.points(2)
@pytest.mark.task("2.3")
@pytest.mark.visibility("hidden")
def check_linear_initial_values(student, rng):
    """Linear begins with random weights that can learn, drawn from rng, and with a bias of zero."""
    first, second = (int(seed) for seed in rng.integers(2**32, size=2))
    program = student.program("Linear(5, 7, rng)")
    for arguments in ((student.generator(first),), (student.generator(first),), (student.generator(second),), (), ()):
        layer = program.Linear(5, 7, *arguments)
        program.keep(layer.weight.value)
        program.keep(layer.bias.value)
    values = program.run()
    one, same, other, free, another = (expect_value(value, "`Linear(5, 7).weight.value`") for value in values[::2])
    for bias in values[1::2]:
        shape = expect_value(bias, "`Linear(5, 7).bias.value`").shape
        expect_close(bias, np.zeros(shape), what="`Linear(5, 7).bias.value` before training")
    for weight in (one, other, free):
        if weight.ndim != 2 or not weight.size:
            raise wrong_shape(weight.shape, (5, 7), "`Linear(5, 7).weight.value`")
        can_learn(expect_array(weight, weight.shape, what="`Linear(5, 7).weight.value`"))
    hint = "Draw the weights from the argument `rng`; when it is None, from a generator without a seed."
    alike = [np.array_equal(*pair) for pair in ((one, same), (one, other), (free, another))]
    sentences = (
        (alike[0], "Two layers made with generators of one seed have different weights."),
        (not alike[1], "Two layers made with generators of different seeds have the same weights."),
        (not alike[2], "Two layers made without a generator have the same weights."),
    )
    for holds, sentence in sentences:
        if not holds:
            raise seen(StudentFault(Why.WRONG, sentence, hint=hint), alike)


def can_learn(weight):
    """Require weights that differ between units and are of a size that neither vanishes nor saturates everything."""
    spread = float(np.std(weight))
    # Adding zero makes -0.0 the same as 0.0.
    alike = len({unit.tobytes() for unit in (weight + 0.0).T}) < weight.shape[1]
    if spread == 0.0 or alike:
        raise StudentFault(
            Why.WRONG,
            "Units begin with equal weights, so they compute and learn the same for ever.",
            hint="Draw every weight from a random distribution.",
            expected="random weights",
            actual="equal weights",
            evidence=Evidence("Linear: equal weights", np.array([spread == 0.0, alike])),
        )
    if not 1e-4 < spread < 100.0:
        raise StudentFault(
            Why.WRONG,
            f"The weights have a standard deviation of {spread:.3g} at first, with which a network cannot learn.",
            expected="a standard deviation between 0.0001 and 100",
            actual=f"{spread:.3g}",
        )
