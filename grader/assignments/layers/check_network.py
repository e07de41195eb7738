"""Task 6.1: the network of affine layers."""

import numpy as np
import pytest

from grader.assignments.vocabulary.connected import (
    draw,
    give,
    gradients_are_right,
    loss_of,
    make,
    parameters_of,
    shapes_of,
)
from grader.checks import StudentFault, Why, expect_close

SIZES = (6, 5, 4, 3)
OTHER = (8, 7, 5)
NET = "`FullyConnectedNet`"
BIASES = "Only the weights W1, W2, ... are regularized, by 0.5 * reg * sum(W**2), whose derivative is reg * W."
ABOUT = 0.2
# Of so many weights as the default sizes and this number of hidden units make, the standard deviation is known to a thousandth.
MANY, NEARLY = 120, 0.006


def spread_is_right(name, weights, scale, about=ABOUT):
    """Require that initial weights have about the right standard deviation, and a mean near zero."""
    for word, value, wanted, off in (
        ("standard deviation", weights.std(), scale, about),
        ("mean", weights.mean(), 0.0, ABOUT),
    ):
        if abs(value - wanted) > off * scale:
            raise StudentFault(
                Why.WRONG,
                f"The initial `params[{name!r}]` of {NET} have a {word} of {value:.3g} with weight_scale = {scale}.",
                expected=f"about {wanted:.3g}",
                actual=f"{value:.3g}",
            )


@pytest.mark.points(3)
@pytest.mark.task("6.1")
def check_network_parameters(student, rng, parts, notes):
    """FullyConnectedNet begins with random weights and biases of zero."""
    scale, sizes = round(float(rng.uniform(0.03, 0.3)), 3), (60, 50, 40, 30)
    with parts("names and shapes", points=1):
        own = tuple(int(size) for size in rng.spawn(1)[0].choice(np.arange(2, 12), len(SIZES), replace=False))
        for each in (SIZES, OTHER, own):
            parameters_of(student, make(student, each, NET), shapes_of(each), NET)
    with parts("values", points=2):
        values = parameters_of(student, make(student, sizes, NET, {"weight_scale": scale}), shapes_of(sizes), NET)
        for name, value in values.items():
            if name.startswith("W"):
                spread_is_right(name, value, scale)
            else:
                expect_close(value, np.zeros(value.shape), what=f"The initial `params[{name!r}]` of {NET}", notes=notes)
        what = f"{NET} with all defaults"
        values = parameters_of(student, student.FullyConnectedNet([MANY]), shapes_of((3072, MANY, 10)), what)
        spread_is_right("W1", values["W1"], 0.01, NEARLY)


def networks(student, reference, rng, sizes, reg):
    """Return a network of the student's and one of the answer key with the same drawn parameters, and their names."""
    values = draw(rng, shapes_of(sizes))
    options = {} if reg is None else {"reg": reg}
    key = reference.FullyConnectedNet(list(sizes[1:-1]), sizes[0], sizes[-1], dtype="float64", **options)
    key.params = values
    net = make(student, sizes, NET, options)
    return net, key, give(student, net, values, NET)


def hidden(sizes):
    """Return how many hidden layers there are, in words."""
    return f"{len(sizes) - 2} hidden layer{'s' if len(sizes) > 3 else ''}"


def examples(rng, shape, classes):
    """Return drawn examples and labels."""
    return rng.standard_normal(shape), rng.integers(0, classes, shape[0])


@pytest.mark.points(3)
@pytest.mark.task("6.1")
@pytest.mark.builds_on("check_affine_forward", "check_relu_forward")
def check_network_scores(student, reference, rng, notes):
    """FullyConnectedNet.loss(X) returns the scores."""
    for sizes, shape in ((SIZES, (7, 3, 2)), (OTHER, (4, 8))):
        net, key, _ = networks(student, reference, rng, sizes, None)
        inputs, _ = examples(rng, shape, sizes[-1])
        hint = "After the last affine layer comes no rectified linear unit, and no softmax."
        what = f"`loss(X)` of {NET} with {hidden(sizes)}"
        expect_close(net.loss(inputs), key.loss(inputs), what=what, notes=notes, label=f"scores of {NET}", hint=hint)


@pytest.mark.points(6)
@pytest.mark.task("6.1")
@pytest.mark.builds_on(
    "check_affine_forward", "check_affine_backward", "check_relu_forward", "check_relu_backward", "check_softmax_loss"
)
def check_network_loss(student, reference, rng, parts, notes):
    """FullyConnectedNet.loss(X, y) returns the loss and the gradients, with the regularization."""
    reg, came, right = round(float(rng.uniform(0.2, 0.8)), 3), [], []
    for sizes, shape, each in ((SIZES, (7, 3, 2), None), (OTHER, (4, 8), None), (SIZES, (5, 6), reg)):
        net, key, names = networks(student, reference, rng, sizes, each)
        inputs, labels = examples(rng, shape, sizes[-1])
        what = f"{NET} with {hidden(sizes)}{'' if each is None else ' and reg'}"
        came.append((what, names, *loss_of(student, net, inputs, labels, what)))
        right.append(key.loss(inputs, labels))
    for name, points, chosen, hint in (
        ("loss", 2, slice(2), None),
        ("gradients", 2, slice(2), None),
        ("regularization", 2, slice(2, 3), BIASES),
    ):
        with parts(name, points=points):
            for (what, names, loss, grads), (desired, wanted) in zip(came[chosen], right[chosen], strict=True):
                if name != "gradients":
                    said = f"The loss of {what}"
                    expect_close(loss, desired, what=said, notes=notes, label=f"loss of {NET}", hint=hint)
                if name != "loss":
                    gradients_are_right(grads, wanted, names, what, notes, hint)
