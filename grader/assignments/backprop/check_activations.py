"""Task 1 and LeakyReLU: activations, forward and backward, at drawn and at extreme inputs."""

import numpy as np
import pytest

from grader.checks import (
    Evidence,
    StudentFault,
    Why,
    expect_array,
    expect_close,
    expect_repeated,
    run_backward,
    run_forward,
    tell_whose_gradient,
)

SHAPES = ((5, 3), (2, 7), (4, 4), (6,), (2, 3, 4))
EXTREME = np.array([[-1000.0, -40.0, 700.0], [40.0, 1000.0, -720.0]])
FLAT = 1e-6
OVERFLOW = "exp(1000) is too large for a float; use a form whose exponent is never positive."


def maker(name, arguments):
    """Return what makes the student's layer inside a program."""
    return lambda program: getattr(program, name)(*arguments)


def called(name, arguments=()):
    """Return a layer as it is written in messages."""
    return f"{name}({', '.join(f'{value:.3g}' for value in arguments)})"


def draw(rng, shape):
    """Return inputs of both signs, none of them near zero, where a derivative may jump."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.05, 4.0, shape)


def forward_is_right(student, reference, rng, notes, name, arguments=()):
    """Compare `forward` with the answer key at drawn inputs of several shapes."""
    for shape in SHAPES:
        inputs = draw(rng, shape)
        outputs = run_forward(
            student, maker(name, arguments), inputs, f"{called(name, arguments)}.forward(inputs)"
        ).outputs
        desired = getattr(reference, name)(*arguments).forward(inputs)
        expect_close(outputs, desired, what=f"`{name}.forward`", notes=notes, at=inputs)


def extremes_are_right(student, reference, rng, notes, name):
    """Require the right values, and gradients of nearly zero, at inputs up to 1000 and down to -1000."""
    grad_output = rng.uniform(0.5, 1.5, EXTREME.shape)
    what = f"{name}() at inputs of 1000 and -1000"
    outputs = run_forward(student, maker(name, ()), EXTREME, what).outputs
    desired = getattr(reference, name)().forward(EXTREME)
    try:
        expect_close(outputs, desired, what=f"`{name}.forward` at extreme inputs", notes=notes, at=EXTREME)
    except StudentFault as fault:
        finite = isinstance(outputs, np.ndarray) and outputs.dtype.kind == "f" and np.all(np.isfinite(outputs))
        fault.hint = fault.hint if finite else OVERFLOW
        raise
    came = run_backward(student, maker(name, ()), EXTREME, grad_output, what)
    steepest = float(
        np.max(np.abs(expect_array(came.grad_inputs, EXTREME.shape, what=f"`{name}.backward` at extreme inputs")))
    )
    if steepest > FLAT:
        raise StudentFault(
            Why.WRONG,
            f"`{name}.backward` must be near zero at extreme inputs, where the function is flat, but it is {steepest:.6g}.",
            expected="0",
            actual=f"{steepest:.6g}",
            evidence=Evidence(f"{name}.backward at extreme inputs", came.grad_inputs),
        )


def backward_is_right(student, reference, rng, notes, name, arguments=()):
    """Compare `backward` with the answer key for a random upstream gradient, after an earlier `forward`."""
    for shape in SHAPES:
        inputs, grad_output, before = draw(rng, shape), rng.standard_normal(shape), draw(rng, (3, *shape[1:]))
        layer = getattr(reference, name)(*arguments)
        layer.forward(inputs)
        desired = layer.backward(grad_output)
        what, make = f"{called(name, arguments)}.backward(grad_output)", maker(name, arguments)
        came = run_backward(student, make, inputs, grad_output, what, before=before)
        try:
            expect_close(came.grad_inputs, desired, what=f"`{name}.backward`", notes=notes, at=inputs)
        except StudentFault as fault:
            tell_whose_gradient(fault, student, make, came.grad_inputs, inputs, grad_output)
            raise
        expect_repeated(came, desired, inputs, grad_output, f"`{name}.backward`")


def slope_at_zero_is_between(student, rng, name, low):
    """Require that the gradient at exactly zero is the upstream one times something from `low` to 1."""
    inputs, grad_output = np.zeros((2, 3)), rng.uniform(0.5, 1.5, (2, 3))
    came = run_backward(student, maker(name, ()), inputs, grad_output, f"{name}().backward(grad_output)")
    slopes = expect_array(came.grad_inputs, (2, 3), what=f"`{name}.backward` where the inputs are zero") / grad_output
    if np.all((slopes >= low - 1e-6) & (slopes <= 1 + 1e-6)):
        return
    worst = slopes.ravel()[np.argmax(np.abs(slopes - 0.5))]
    raise StudentFault(
        Why.WRONG,
        f"`{name}.backward` multiplies by {worst:.6g} where the input is exactly zero; any slope from {low:g} to 1 is right there.",
        expected=f"a slope from {low:g} to 1",
        actual=f"{worst:.6g}",
        evidence=Evidence(f"{name}.backward at zero", slopes),
    )


@pytest.mark.points(1)
@pytest.mark.task("1.1")
def check_sigmoid_forward(student, reference, rng, notes):
    """Sigmoid.forward returns 1 / (1 + exp(-x)) for every element."""
    forward_is_right(student, reference, rng, notes, "Sigmoid")


@pytest.mark.points(2)
@pytest.mark.task("1.1")
@pytest.mark.builds_on("check_sigmoid_forward")
def check_sigmoid_backward(student, reference, rng, notes):
    """Sigmoid.backward returns the gradient for the inputs."""
    backward_is_right(student, reference, rng, notes, "Sigmoid")


@pytest.mark.points(1)
@pytest.mark.task("1.1")
@pytest.mark.builds_on("check_sigmoid_forward", "check_sigmoid_backward")
def check_sigmoid_extremes(student, reference, rng, notes):
    """Sigmoid stays finite and right at inputs of 1000 and -1000."""
    extremes_are_right(student, reference, rng, notes, "Sigmoid")


@pytest.mark.points(1)
@pytest.mark.task("1.2")
def check_tanh_forward(student, reference, rng, notes):
    """Tanh.forward returns the hyperbolic tangent of every element."""
    forward_is_right(student, reference, rng, notes, "Tanh")


@pytest.mark.points(2)
@pytest.mark.task("1.2")
@pytest.mark.builds_on("check_tanh_forward")
def check_tanh_backward(student, reference, rng, notes):
    """Tanh.backward returns the gradient for the inputs."""
    backward_is_right(student, reference, rng, notes, "Tanh")


@pytest.mark.points(1)
@pytest.mark.task("1.2")
@pytest.mark.builds_on("check_tanh_forward", "check_tanh_backward")
def check_tanh_extremes(student, reference, rng, notes):
    """Tanh stays finite and right at inputs of 1000 and -1000."""
    extremes_are_right(student, reference, rng, notes, "Tanh")


@pytest.mark.points(2)
@pytest.mark.task("1.3")
def check_relu_forward(student, reference, rng, notes):
    """ReLU.forward returns the positive part of every element."""
    forward_is_right(student, reference, rng, notes, "ReLU")


@pytest.mark.points(2)
@pytest.mark.task("1.3")
@pytest.mark.builds_on("check_relu_forward")
def check_relu_backward(student, reference, rng, notes):
    """ReLU.backward returns the gradient for the inputs; where an input is exactly zero, any slope from 0 to 1 is right."""
    backward_is_right(student, reference, rng, notes, "ReLU")
    slope_at_zero_is_between(student, rng, "ReLU", 0.0)


@pytest.mark.points(1)
@pytest.mark.task("1.4")
def check_identity(student, reference, rng, notes):
    """Identity gives back its inputs and hands the gradient on."""
    forward_is_right(student, reference, rng, notes, "Identity")
    backward_is_right(student, reference, rng, notes, "Identity")


@pytest.mark.points(1)
@pytest.mark.task("7.4")
def check_leaky_relu(student, reference, rng, notes):
    """LeakyReLU has a small slope below zero, 0.01 unless another one is given."""
    for arguments in ((), (float(rng.uniform(0.1, 0.4)),), (0.0,)):
        forward_is_right(student, reference, rng, notes, "LeakyReLU", arguments)
        backward_is_right(student, reference, rng, notes, "LeakyReLU", arguments)
    slope_at_zero_is_between(student, rng, "LeakyReLU", 0.01)
