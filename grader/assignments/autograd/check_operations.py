"""Tasks 1.2 to 1.8: every operation, its value and the gradient for each operand."""

from functools import partial

import numpy as np
import pytest

from grader.assignments.vocabulary.tensors import Case, as_data, case, derive, expect_cases, takes_gradient
from grader.checks import StudentFault, Why, expect_array

SHAPE = (3, 4)
SHAPES = (SHAPE, (5,), (2, 3, 4))


def draw(rng, shape=SHAPE):
    """Return numbers from -3 to 3, spread so evenly that no range is left out by chance, and none near zero, where a derivative may jump."""
    size = int(np.prod(shape))
    sizes = 0.05 + 2.95 * (np.arange(size) + rng.random(size)) / size
    signs = rng.choice([-1.0, 1.0]) * (-1.0) ** np.arange(size)
    return rng.permutation(signs * sizes).reshape(shape)


def positive(rng, shape=SHAPE):
    """Return numbers above zero, for powers and logarithms."""
    return rng.uniform(0.4, 2.5, shape)


def number(rng):
    """Return a number as Python has it, with three decimals."""
    return round(float(rng.uniform(1.2, 2.8)), 3)


@pytest.mark.points(1)
@pytest.mark.task("1.2")
@pytest.mark.builds_on("check_tensor")
def check_add(student, reference, rng, parts, notes):
    """The sum of tensors, of a tensor and an array, and of a tensor and a number on either side."""
    new, c, array = partial(case, reference, rng), number(rng), draw(rng)
    tensors = [new("a + b", lambda a, b: a + b, draw(rng), draw(rng))]
    numbers = [
        new("a + array", lambda a: a + array, draw(rng)),
        new(f"a + {c}", lambda a: a + c, draw(rng)),
        new(f"{c} + a", lambda a: c + a, draw(rng)),
        new("3 + a", lambda a: 3 + a, draw(rng)),
    ]
    with parts("tensors", points=0.5):
        expect_cases(student, tensors, notes)
    with parts("numbers and arrays", points=0.5):
        expect_cases(student, numbers, notes)


@pytest.mark.points(1)
@pytest.mark.task("1.2")
@pytest.mark.builds_on("check_tensor")
def check_subtract(student, reference, rng, parts, notes):
    """The difference of tensors, of a tensor and an array, of a tensor and a number on either side, and the negative."""
    new, c, array = partial(case, reference, rng), number(rng), draw(rng)
    tensors = [new("a - b", lambda a, b: a - b, draw(rng), draw(rng)), new("-a", lambda a: -a, draw(rng))]
    numbers = [
        new("a - array", lambda a: a - array, draw(rng)),
        new(f"a - {c}", lambda a: a - c, draw(rng)),
        new(f"{c} - a", lambda a: c - a, draw(rng)),
        new("3 - a", lambda a: 3 - a, draw(rng)),
    ]
    with parts("tensors", points=0.5):
        expect_cases(student, tensors, notes)
    with parts("numbers and arrays", points=0.5):
        expect_cases(student, numbers, notes)


@pytest.mark.points(1)
@pytest.mark.task("1.3")
@pytest.mark.builds_on("check_tensor")
def check_multiply(student, reference, rng, parts, notes):
    """The product of tensors, of a tensor and an array, and of a tensor and a number on either side."""
    new, c, array = partial(case, reference, rng), number(rng), draw(rng)
    tensors = [new("a * b", lambda a, b: a * b, draw(rng), draw(rng))]
    numbers = [
        new("a * array", lambda a: a * array, draw(rng)),
        new(f"a * {c}", lambda a: a * c, draw(rng)),
        new(f"{c} * a", lambda a: c * a, draw(rng)),
        new("3 * a", lambda a: 3 * a, draw(rng)),
    ]
    with parts("tensors", points=0.5):
        expect_cases(student, tensors, notes)
    with parts("numbers and arrays", points=0.5):
        expect_cases(student, numbers, notes)


@pytest.mark.points(2)
@pytest.mark.task("1.3")
@pytest.mark.builds_on("check_tensor")
def check_divide(student, reference, rng, parts, notes):
    """The quotient of tensors, of a tensor and an array, and of a tensor and a number on either side."""
    new, c, array = partial(case, reference, rng), number(rng), positive(rng)
    tensors = [new("a / b", lambda a, b: a / b, draw(rng), positive(rng))]
    numbers = [
        new("a / array", lambda a: a / array, draw(rng)),
        new(f"a / {c}", lambda a: a / c, draw(rng)),
        new(f"{c} / a", lambda a: c / a, positive(rng)),
        new("3 / a", lambda a: 3 / a, positive(rng)),
    ]
    with parts("tensors", points=1):
        expect_cases(student, tensors, notes)
    with parts("numbers and arrays", points=1):
        expect_cases(student, numbers, notes)


@pytest.mark.points(2)
@pytest.mark.task("1.4")
@pytest.mark.builds_on("check_tensor")
def check_power(student, reference, rng, parts, notes):
    """The power of tensors, of a tensor and an array, and of a tensor and a number on either side."""
    new, c, array = partial(case, reference, rng), number(rng), draw(rng)
    numbers = [
        new("a ** 2", lambda a: a**2, draw(rng)),
        new("a ** 3", lambda a: a**3, draw(rng)),
        # Where the derivative is constant, or zero, a formula for all other exponents is easily spoilt.
        new("a ** 1", lambda a: a**1, draw(rng)),
        new("a ** 0", lambda a: a**0, draw(rng)),
        new("a ** -1", lambda a: a**-1, draw(rng)),
        new(f"a ** {c}", lambda a: a**c, positive(rng)),
        new("a ** -1.5", lambda a: a**-1.5, positive(rng)),
        new("a ** array", lambda a: a**array, positive(rng)),
    ]
    tensors = [
        new("a ** b", lambda a, b: a**b, positive(rng), draw(rng)),
        new(f"{c} ** a", lambda a: c**a, draw(rng)),
    ]
    with parts("a number or an array as exponent", points=1):
        expect_cases(student, numbers, notes)
    with parts("a tensor as exponent", points=1):
        expect_cases(student, tensors, notes)


@pytest.mark.points(2)
@pytest.mark.task("1.5")
@pytest.mark.builds_on("check_tensor")
def check_matmul(student, reference, rng, notes):
    """The product of matrices."""
    new, array = partial(case, reference, rng), draw(rng, (4, 5))
    cases = [
        new("a @ b", lambda a, b: a @ b, draw(rng, (3, 4)), draw(rng, (4, 2))),
        new("a @ array", lambda a: a @ array, draw(rng, (2, 4))),
        new("a @ b", lambda a, b: a @ b, draw(rng, (2, 5)), draw(rng, (5, 3))),
        new("a @ b @ c", lambda a, b, c: a @ b @ c, draw(rng, (2, 3)), draw(rng, (3, 5)), draw(rng, (5, 4))),
    ]
    expect_cases(student, cases, notes)


@pytest.mark.points(2)
@pytest.mark.task("1.6")
@pytest.mark.builds_on("check_tensor")
def check_sum(student, reference, rng, parts, notes):
    """The sum over all elements, over one axis and over several, with and without keepdims."""
    new = partial(case, reference, rng)
    everything = [
        new("a.sum()", lambda a: a.sum(), draw(rng)),
        new("a.sum(keepdims=True)", lambda a: a.sum(keepdims=True), draw(rng)),
    ]
    # In a square, a gradient that was stretched along the wrong axis has the right shape.
    axis = [
        new("a.sum(axis=0)", lambda a: a.sum(axis=0), draw(rng)),
        new("a.sum(axis=1)", lambda a: a.sum(axis=1), draw(rng, (4, 4))),
        new("a.sum(axis=-2)", lambda a: a.sum(axis=-2), draw(rng, (2, 3, 4))),
        new("a.sum(axis=1, keepdims=True)", lambda a: a.sum(axis=1, keepdims=True), draw(rng, (2, 3, 4))),
    ]
    axes = [
        new("a.sum(axis=(0, 2))", lambda a: a.sum(axis=(0, 2)), draw(rng, (2, 3, 4))),
        new("a.sum(axis=(-1, 0))", lambda a: a.sum(axis=(-1, 0)), draw(rng, (3, 4, 3))),
        new("a.sum(axis=(1, 2), keepdims=True)", lambda a: a.sum(axis=(1, 2), keepdims=True), draw(rng, (2, 3, 4))),
    ]
    with parts("all elements", points=0.5):
        expect_cases(student, everything, notes)
    with parts("one axis", points=1):
        expect_cases(student, axis, notes)
    with parts("several axes", points=0.5):
        expect_cases(student, axes, notes)


@pytest.mark.points(1)
@pytest.mark.task("1.6")
@pytest.mark.builds_on("check_tensor", "check_multiply", "check_sum")
def check_mean(student, reference, rng, parts, notes):
    """The mean over all elements, over one axis and over several, with and without keepdims."""
    new = partial(case, reference, rng)
    everything = [
        new("a.mean()", lambda a: a.mean(), draw(rng)),
        new("a.mean(keepdims=True)", lambda a: a.mean(keepdims=True), draw(rng, (2, 3, 4))),
    ]
    axis = [
        new("a.mean(axis=0)", lambda a: a.mean(axis=0), draw(rng)),
        new("a.mean(axis=1)", lambda a: a.mean(axis=1), draw(rng, (4, 4))),
        new("a.mean(axis=-1, keepdims=True)", lambda a: a.mean(axis=-1, keepdims=True), draw(rng, (2, 3, 4))),
        new("a.mean(axis=(0, 2))", lambda a: a.mean(axis=(0, 2)), draw(rng, (2, 3, 4))),
        new("a.mean(axis=(-2, 0), keepdims=True)", lambda a: a.mean(axis=(-2, 0), keepdims=True), draw(rng, (2, 3, 4))),
    ]
    with parts("all elements", points=0.5):
        expect_cases(student, everything, notes)
    with parts("one axis or several", points=0.5):
        expect_cases(student, axis, notes)


@pytest.mark.points(1)
@pytest.mark.task("1.7")
@pytest.mark.builds_on("check_tensor")
def check_reshape(student, reference, rng, parts, notes):
    """The same elements in another shape, given by lengths one by one or as a tuple."""
    new, shapes = partial(case, reference, rng), (((3, 4), (2, 6)), ((2, 3, 4), (4, -1)))
    single = [
        new(f"a.reshape{lengths}", lambda a, lengths=lengths: a.reshape(*lengths), draw(rng, shape))
        for shape, lengths in shapes
    ]
    tuples = [
        new(f"a.reshape({lengths})", lambda a, lengths=lengths: a.reshape(lengths), draw(rng, shape))
        for shape, lengths in shapes
    ]
    with parts("lengths one by one", points=0.5):
        expect_cases(student, [*single, new("a.reshape(12)", lambda a: a.reshape(12), draw(rng))], notes)
    with parts("a tuple", points=0.5):
        expect_cases(student, tuples, notes)


@pytest.mark.points(1)
@pytest.mark.task("1.7")
@pytest.mark.builds_on("check_tensor")
def check_transpose(student, reference, rng, parts, notes):
    """The axes in reverse order, or in one that is given one by one or as a tuple."""
    new = partial(case, reference, rng)
    backwards = [
        new("a.T", lambda a: a.T, draw(rng)),
        new("a.T", lambda a: a.T, draw(rng, (2, 3, 4))),
        new("a.transpose()", lambda a: a.transpose(), draw(rng, (2, 3, 4))),
    ]
    # This order is not its own inverse.
    single = new("a.transpose(2, 0, 1)", lambda a: a.transpose(2, 0, 1), draw(rng, (2, 3, 4)))
    in_a_tuple = new("a.transpose((2, 0, 1))", lambda a: a.transpose((2, 0, 1)), draw(rng, (2, 3, 4)))
    with parts("reversed", points=0.5):
        expect_cases(student, backwards, notes)
    with parts("a given order, one by one", points=0.25):
        expect_cases(student, [single], notes)
    with parts("a given order, as a tuple", points=0.25):
        expect_cases(student, [in_a_tuple], notes)


@pytest.mark.points(1)
@pytest.mark.task("1.8")
@pytest.mark.builds_on("check_tensor")
def check_exp_and_log(student, reference, rng, parts, notes):
    """The exponential and the natural logarithm of every element."""
    exp = [case(reference, rng, "a.exp()", lambda a: a.exp(), draw(rng, shape)) for shape in SHAPES]
    log = [case(reference, rng, "a.log()", lambda a: a.log(), positive(rng, shape)) for shape in SHAPES]
    with parts("exp", points=0.5):
        expect_cases(student, exp, notes)
    with parts("log", points=0.5):
        expect_cases(student, log, notes)


@pytest.mark.points(1)
@pytest.mark.task("1.8")
@pytest.mark.builds_on("check_tensor")
def check_relu(student, reference, rng, notes):
    """The positive part of every element; where one is exactly zero, any slope from 0 to 1 is right."""
    cases = [case(reference, rng, "a.relu()", lambda a: a.relu(), draw(rng, shape)) for shape in SHAPES]
    expect_cases(student, cases, notes)
    zeros = np.zeros((2, 3))
    upstream = rng.uniform(0.5, 1.5, zeros.shape)
    at_zero = Case("a.relu()", lambda a: a.relu(), (zeros,), zeros, upstream, (zeros,))
    grad = as_data(derive(student, at_zero, takes_gradient(student)).grads[0])
    slopes = expect_array(grad, zeros.shape, what="The gradient of `a.relu()` where `a` is zero") / upstream
    if np.all((slopes >= -1e-6) & (slopes <= 1 + 1e-6)):
        return
    worst = slopes.ravel()[np.argmax(np.abs(slopes - 0.5))]
    raise StudentFault(
        Why.WRONG,
        f"The slope of `a.relu()` is {worst:.6g} where `a` is exactly zero; any slope from 0 to 1 is right there.",
        expected="a slope from 0 to 1",
        actual=f"{worst:.6g}",
    )


@pytest.mark.points(1)
@pytest.mark.task("1.8")
@pytest.mark.builds_on("check_tensor")
def check_sigmoid(student, reference, rng, notes):
    """The logistic sigmoid of every element."""
    cases = [case(reference, rng, "a.sigmoid()", lambda a: a.sigmoid(), draw(rng, shape)) for shape in SHAPES]
    expect_cases(student, cases, notes)


@pytest.mark.points(1)
@pytest.mark.task("1.8")
@pytest.mark.builds_on("check_tensor")
def check_tanh(student, reference, rng, notes):
    """The hyperbolic tangent of every element."""
    cases = [case(reference, rng, "a.tanh()", lambda a: a.tanh(), draw(rng, shape)) for shape in SHAPES]
    expect_cases(student, cases, notes)
