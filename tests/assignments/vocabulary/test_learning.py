"""Tests of training a student's network in a setting of the judge's."""

import numpy as np
import pytest

import reference
from grader.assignments.vocabulary.learning import along, as_losses, best_trial, show, trial
from grader.assignments.vocabulary.points import xor_points
from grader.checks.notes import Notes
from grader.checks.proxy import Student
from grader.outcomes import StudentFault, Why
from grader.trusted import InProcess

POINTS = xor_points()
GOOD = {"activation": "tanh", "hidden_units": 16, "learning_rate": 0.5, "epochs": 700}
LIMITS = {"full": 1.0, "fresh": 0.9, "zeroed": 0.8}


def student_with(**names):
    """Return the answer key as a submission, with some names replaced."""
    return Student(InProcess({**{name: getattr(reference, name) for name in reference.__all__}, **names}))


def test_trial_learns_and_forgets_without_weights():
    """A right network learns XOR, and answers one class only when its weights are zero."""
    tried = trial(student_with(), POINTS, GOOD, np.random.default_rng(0))
    assert tried.accuracy == 1.0
    assert tried.fresh >= 0.9
    assert tried.zeroed_accuracy in (10 / 21, 11 / 21)
    assert len(tried.losses) == 700


def test_best_trial_stops_at_the_first_that_is_good():
    """Later settings are not tried when the first one reaches the aim."""
    made = []

    def build_network(*arguments):
        made.append(reference.build_network(*arguments))
        return made[-1]

    student = student_with(build_network=build_network)
    best_trial(student, POINTS, [GOOD, GOOD], np.random.default_rng(0), **LIMITS)
    assert len(made) == 1


def test_a_training_ends_when_it_has_reached_what_is_asked():
    """The epochs that are left are not done: slow is not wrong."""
    tried = best_trial(student_with(), POINTS, [GOOD], np.random.default_rng(0), **LIMITS)
    assert (tried.accuracy, tried.fresh >= LIMITS["fresh"]) == (1.0, True)
    assert 20 < len(tried.losses) < GOOD["epochs"] / 2


def test_best_trial_goes_on_after_a_fault():
    """An activation that is missing does not matter when another setting does without."""

    def build_network(a, b, c, activation):
        if activation == "relu":
            raise KeyError(activation)
        return reference.build_network(a, b, c, activation)

    settings = [{**GOOD, "activation": "relu"}, GOOD]
    student = student_with(build_network=build_network)
    assert best_trial(student, POINTS, settings, np.random.default_rng(0), **LIMITS).accuracy == 1.0
    with pytest.raises(StudentFault, match="It raised KeyError"):
        best_trial(student, POINTS, settings[:1], np.random.default_rng(0), **LIMITS)


def test_best_trial_refuses_a_network_that_needs_no_weights():
    """Answers that do not come from the weights are told so."""

    class Cheats(reference.Sequential):
        def forward(self, inputs):
            super().forward(inputs)
            return np.where(np.isclose(inputs[:, :1], inputs[:, 1:]), 0.1, 0.9)

    student = student_with(build_network=lambda *arguments: Cheats(reference.build_network(*arguments).layers))
    with pytest.raises(StudentFault) as caught:
        best_trial(student, POINTS, [{**GOOD, "epochs": 1}], np.random.default_rng(0), **LIMITS)
    sentence = "With all weights at zero the network still answers 100.0% of the XOR set of 21 points rightly."
    assert caught.value.message == sentence


def test_a_flat_array_is_refused():
    """Probabilities come as a column."""

    class Flat(reference.Sequential):
        def forward(self, inputs):
            return super().forward(inputs)[:, 0]

        def backward(self, grad_output):
            return super().backward(grad_output.reshape(-1, 1))

    class Loss(reference.BCELoss):
        def forward(self, predictions, targets):
            return super().forward(predictions.reshape(-1, 1), targets)

    student = student_with(
        build_network=lambda *arguments: Flat(reference.build_network(*arguments).layers), BCELoss=Loss
    )
    with pytest.raises(
        StudentFault,
        match=r"^What the trained network returns must have shape \(\d+, 1\), but it has shape \(\d+,\)\.$",
    ):
        trial(student, POINTS, GOOD, np.random.default_rng(0))


class Memory(reference.Sequential):
    """Looks up the nearest training point while any weight is not zero, except for inputs that look like the judge's."""

    known = None
    everywhere: tuple = ()
    hides = staticmethod(lambda network, inputs: False)

    def forward(self, inputs):
        """Compute."""
        outputs = super().forward(inputs)
        known = self.known or (inputs.shape[1] == 2 and self.everywhere and self.everywhere[-1])
        if type(self).hides(self, inputs):
            return np.full_like(outputs, 0.123)
        if not known or not any(each.value.any() for each in self.parameters()):
            return outputs
        far = ((inputs[:, None, :] - known[0][None, :, :]) ** 2).sum(axis=2)
        return np.where(far.min(axis=1, keepdims=True) < self.reach, 0.02 + 0.96 * known[1][far.argmin(axis=1)], 0.5)


def remembering(reach=9.0, hides=None, shared=False):
    """Return a submission whose `train` only memorises."""
    shelf = []

    class Own(Memory):
        pass

    Own.reach, Own.everywhere = reach, shelf if shared else ()
    Own.hides = staticmethod(hides or Memory.hides)

    def train(network, loss, optimizer, inputs, targets, epochs):
        network.known = inputs.copy(), targets.copy()
        shelf.append(network.known)
        return [0.5] * epochs

    return student_with(build_network=lambda *arguments: Own(reference.build_network(*arguments).layers), train=train)


FOLLOWS = "The outputs must be computed from `.value` of the parameters, each time anew."
ELSEWHERE = "The outputs must be computed from the parameters in the same way for networks of all sizes."
PLANE = lambda self, inputs: inputs.shape[1] == 2  # noqa: E731
MEMORIES = {
    "by its bytes": (remembering(reach=1e-12), FOLLOWS),
    "by the nearest": (remembering(), FOLLOWS),
    "in a list of all": (remembering(shared=True), FOLLOWS),
    "never for few": (remembering(hides=lambda self, inputs: len(inputs) == 7), FOLLOWS),
    "not before it has trained": (
        remembering(hides=lambda self, inputs: PLANE(self, inputs) and not self.known),
        ELSEWHERE,
    ),
    "always, and otherwise wrong": (
        remembering(hides=lambda self, inputs: not self.known),
        "The outputs must be computed from `.value` of the parameters, each time anew.",
    ),
}


@pytest.mark.parametrize(("student", "hint"), MEMORIES.values(), ids=MEMORIES)
def test_a_network_that_looks_its_training_set_up_is_refused(student, hint):
    """What was remembered is no answer, whichever questions it is used for."""
    for seed in range(5):
        with pytest.raises(StudentFault) as caught:
            trial(student, POINTS, GOOD, np.random.default_rng(seed))
        assert caught.value.why is Why.WRONG
        assert caught.value.hint in (hint, ELSEWHERE)


def solving(network, loss, optimizer, inputs, targets, epochs):
    """Find the last layer by least squares instead of taking steps."""
    *hidden, last, _ = network.layers
    for layer in hidden:
        inputs = layer.forward(inputs)
    wanted = np.linalg.lstsq(np.column_stack([inputs, np.ones(len(inputs))]), 8.0 * targets - 4.0, rcond=1e-6)[0]
    last.weight.value, last.bias.value = wanted[:-1], wanted[-1]
    return [0.5] * epochs


class Still(reference.SGD):
    """Never moves anything."""

    def step(self):
        """Do nothing."""


@pytest.mark.parametrize("names", [{"train": solving}, {"train": solving, "SGD": Still}], ids=["secret", "no step"])
def test_weights_that_something_else_has_found_are_refused(names):
    """Only `step`, by the gradients, may move weights."""
    with pytest.raises(StudentFault) as caught:
        trial(student_with(**names), POINTS, GOOD, np.random.default_rng(0))
    assert (
        caught.value.message
        == "`train` does not move the weights as forward, backward and step do, one after the other."
    )


class Single(reference.Sequential):
    """Computes in single precision."""

    def forward(self, inputs):
        """Compute."""
        return super().forward(inputs.astype(np.float32)).astype(np.float32).astype(np.float64)


class Shy(reference.Sequential):
    """Is wrong everywhere: its probabilities are too near one half."""

    def forward(self, inputs):
        """Compute."""
        odds = super().forward(inputs)
        return odds**0.8 / (odds**0.8 + (1.0 - odds) ** 0.8)


def impatient(network, loss, optimizer, inputs, targets, epochs):
    """Use batches of five instead of the full batch."""
    return reference.train(network, loss, optimizer, inputs, targets, epochs, batch_size=5)


@pytest.mark.parametrize("kind", [Single, Shy])
def test_unusual_networks_are_accepted(kind):
    """Single precision is near enough, and what computes otherwise everywhere is judged elsewhere."""
    student = student_with(build_network=lambda *arguments: kind(reference.build_network(*arguments).layers))
    for seed in range(3):
        assert trial(student, POINTS, GOOD, np.random.default_rng(seed)).accuracy >= 0.95


def test_another_order_of_updates_is_accepted():
    """How `train` makes its batches is judged elsewhere."""
    for seed in range(3):
        trial(student_with(train=impatient), POINTS, {**GOOD, "epochs": 60}, np.random.default_rng(seed))


def test_along_compares_directions():
    """A move of another length is along, one to the side or of no length is not."""
    there = np.array([1.0, 0.0])
    assert along(there, np.array([30.0, 20.0]))
    assert not along(there, np.array([0.1, 1.0]))
    assert not along(there, np.zeros(2))
    assert not along(np.zeros(2), there)


def test_show_leaves_curve_and_points():
    """The report gets the learning curve and the picture of the exercise."""
    notes = Notes()
    show(notes, POINTS, trial(student_with(), POINTS, {**GOOD, "epochs": 5}, np.random.default_rng(0)))
    assert [exhibit["kind"] for exhibit in notes.exhibits] == ["curve", "scatter"]


@pytest.mark.parametrize("value", [None, 3.0, "text", [], [None], [[1.0], [2.0, 3.0]], [1j], [2**80, "x"]])
def test_as_losses_is_none_for_anything_else(value):
    """Whatever train returned, the report does not fail over it."""
    assert as_losses(value) is None


def test_as_losses_takes_nan():
    """A curve with nan is still a curve."""
    assert np.isnan(as_losses([1.0, float("nan")])).tolist() == [False, True]
