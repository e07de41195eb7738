"""A network that answers from something else than its weights is seen, and no unusual right one is."""

import numpy as np
import pytest

import reference
from grader.checks.learning import trial
from grader.checks.points import xor_points
from grader.checks.weights import Probe
from grader.outcomes import StudentFault, Why
from tests.checks.test_learning import GOOD, POINTS, student_with

SHAPES = [(2, 5), (5,), (5, 5), (5,), (5, 1), (1,)]
ORDERS = {"natural": (0, 1, 2, 3, 4, 5), "weights first": (0, 2, 4, 1, 3, 5), "backwards": (5, 4, 3, 2, 1, 0)}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "none"])
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_probe_reads_parameters_in_any_order_and_orientation(order, activation, turned):
    """However a student lists the parameters, the judge computes what the answer key does with them."""
    rng = np.random.default_rng(3)
    network = reference.build_network(2, 5, 1, activation)
    probe = Probe.drawn(rng, activation, 5, [SHAPES[index][:: -1 if turned else 1] for index in order])
    own = list(network.parameters())
    inputs = rng.standard_normal((9, 2))
    for index, value in zip(order, probe.values, strict=True):
        own[index].value = value.T if turned else value
    probed, outputs = network.forward(probe.inputs), network.forward(inputs)
    assert probe.reading(probed) is not None
    probe.expect_followed(probed, probe.values, inputs, outputs)


def test_probe_leaves_alone_what_computes_otherwise():
    """A network that is wrong at the probe already is judged where its `forward` is."""
    probe = Probe.drawn(np.random.default_rng(0), "tanh", 5, SHAPES)
    for probed in (np.zeros((7, 1)), None, "text", np.zeros((3, 1)), np.zeros((7, 1), dtype=int)):
        assert probe.reading(probed) is None
        probe.expect_followed(probed, probe.values, probe.inputs, np.ones((7, 1)))
    other = Probe.drawn(np.random.default_rng(0), "tanh", 5, SHAPES[:4])
    assert other.reading(np.zeros((7, 1))) is None


def test_trial_refuses_a_network_that_looks_its_training_set_up():
    """What was remembered while training is no answer, and the message says which sample shows it."""

    class Remembers(reference.Sequential):
        known = None

        def forward(self, inputs):
            outputs = super().forward(inputs)
            if self.known is None or len(inputs) != len(self.known) or not self.parameters()[0].value.any():
                return outputs
            return 0.1 + 0.8 * self.known

    def build_network(*arguments):
        return Remembers(reference.build_network(*arguments).layers)

    def train(network, loss, optimizer, inputs, targets, epochs):
        network.known = targets
        return [0.5] * epochs

    with pytest.raises(StudentFault) as caught:
        trial(student_with(build_network=build_network, train=train), POINTS, GOOD, np.random.default_rng(0))
    assert caught.value.why is Why.WRONG
    assert caught.value.hint == "The outputs must be computed from `.value` of the parameters, each time anew."
    assert caught.value.message == (
        f"After training, the network does not answer by its weights: for sample 4 they give "
        f"{caught.value.expected}, but it answers {caught.value.actual}."
    )


def test_trial_accepts_single_precision():
    """Arithmetic in float32 is near enough."""
    network = lambda *arguments: _Single(reference.build_network(*arguments).layers)  # noqa: E731
    student = student_with(build_network=network)
    assert trial(student, xor_points(), GOOD, np.random.default_rng(0)).accuracy == 1.0


class _Single(reference.Sequential):
    def forward(self, inputs):
        return super().forward(inputs.astype(np.float32)).astype(np.float32).astype(np.float64)
