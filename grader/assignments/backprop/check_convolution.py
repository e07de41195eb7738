"""Bonus: the one-dimensional convolution, and the layer that flattens its outputs."""

import numpy as np
import pytest

from grader.assignments.vocabulary.beginnings import expect_beginning
from grader.checks import (
    StudentFault,
    expect_array,
    expect_close,
    expect_repeated,
    expect_repeated_grad,
    expect_value_error,
    run_backward,
    run_forward,
    tell_whose_gradient,
)

# batch, in_channels, length, out_channels, kernel_size, stride, padding: some windows leave positions uncovered, one kernel just fits
CASES = (
    (3, 2, 8, 4, 3, 1, 0),
    (2, 3, 9, 2, 4, 2, 1),
    (4, 2, 11, 3, 3, 4, 2),
    (2, 4, 10, 3, 2, 3, 0),
    (3, 2, 3, 4, 5, 1, 1),
    (2, 1, 7, 1, 3, 2, 1),
)


def layers(reference, rng):
    """Yield batch, inputs, a layer of the answer key with drawn values, a maker of the student's, and what the call is named."""
    for batch, in_channels, length, out_channels, kernel_size, stride, padding in CASES:
        layer = reference.Conv1d(in_channels, out_channels, kernel_size, stride, padding)
        weight, bias = rng.standard_normal((out_channels, in_channels, kernel_size)), rng.standard_normal(out_channels)
        layer.weight.value, layer.bias.value = weight, bias
        what = f"Conv1d({in_channels}, {out_channels}, {kernel_size}, stride={stride}, padding={padding})"
        yield rng.standard_normal((batch, in_channels, length)), layer, maker(weight, bias, stride, padding), what


def maker(weight, bias, stride, padding):
    """Return what makes the student's layer with these values inside a program."""

    def make(program):
        out_channels, in_channels, kernel_size = weight.shape
        options = {"stride": stride, "padding": padding} if (stride, padding) != (1, 0) else {}
        own = program.Conv1d(in_channels, out_channels, kernel_size, **options)
        own.weight.value = weight
        own.bias.value = bias
        another = program.Conv1d(in_channels, out_channels, kernel_size)
        another.bias.value = bias + 1.0
        return own

    return make


def as_made(student, rng):
    """Require a weight and a bias of the right shapes; return what requires that the layer computes with them."""
    inputs = rng.standard_normal((2, 2, 6))
    program = student.program("Conv1d(2, 3, 4)")
    layer = program.Conv1d(2, 3, 4)
    for step in (layer.weight.value, layer.bias.value, layer.forward(inputs)):
        program.keep(step)
    weight, bias, outputs = program.run()
    weight = expect_array(weight, (3, 2, 4), what="`Conv1d(2, 3, 4).weight.value`")
    bias = expect_array(bias, (3,), what="`Conv1d(2, 3, 4).bias.value`")
    what = "`Conv1d(2, 3, 4).forward` with the weight and the bias that the layer has begun with"
    return lambda: expect_close(outputs, correlated(inputs, weight, bias), what=what)


def correlated(inputs, weight, bias):
    """Return the cross-correlation without stride and padding, which the judge computes with the student's own values."""
    windows = np.lib.stride_tricks.sliding_window_view(inputs, weight.shape[2], axis=2)
    return np.einsum("bcik,ock->boi", windows, weight) + bias[:, None]


@pytest.mark.points(2)
@pytest.mark.task("7.5")
def check_conv1d_forward(student, reference, rng, parts, notes):
    """Conv1d.forward is the cross-correlation of inputs and weight, with stride and padding."""
    # Each part draws from a stream of its own, so that one that fails changes nothing for the next.
    own, made, begun = rng.spawn(3)
    with parts("outputs", points=1.5):
        computes_as_made = as_made(student, made)
        for inputs, layer, make, what in layers(reference, own):
            came = run_forward(student, make, inputs, f"{what}.forward(inputs)")
            expect_close(
                came.outputs, layer.forward(inputs), what=f"`{what}.forward`", notes=notes, label="`Conv1d.forward`"
            )
        computes_as_made()
    with parts("initial values", points=0.25):
        expect_beginning(student, begun, "Conv1d", (2, 3, 4), 3, lambda weight: weight.reshape(len(weight), -1))
    with parts("a kernel that is too long", points=0.25):
        for length, kernel_size, padding in ((3, 6, 1), (2, 5, 0)):
            program = student.program(f"Conv1d(2, 3, {kernel_size}, padding={padding}).forward(inputs)")
            layer = program.Conv1d(2, 3, kernel_size, padding=padding)
            what, when = f"`Conv1d(2, 3, {kernel_size}, padding={padding}).forward`", f"the inputs have length {length}"
            expect_value_error(program, layer.forward, rng.standard_normal((4, 2, length)), what=what, when=when)


@pytest.mark.points(4)
@pytest.mark.task("7.5")
@pytest.mark.builds_on("check_conv1d_forward")
def check_conv1d_backward(student, reference, rng, parts, notes):
    """Conv1d.backward returns the gradient for inputs, weight and bias; positions that no window covers get zero."""
    cases = [backward_case(student, rng, *each) for each in layers(reference, rng)]
    with parts("inputs", points=2):
        for what, make, desired, came, inputs, grad_output in cases:
            try:
                said = f"What `{what}.backward` returns"
                expect_close(
                    came.grad_inputs, desired["inputs"], what=said, notes=notes, label="the gradient for the inputs"
                )
            except StudentFault as fault:
                tell_whose_gradient(fault, student, make, came.grad_inputs, inputs, grad_output)
                raise
            expect_repeated(came, desired["inputs"], inputs, grad_output, f"`{what}.backward`")
    for name in ("weight", "bias"):
        with parts(name, points=1):
            for what, _, desired, came, *_ in cases:
                said = f"`{name}.grad` after `{what}.backward`"
                expect_close(came.grads[name], desired[name], what=said, notes=notes, label=f"`{name}.grad`")
                expect_repeated_grad(came, name, desired[name])


def backward_case(student, rng, inputs, layer, make, what):
    """Return what is right and what came for one layer."""
    grad_output = rng.standard_normal(layer.forward(inputs).shape)
    desired = {"inputs": layer.backward(grad_output), "weight": layer.weight.grad, "bias": layer.bias.grad}
    before = rng.standard_normal((len(inputs) + 1, inputs.shape[1], inputs.shape[2] + 3))
    came = run_backward(student, make, inputs, grad_output, f"{what}.backward(grad_output)", ("weight", "bias"), before)
    return what, make, desired, came, inputs, grad_output


@pytest.mark.points(1)
@pytest.mark.task("7.6")
def check_flatten(student, reference, rng, notes):
    """Flatten joins all axes but the first, and gives the gradient the shape of the inputs."""
    for shape in ((3, 2, 5), (2, 4, 3), (4, 5), (3, 2, 2, 5)):
        inputs, grad_output = rng.standard_normal(shape), rng.standard_normal((shape[0], int(np.prod(shape[1:]))))

        def make(program):
            return program.Flatten()

        outputs = run_forward(student, make, inputs, "Flatten().forward(inputs)").outputs
        expect_close(outputs, inputs.reshape(grad_output.shape), what="`Flatten.forward`", notes=notes)
        before = rng.standard_normal((2, *shape[::-1]))
        came = run_backward(student, make, inputs, grad_output, "Flatten().backward(grad_output)", before=before)
        expect_close(came.grad_inputs, grad_output.reshape(shape), what="`Flatten.backward`", notes=notes)
        expect_repeated(came, grad_output.reshape(shape), inputs, grad_output, "`Flatten.backward`")
