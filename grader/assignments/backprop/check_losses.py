"""Task 3: losses, their values and gradients, also where a careless formula is not finite."""

import numpy as np
import pytest

from grader.assignments.vocabulary.hints import exchanged, of_loss
from grader.checks import (
    Evidence,
    StudentFault,
    Why,
    expect_array,
    expect_close,
    expect_number,
    expect_unchanged,
    expect_value_error,
    shown_shape,
)

SHAPES = ((5, 1), (4, 3), (7, 2), (6,), (2, 3, 4))
# Of predictions and targets; all of them broadcast.
UNLIKE = (((5, 1), (5,)), ((5,), (5, 1)), ((4, 3), (4, 1)), ((1, 3), (4, 3)))


def drawn(rng, predictions_of):
    """Return drawn predictions and targets of several shapes; targets are zeros and ones, at least one of each."""
    cases = []
    for shape in SHAPES:
        targets = rng.permutation(np.arange(np.prod(shape)) % 2).reshape(shape).astype(np.float64)
        cases.append((predictions_of(shape), targets))
    return cases


def ask(student, name, predictions, targets, before=None):
    """Return the loss, its gradient, a second gradient, and the arguments as they are afterwards."""
    program = student.program(f"{name}().backward()")
    loss = getattr(program, name)()
    if before is not None:
        loss.forward(*before)
    held, wanted = program.hold(predictions), program.hold(targets)
    program.keep(loss.forward(held, wanted))
    if before is not None:
        # Another loss works in between: what `forward` keeps belongs to the loss alone.
        getattr(program, name)().forward(*before)
    program.keep(loss.backward())
    program.keep(loss.backward())
    program.keep_now(held)
    program.keep_now(wanted)
    return program.run()


def value_of(student, name, predictions, targets):
    """Return what `forward` gives."""
    program = student.program(f"{name}().forward(predictions, targets)")
    program.keep(getattr(program, name)().forward(predictions, targets))
    return program.run()[0]


def loss_is_right(student, reference, rng, parts, notes, name, cases, points):
    """Judge value and gradient of a loss, and what it refuses, as three parts."""
    with parts("value", points=points[0]):
        for predictions, targets in cases:
            desired = getattr(reference, name)().forward(predictions, targets)
            what = f"`{name}.forward` for predictions of shape {predictions.shape}"
            value = expect_number(value_of(student, name, predictions, targets), what=what, notes=notes)
            hint = of_loss(value, desired, predictions.shape)
            try:
                expect_close(value, desired, what=what, notes=notes, hint=hint, label=f"`{name}.forward`")
            except StudentFault as fault:
                fault.diagnosis = exchanged(desired, lambda p=predictions, t=targets: value_of(student, name, t, p))
                raise
    with parts("gradient", points=points[1]):
        for number, (predictions, targets) in enumerate(cases):
            loss = getattr(reference, name)()
            loss.forward(predictions, targets)
            gradient_is_right(student, notes, name, predictions, targets, cases[number - 1], loss.backward())

    with parts("shapes that differ", points=points[2]):
        for given, wanted in UNLIKE:
            program = student.program(f"{name}().forward(predictions, targets)")
            when = f"the predictions have shape {shown_shape(given)} and the targets {shown_shape(wanted)}"
            loss = getattr(program, name)()
            expect_value_error(
                program,
                loss.forward,
                rng.uniform(0.1, 0.9, given),
                np.ones(wanted),
                what=f"`{name}.forward`",
                when=when,
            )


def gradient_is_right(student, notes, name, predictions, targets, before, desired):
    """Compare the gradient, after an earlier `forward` on other values."""
    _, grad, again, predictions_after, targets_after = ask(student, name, predictions, targets, before)
    what = f"`{name}.backward` for predictions of shape {predictions.shape}"
    expect_close(grad, desired, what=what, notes=notes, label=f"`{name}.backward`", batched=True)
    expect_close(
        again,
        desired,
        what=f"The second result of {what}",
        hint="Called twice after one `forward`, it must give the same.",
    )
    expect_unchanged(predictions_after, predictions, what=f"The array of predictions of `{name}`")
    expect_unchanged(targets_after, targets, what=f"The array of targets of `{name}`")


def extremes_are_finite(student, rng, notes, name, low, high):
    """Require finite losses and gradients at extreme predictions: near zero where they are right, large where they are wrong.

    How many there are, of which kind, and what is asked first, is drawn.
    """
    came = {"right": [], "wrong": []}
    for word in rng.permutation(["right", "wrong", *rng.choice(["right", "wrong"], 3)]).tolist():
        predictions = rng.permuted(np.resize([low, high], (int(rng.integers(3, 7)), 2)))
        targets = np.where(predictions == high, 1.0, 0.0)
        value, grad, *_ = ask(student, name, predictions, targets if word == "right" else 1.0 - targets)
        where = f"for predictions of {low:g} and {high:g} that are all {word}"
        came[word].append(expect_number(value, what=f"`{name}.forward` {where}"))
        expect_array(grad, predictions.shape, what=f"`{name}.backward` {where}")
    seen = {"right": max(came["right"], key=abs), "wrong": min(came["wrong"])}
    notes.measured("loss where all predictions are right", abs(seen["right"]))
    notes.measured("loss where all predictions are wrong", seen["wrong"])
    if abs(seen["right"]) > 1e-2:
        raise wrong_extreme(name, low, high, "right", "near 0", seen["right"])
    if seen["wrong"] < 5.0:
        raise wrong_extreme(name, low, high, "wrong", "above 5", seen["wrong"])
    return seen


def wrong_extreme(name, low, high, word, wanted, value):
    """Return the fault for a loss of the wrong size at extreme predictions."""
    return StudentFault(
        Why.WRONG,
        f"`{name}.forward` must be {wanted} for predictions of {low:g} and {high:g} that are all {word}, but it is {value:.6g}.",
        expected=wanted,
        actual=f"{value:.6g}",
        evidence=Evidence(f"{name}.forward at extremes, {word}", value),
    )


@pytest.mark.points(6)
@pytest.mark.task("3.1")
def check_mse(student, reference, rng, parts, notes):
    """MSELoss is the mean of the squared differences over every element, with its gradient."""
    cases = [(rng.standard_normal(shape), rng.standard_normal(shape)) for shape in SHAPES]
    loss_is_right(student, reference, rng.spawn(1)[0], parts, notes, "MSELoss", cases, (2.5, 3, 0.5))


@pytest.mark.points(5)
@pytest.mark.task("3.2")
def check_bce(student, reference, rng, parts, notes):
    """BCELoss is the mean cross-entropy of probabilities, with its gradient."""
    cases = drawn(rng, lambda shape: rng.uniform(0.05, 0.95, shape))
    loss_is_right(student, reference, rng.spawn(1)[0], parts, notes, "BCELoss", cases, (1.75, 3, 0.25))


@pytest.mark.points(1)
@pytest.mark.task("3.2")
@pytest.mark.builds_on("check_bce")
def check_bce_extremes(student, rng, notes):
    """BCELoss and its gradient are finite for probabilities of exactly 0 and 1."""
    extremes_are_finite(student, rng, notes, "BCELoss", 0.0, 1.0)


@pytest.mark.points(5)
@pytest.mark.task("3.3")
@pytest.mark.builds_on("check_sigmoid_forward")
def check_bce_with_logits(student, reference, rng, parts, notes):
    """BCEWithLogitsLoss is the mean cross-entropy of logits, with its gradient."""
    cases = drawn(rng, lambda shape: 2.0 * rng.standard_normal(shape))
    loss_is_right(student, reference, rng.spawn(1)[0], parts, notes, "BCEWithLogitsLoss", cases, (1.75, 3, 0.25))


@pytest.mark.points(1)
@pytest.mark.task("3.3")
@pytest.mark.builds_on("check_sigmoid_extremes", "check_bce_with_logits")
def check_bce_with_logits_extremes(student, rng, notes):
    """BCEWithLogitsLoss and its gradient are finite for logits of 1000 and -1000."""
    seen = extremes_are_finite(student, rng, notes, "BCEWithLogitsLoss", -1000.0, 1000.0)
    if abs(seen["wrong"] - 1000.0) > 1e-3:
        notes.remark(
            f"The loss of logits of 1000 that are wrong is exactly 1000, and yours is {seen['wrong']:.6g}. "
            "max(z, 0) - t * z + log(1 + exp(-|z|)) needs no clipping."
        )
