"""Task 2.3: layer normalization."""

import pytest

from grader.assignments.vocabulary.normalization import CLOSE, parameters, spread
from grader.assignments.vocabulary.passes import Call, gradients_are_right, outputs_are_right

SHAPES = ((4, 6), (3, 8), (5, 4))
PASSES = ("layernorm_forward", "layernorm_backward")


def drawn(rng):
    """Return calls: the first leaves the settings out and has inputs so close together that eps shows."""
    calls = []
    for number, shape in enumerate(SHAPES):
        options = {"eps": round(float(rng.uniform(0.1, 0.5)), 3)} if number else {}
        said = f"for `x` of shape {shape}{' with eps' if number else ''}"
        inputs = (1.0 if number else CLOSE) * spread(rng, shape)
        calls.append(Call((inputs, *parameters(rng, shape[1]), options), said))
    return calls


@pytest.mark.points(2)
@pytest.mark.task("2.3")
def check_layernorm_forward(student, reference, rng, notes):
    """layernorm_forward normalizes every row."""
    hint = "Mean and variance are those of a row, one example; gamma and beta still belong to the columns."
    outputs_are_right(student, reference, notes, "layernorm_forward", drawn(rng), hint)


@pytest.mark.points(4)
@pytest.mark.task("2.3")
def check_layernorm_backward(student, reference, rng, parts, notes):
    """layernorm_backward returns the gradients for inputs, gamma and beta."""
    points = {"dx": 2, "dgamma": 1, "dbeta": 1}
    gradients_are_right(student, reference, rng, parts, notes, PASSES, points, drawn(rng))
