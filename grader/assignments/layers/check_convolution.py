"""Task 4.1: convolution."""

import pytest

from grader.assignments.vocabulary.passes import Call, gradients_are_right, outputs_are_right

# The shapes of images and filters, stride and pad. Windows overlap, touch, and leave places out; all sizes differ.
SIZES = (
    ((2, 3, 5, 7), (4, 3, 3, 2), 1, 0),
    ((3, 2, 6, 7), (5, 2, 4, 3), 2, 2),
    ((2, 4, 5, 8), (3, 4, 4, 1), 3, 1),
    ((3, 1, 3, 6), (2, 1, 2, 5), 1, 2),
)
PASSES = ("conv_forward_naive", "conv_backward_naive")


def drawn(rng):
    """Return calls over sizes, stride and pad."""
    calls = []
    for images, filters, stride, pad in SIZES:
        arrays = rng.standard_normal(images), rng.standard_normal(filters), rng.standard_normal(filters[0])
        said = f"for `x` of shape {images}, `w` of shape {filters}, stride {stride}, pad {pad}"
        calls.append(Call((*arrays, {"stride": stride, "pad": pad}), said))
    return calls


@pytest.mark.points(5)
@pytest.mark.task("4.1")
def check_conv_forward(student, reference, rng, notes):
    """conv_forward_naive lays every filter on the padded images, with a stride."""
    hint = "Axes are (N, C, H, W); the filters are laid on as they are, not turned round."
    outputs_are_right(student, reference, notes, "conv_forward_naive", drawn(rng), hint)


@pytest.mark.points(7)
@pytest.mark.task("4.1")
def check_conv_backward(student, reference, rng, parts, notes):
    """conv_backward_naive returns the gradients for images, filters and biases."""
    points = {"dx": 4, "dw": 2, "db": 1}
    hints = {
        "dx": "Add up what comes from all windows over a place, and cut the padding off at the end: `[pad : pad + H]`.",
        "db": "A bias is added at every place of every image: sum over these three axes, so that the shape is (F,).",
    }
    gradients_are_right(student, reference, rng, parts, notes, PASSES, points, drawn(rng), hints)
