"""Task 1.1: the affine layer."""

import pytest

from grader.assignments.vocabulary.passes import Call, gradients_are_right, outputs_are_right

# The shape of the inputs, and the number of outputs.
SIZES = (((4, 2, 3), 5), ((3, 4), 2), ((2, 3, 1, 2), 4))
PASSES = ("affine_forward", "affine_backward")


def drawn(rng):
    """Return calls with inputs of two and of more axes."""
    calls = []
    for shape, outputs in SIZES:
        inputs = rng.standard_normal(shape)
        weights = rng.standard_normal((inputs[0].size, outputs))
        calls.append(Call((inputs, weights, rng.standard_normal(outputs)), f"for `x` of shape {shape}"))
    return calls


@pytest.mark.points(2)
@pytest.mark.task("1.1")
def check_affine_forward(student, reference, rng, notes):
    """affine_forward multiplies every row by the weights and adds the bias."""
    hint = "Lay each example out as one row, `x.reshape(len(x), -1)`, before it meets `w`."
    outputs_are_right(student, reference, notes, "affine_forward", drawn(rng), hint)


@pytest.mark.points(3)
@pytest.mark.task("1.1")
def check_affine_backward(student, reference, rng, parts, notes):
    """affine_backward returns the gradients for inputs, weights and bias, in their shapes."""
    points = {"dx": 1, "dw": 1, "db": 1}
    hints = {"db": "Every example adds its row of `dout`: sum over the batch, so that the shape is (M,)."}
    gradients_are_right(student, reference, rng, parts, notes, PASSES, points, drawn(rng), hints)
