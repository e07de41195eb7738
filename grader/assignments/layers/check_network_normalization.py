"""Task 6.2: the network with normalization."""

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
from grader.checks import expect_close

SIZES = (6, 5, 4, 7, 3)
BATCHES = 3
WITH = {
    "batchnorm": ({"normalization": "batchnorm"}, {"use_batchnorm": True}),
    "layernorm": ({"normalization": "layernorm"},),
}


@pytest.mark.points(4)
@pytest.mark.task("6.2")
@pytest.mark.builds_on(
    "check_network_scores",
    "check_network_loss",
    "check_batchnorm_forward",
    "check_batchnorm_backward",
    "check_layernorm_forward",
    "check_layernorm_backward",
)
def check_network_normalization(student, reference, rng, parts, notes):
    """FullyConnectedNet normalizes between the affine layers and the rectified linear units."""
    for kind, own in zip(WITH, rng.spawn(len(WITH)), strict=True):
        with parts(kind, points=2):
            shapes, what = shapes_of(SIZES, normalized=True), f'`FullyConnectedNet` with normalization="{kind}"'
            values = draw(own, shapes)
            key = reference.FullyConnectedNet(
                list(SIZES[1:-1]), SIZES[0], SIZES[-1], normalization=kind, reg=0.1, dtype="float64"
            )
            key.params = values
            net = make(student, SIZES, what, *({**each, "reg": 0.1} for each in WITH[kind]))
            for name, value in parameters_of(student, net, shapes, what).items():
                if not name.startswith("W"):
                    start = 1.0 if name.startswith("gamma") else 0.0
                    expect_close(value, start + 0.0 * value, what=f"The initial `params[{name!r}]` of {what}")
            names = give(student, net, values, what)
            for _ in range(BATCHES):
                inputs, labels = own.standard_normal((9, SIZES[0])), own.integers(0, SIZES[-1], 9)
                # Another network, whose running averages are its own.
                make(student, SIZES, what, *WITH[kind]).loss(inputs[::-1] + 1.0, labels)
                loss, grads = loss_of(student, net, inputs, labels, what)
                desired, wanted = key.loss(inputs, labels)
                expect_close(loss, desired, what=f"The loss of {what}", notes=notes, label=f"loss of {what}")
                gradients_are_right(grads, wanted, names, what, notes)
            inputs = own.standard_normal((4, SIZES[0]))
            said = f"`loss(X)` of {what}, after {BATCHES} calls of `loss(X, y)`,"
            hint = "Without `y` it is a test: batch normalization uses its running averages."
            expect_close(
                net.loss(inputs), key.loss(inputs), what=said, notes=notes, label=f"scores of {what}", hint=hint
            )
