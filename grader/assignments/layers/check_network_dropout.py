"""Task 6.3: the network with dropout, whose random numbers are the student's own."""

import math

import numpy as np
import pytest

from grader.assignments.vocabulary.connected import draw, give, loss_of, make, shapes_of
from grader.checks import StudentFault, Tolerance, Why, expect_array, expect_close, expect_number

SIZES = (6, 5, 4, 3)
WIDE = (5, 400, 300, 3)
NET = "`FullyConnectedNet` with dropout"
# Steps of differences, each with what is near enough: the longer one is for those who compute in single precision.
STEPS = ((1e-5, Tolerance(rtol=1e-4, share=1e-5)), (1e-2, Tolerance(rtol=3e-3, share=1e-4)))
SIGMAS = 6.0


def spellings(keep, settings, **more):
    """Return the options for a probability to keep an element, under the names that are in use."""
    old = keep if settings["dropout"]["p"] == "kept" else 1.0 - keep
    return {"dropout_keep_ratio": keep, **more}, {"dropout": old, **more}


def clear_values(rng):
    """Return parameters with which no unit is near zero, and about half of them are on."""
    values = {name: 0.02 * value for name, value in draw(rng, shapes_of(SIZES)).items()}
    for layer in (1, 2):
        values[f"W{layer}"] *= 3.0
        signs = np.resize([1.0, 1.0, -1.0], SIZES[layer])
        values[f"b{layer}"] = rng.permutation(signs) * rng.uniform(2.0, 3.0, SIZES[layer])
    values["W3"] *= 30.0
    return values


def slopes_of(student, net, inputs, labels, name, value, direction):
    """Return the slopes of the network's own loss along a direction of one parameter, by differences of each length."""
    program = student.program(f"loss(X, y) of {NET}")
    for step, _ in STEPS:
        for side in (step, -step):
            program.on(net).params.update({name: value + side * direction})
            program.keep(program.on(net).loss(inputs, labels)[0])
    program.on(net).params.update({name: value})
    losses = [expect_number(loss, what=f"The loss of {NET}") for loss in program.run()]
    return [(high - low) / (2.0 * step) for high, low, (step, _) in zip(losses[::2], losses[1::2], STEPS, strict=True)]


def slopes_are_right(student, net, values, inputs, labels, rng, notes):
    """Compare the gradients with differences of the network's own loss, in a drawn direction for each parameter."""
    _, grads = loss_of(student, net, inputs, labels, NET)
    directions = {name: rng.standard_normal(value.shape) for name, value in values.items()}
    for name, value in values.items():
        grad = expect_array(grads.get(name), value.shape, what=f"`grads[{name!r}]` of {NET}")
        slopes = slopes_of(student, net, inputs, labels, name, value, directions[name])
        came = np.sum(grad * directions[name])
        near = [slope for slope, (_, tolerance) in zip(slopes, STEPS, strict=True) if tolerance.holds(came, slope)]
        what = f"The slope of the loss along a drawn direction of `params[{name!r}]`, by `grads` of {NET} with a seed,"
        hint = "With a seed each call of `loss` drops the same; the backward pass goes through the same dropout."
        _, tolerance = STEPS[-1]
        expect_close(came, near[0] if near else slopes[0], what=what, notes=notes, hint=hint, exact=tolerance)


def share_is_right(grad, keep, layer):
    """Require that about as many units of a hidden layer are kept as must be: the others get no gradient behind them."""
    kept = np.any(grad != 0.0, axis=1)
    share, off = float(np.mean(kept)), SIGMAS * math.sqrt(keep * (1.0 - keep) / kept.size)
    if abs(share - keep) > off:
        raise StudentFault(
            Why.WRONG,
            f"{NET} keeps {share:.1%} of the {kept.size} units of hidden layer {layer}, but about {keep:.1%} must be kept.",
            hint="Dropout follows the rectified linear unit of every hidden layer.",
            expected=f"about {keep:.1%}",
            actual=f"{share:.1%}",
        )


@pytest.mark.points(2)
@pytest.mark.task("6.3")
@pytest.mark.builds_on("check_network_scores", "check_network_loss", "check_dropout_forward")
def check_network_dropout(student, reference, rng, parts, notes, settings):
    """FullyConnectedNet drops hidden units in training, and none in a test."""
    keep, seed = (
        round(float(rng.choice([rng.uniform(0.25, 0.4), rng.uniform(0.6, 0.75)])), 3),
        int(rng.integers(1, 10**6)),
    )
    test, slopes, shares = rng.spawn(3)
    with parts("gradients", points=1):
        values = clear_values(slopes)
        net = make(student, SIZES, NET, *spellings(keep, settings, seed=seed))
        give(student, net, values, NET)
        inputs, labels = slopes.standard_normal((8, SIZES[0])), slopes.integers(0, SIZES[-1], 8)
        slopes_are_right(student, net, values, inputs, labels, slopes, notes)
    with parts("share of units", points=0.5):
        # Not the same as before, lest networks share it.
        keep = round(1.0 - keep, 3)
        net, values = make(student, WIDE, NET, *spellings(keep, settings)), draw(shares, shapes_of(WIDE))
        values |= {"W1": 0.0 * values["W1"], "b1": 1.0 + 0.0 * values["b1"], "W2": 0.01 + 0.0 * values["W2"]}
        give(student, net, values | {"b2": 0.5 + 0.0 * values["b2"]}, NET)
        _, grads = loss_of(student, net, shares.standard_normal((1, WIDE[0])), np.array([1]), NET)
        for layer, name in ((1, "W2"), (2, "W3")):
            grad = expect_array(grads.get(name), values[name].shape, what=f"`grads[{name!r}]` of {NET}")
            share_is_right(grad, keep, layer)
    with parts("test", points=0.5):
        values, key = draw(test, shapes_of(SIZES)), reference.FullyConnectedNet([5, 4], 6, 3, dtype="float64")
        key.params = values
        net = make(student, SIZES, NET, *spellings(keep, settings))
        give(student, net, values, NET)
        inputs = test.standard_normal((5, SIZES[0]))
        expect_close(net.loss(inputs), key.loss(inputs), what=f"`loss(X)` of {NET}", notes=notes)
