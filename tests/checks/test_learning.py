"""Tests of training a student's network in a setting of the judge's."""

import numpy as np
import pytest

import reference
from grader.checks.learning import answers, as_losses, best_trial, show, trial
from grader.checks.notes import Notes
from grader.checks.points import xor_points
from grader.checks.proxy import Student
from grader.outcomes import StudentFault
from tests.checks.inprocess import InProcess

POINTS = xor_points()
GOOD = {"activation": "tanh", "hidden_units": 16, "learning_rate": 0.5, "epochs": 700}
LIMITS = {"full": 1.0, "zeroed": 0.8}


def student_with(**names):
    """Return the answer key as a submission, with some names replaced."""
    return Student(InProcess({**{name: getattr(reference, name) for name in reference.__all__}, **names}))


def test_trial_learns_and_forgets_without_weights():
    """A right network learns XOR, and answers one class only when its weights are zero."""
    tried = trial(student_with(), POINTS, GOOD, np.random.default_rng(0))
    assert tried.accuracy == 1.0
    assert tried.zeroed_accuracy in (10 / 21, 11 / 21)
    assert len(tried.losses) == 700


def test_best_trial_stops_at_the_first_that_is_good():
    """Later settings are not tried when the first one reaches the aim."""
    ask = InProcess({name: getattr(reference, name) for name in reference.__all__})
    best_trial(Student(ask), POINTS, [GOOD, GOOD], np.random.default_rng(0), **LIMITS)
    assert ask.requests <= 6


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


def test_answers_refuses_a_flat_array():
    """Probabilities come as a column."""
    with pytest.raises(StudentFault, match=r"What the trained network returns must have shape \(21, 1\)"):
        answers(np.zeros(21), POINTS)


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
