"""Task 4.2: max pooling."""

import pytest

from grader.assignments.vocabulary.passes import Call, gradients_are_right, outputs_are_right

# The shape of the images, the height and the width of a window, the stride, and what is added to the images.
SIZES = (
    ((2, 3, 5, 7), 3, 2, 1, 0.0),
    ((3, 2, 6, 9), 2, 3, 2, -4.0),
    ((2, 4, 8, 5), 2, 2, 3, 0.0),
)
PASSES = ("max_pool_forward_naive", "max_pool_backward_naive")


def drawn(rng):
    """Return calls over sizes and strides; no two elements are equal."""
    calls = []
    for shape, height, width, stride, level in SIZES:
        images = rng.standard_normal(shape) + level
        said = f"for `x` of shape {shape}, windows of {height} x {width}, stride {stride}"
        calls.append(Call((images, {"pool_height": height, "pool_width": width, "stride": stride}), said))
    return calls


@pytest.mark.points(3)
@pytest.mark.task("4.2")
def check_max_pool_forward(student, reference, rng, notes):
    """max_pool_forward_naive returns the largest element of every window."""
    hint = "All elements of a window may be negative; height comes before width."
    outputs_are_right(student, reference, notes, "max_pool_forward_naive", drawn(rng), hint)


@pytest.mark.points(4)
@pytest.mark.task("4.2")
def check_max_pool_backward(student, reference, rng, parts, notes):
    """max_pool_backward_naive gives each gradient to the largest element of its window, and adds up where windows overlap."""
    hints = {"dx": "One element can be the largest of several windows: its gradients add up."}
    gradients_are_right(student, reference, rng, parts, notes, PASSES, {"dx": 4}, drawn(rng), hints)
