"""Sections 1.2 and 1.3: functions with their gradients at drawn moderate points, and the student's numerical gradients."""

from dataclasses import dataclass

import numpy as np
import pytest

from grader.assignments.vocabulary.hints import exchanged
from grader.checks import (
    Evidence,
    StudentFault,
    Tolerance,
    Why,
    at_any_moment,
    expect_array,
    expect_close,
    expect_unchanged,
)

SHAPES = ((7,), (4, 3), (2, 3, 4))
# A difference of width 0.01 on one side is a numerical gradient, too.
NUMERICAL = Tolerance(rtol=5e-3, share=5e-3)
# Differences of the student's own function, which may compute in single precision.
ROUGHLY = Tolerance(rtol=0.05, share=0.02)
# A width that is too large spoils some entries more than others; a wrong divisor spoils all of them alike.
FACTOR = 5e-3
SAME_IN_EVERY_DIGIT = 1e-15


def draw(rng, shape):
    """Return inputs of both signs, none of them near zero, where a derivative may jump, nor where exp overflows."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.05, 6.0, shape)


def function_is_right(student, reference, rng, notes, name):
    """Compare a function of one array with the answer key's, for arrays of several shapes, a number and a whole number."""
    student.rewind(name)
    for x in (*(draw(rng, shape) for shape in SHAPES), float(draw(rng, ())), int(rng.integers(1, 5)), -2):
        came = called(student, name, x=x)
        expect_close(came, getattr(reference, name)(x), what=f"`{name}(x)`", notes=notes, at=np.asarray(x, dtype=float))


def called(student, name, **arguments):
    """Call a function of the submission, which must leave its arguments alone."""
    what = f"{name}({', '.join(arguments)})"
    program = student.program(what)
    arrays = {argument: value for argument, value in arguments.items() if isinstance(value, np.ndarray)}
    held = {argument: program.hold(value) for argument, value in arrays.items()}
    program.keep(getattr(program, name)(*{**arguments, **held}.values()))
    for each in held.values():
        program.keep_now(each)
    value, *after = program.run()
    for (argument, given), left in zip(arrays.items(), after, strict=True):
        expect_unchanged(left, given, what=f"`{argument}`, the argument of `{what}`,")
    return value


def numerical_gradient_is_right(student, cell, desired, what, notes, own):
    """Judge the array `num_gradient` that a cell has left; a difference of function values is never quite exact.

    Its points are those of the exercise, for everybody alike, so that the right numbers could be copied. Therefore it counts as the gradient
    of a function of the student's that has the right differences at drawn points: `own`.
    """

    def judge():
        came = expect_close(
            student.num_gradient,
            desired,
            what=f"`num_gradient` of {cell}",
            notes=notes,
            exact=NUMERICAL,
            hint=f"It is {what} at every point of the cell, so an array of shape {desired.shape}: (g(x + h) - g(x - h)) / (2 h) with a small h.",
        )
        factor = float(np.median(came[desired != 0] / desired[desired != 0]))
        if abs(factor - 1.0) > FACTOR:
            raise StudentFault(
                Why.WRONG,
                f"`num_gradient` of {cell} is {factor:.4g} times {what}, at most points.",
                hint="Is the difference divided by the distance between the two points at which the function was taken?",
                expected="1 times",
                actual=f"{factor:.4g} times",
                evidence=Evidence(f"`num_gradient` of {cell}", came, desired),
            )
        return came

    came = at_any_moment(student, "num_gradient", cell, judge)
    own.has_differences(student, cell)
    if np.max(np.abs(came - desired)) <= SAME_IN_EVERY_DIGIT:
        notes.remark(
            f"`num_gradient` of {cell} equals the formula of the derivative in every digit, which differences of function values hardly do."
        )


@dataclass(frozen=True)
class Own:
    """A function of the student's, drawn points with the arguments before them, half the width of a difference, and the right slopes."""

    name: str
    points: np.ndarray
    before: tuple[np.ndarray, ...]
    half: float
    slopes: np.ndarray

    def has_differences(self, student, cell):
        """Require that differences of the student's function give the right slopes at the drawn points."""
        student.rewind(self.name)
        try:
            high, low = (self.values(student, self.points + side, self.before) for side in (self.half, -self.half))
        except StudentFault as fault:
            if fault.fatal:
                raise
            # A function of single numbers is enough here.
            high, low = (
                [
                    self.values(student, float(point) + side, tuple(float(each[k]) for each in self.before))
                    for k, point in enumerate(self.points)
                ]
                for side in (self.half, -self.half)
            )
        expect_close(
            (np.asarray(high) - np.asarray(low)) / (2 * self.half),
            self.slopes,
            what=f"`num_gradient` of {cell} is right, but a difference of values of your `{self.name}`, divided by its width,",
            exact=ROUGHLY,
            hint=f"`num_gradient` is computed from values of `{self.name}`, so this must be right, too.",
        )

    def values(self, student, points, before):
        """Return what the function gives for points of one shape."""
        program = student.program(f"{self.name}(...)")
        program.keep(getattr(program, self.name)(*before, points))
        return expect_array(program.run()[0], np.shape(points), what=f"`{self.name}`")


def derivative_at_zero_is_between(student):
    """Require that the derivative of relu at exactly zero is something from 0 to 1."""
    came = expect_array(called(student, "relu_grad", x=np.zeros((2, 3))), (2, 3), what="`relu_grad(x)` where x is zero")
    if np.all((came >= 0) & (came <= 1)):
        return
    worst = came.ravel()[np.argmax(np.abs(came - 0.5))]
    raise StudentFault(
        Why.WRONG,
        f"`relu_grad(x)` is {worst:.6g} where x is exactly zero; anything from 0 to 1 is right there.",
        expected="from 0 to 1",
        actual=f"{worst:.6g}",
    )


@pytest.mark.points(1)
@pytest.mark.task("1.2a")
def check_sigmoid(student, reference, rng, notes):
    """sigmoid(x) is 1 / (1 + exp(-x)), for numbers and arrays of any shape."""
    function_is_right(student, reference, rng, notes, "sigmoid")


@pytest.mark.points(0.5)
@pytest.mark.task("1.2c")
@pytest.mark.builds_on("check_sigmoid")
def check_sigmoid_grad(student, reference, rng, notes):
    """sigmoid_grad(x) is the derivative of the sigmoid at x."""
    function_is_right(student, reference, rng, notes, "sigmoid_grad")


@pytest.mark.points(0.5)
@pytest.mark.task("1.2c")
@pytest.mark.builds_on("check_sigmoid")
def check_sigmoid_numerical_gradient(student, reference, rng, settings, notes):
    """num_gradient of 1.2c is the numerical gradient of the sigmoid."""
    desired = reference.sigmoid_grad(np.linspace(*settings["points"]["sigmoid"]))
    x = draw(rng, 12)
    own = Own("sigmoid", x, (), rng.uniform(0.01, 0.03), reference.sigmoid_grad(x))
    numerical_gradient_is_right(student, "1.2c", desired, "the numerical derivative of `sigmoid`", notes, own)


@pytest.mark.points(1)
@pytest.mark.task("1.2e")
def check_relu(student, reference, rng, notes):
    """relu(x) keeps what is positive and is 0 elsewhere."""
    function_is_right(student, reference, rng, notes, "relu")
    expect_close(called(student, "relu", x=np.zeros(3)), np.zeros(3), what="`relu(x)` where x is zero")


@pytest.mark.points(1)
@pytest.mark.task("1.2f")
def check_relu_grad(student, reference, rng, notes):
    """relu_grad(x) is 1 where x is positive and 0 where it is negative; at exactly 0, anything between is right."""
    function_is_right(student, reference, rng, notes, "relu_grad")
    derivative_at_zero_is_between(student)


@pytest.mark.points(1)
@pytest.mark.task("1.2f")
@pytest.mark.builds_on("check_relu")
def check_relu_numerical_gradient(student, reference, rng, settings, notes):
    """num_gradient of 1.2f is the numerical gradient of relu."""
    desired = reference.relu_grad(np.linspace(*settings["points"]["relu"]))
    x = rng.permutation(np.append(draw(rng, 10), rng.uniform(0.05, 6.0, 2) * [-1.0, 1.0]))
    own = Own("relu", x, (), rng.uniform(0.01, 0.03), reference.relu_grad(x))
    numerical_gradient_is_right(student, "1.2f", desired, "the numerical derivative of `relu`", notes, own)


def samples(rng, shape):
    """Return labels of both kinds, and probabilities that are not too near 0 and 1."""
    y = rng.integers(0, 2, shape).astype(float)
    y.flat[:2] = 0.0, 1.0
    return y, rng.uniform(0.02, 0.98, shape)


def loss_is_right(student, reference, rng, notes, name):
    """Compare a function of labels and probabilities with the answer key's, element by element."""
    student.rewind(name)
    cases = [samples(rng, shape) for shape in SHAPES]
    # Labels in whole numbers, one label for all, and single numbers, as the notebook itself has them.
    cases += [(cases[0][0].astype(int), cases[0][1]), (1, cases[0][1]), (0, 0.3), (1, 0.8)]
    for y, y_hat in cases:
        desired = getattr(reference, name)(y, y_hat)
        try:
            expect_close(called(student, name, y=y, y_hat=y_hat), desired, what=f"`{name}(y, y_hat)`", notes=notes)
        except StudentFault as fault:
            fault.diagnosis = exchanged(desired, lambda y=y, y_hat=y_hat: called(student, name, y=y_hat, y_hat=y))
            raise


@pytest.mark.points(1)
@pytest.mark.task("1.2i")
def check_bce_loss(student, reference, rng, notes):
    """bce_loss(y, y_hat) is the binary cross-entropy of every element."""
    loss_is_right(student, reference, rng, notes, "bce_loss")


@pytest.mark.points(2)
@pytest.mark.task("1.2k")
def check_bce_loss_grad(student, reference, rng, notes):
    """bce_loss_grad(y, y_hat) is the derivative of the loss with respect to y_hat, for every element."""
    loss_is_right(student, reference, rng, notes, "bce_loss_grad")


@pytest.mark.points(1)
@pytest.mark.task("1.2k")
@pytest.mark.builds_on("check_bce_loss")
def check_bce_numerical_gradient(student, reference, rng, settings, notes):
    """num_gradient of 1.2k is the numerical gradient of the loss with respect to y_hat."""
    y_hat = np.linspace(*settings["points"]["bce"])
    desired = reference.bce_loss_grad(np.arange(len(y_hat)) % 2, y_hat)
    y, drawn = samples(rng, 12)
    drawn = 0.1 + 0.8 * drawn
    own = Own("bce_loss", drawn, (y,), rng.uniform(0.001, 0.003), reference.bce_loss_grad(y, drawn))
    what = "the numerical derivative of `bce_loss` with respect to `y_hat`"
    numerical_gradient_is_right(student, "1.2k", desired, what, notes, own)


def model_results(student, reference, rng):
    """Yield for drawn samples of both labels what `fn` returned and what is right: losses and gradients."""
    student.rewind("fn")
    for label in (0, 1, 0, 1):
        x = rng.uniform(-1.5, 1.5, 4)
        what = f"`fn(x, {label})`"
        items = student.list(called(student, "fn", x=x, y=label), f"What {what} returns")
        if len(items) != 2:
            raise StudentFault(
                Why.WRONG, f"{what} must return two things, the loss and its gradient, but it returned {len(items)}."
            )
        yield items, reference.fn(x, label), what


@pytest.mark.points(1)
@pytest.mark.task("1.3a")
@pytest.mark.builds_on("check_sigmoid", "check_bce_loss", "check_bce_loss_grad")
def check_model_loss(student, reference, rng, notes):
    """fn(x, y) returns the loss of the model of one layer."""
    for (loss, _), (desired, _), what in model_results(student, reference, rng):
        expect_close(loss, desired, what=f"The loss of {what}", notes=notes, label="the loss")


@pytest.mark.points(1)
@pytest.mark.task("1.3a")
@pytest.mark.builds_on("check_sigmoid", "check_sigmoid_grad", "check_bce_loss_grad")
def check_model_gradient(student, reference, rng, notes):
    """fn(x, y) returns the gradient of the loss with respect to x."""
    for (_, grad), (_, desired), what in model_results(student, reference, rng):
        hint = "Three factors by the chain rule: of the loss, of the sigmoid at z, and the weights."
        expect_close(grad, desired, what=f"The gradient of {what}", notes=notes, label="the gradient", hint=hint)
