"""Tests of naming what a training shows."""

import numpy as np
import pytest

from grader.assignments.vocabulary.symptoms import SYMPTOMS, symptom

OUTPUTS = np.array([[0.1], [0.9], [0.2], [0.8]])
FALLING = np.linspace(1.0, 0.5, 100)


def title(*arguments: object) -> str | None:
    """Return the title of the symptom."""
    shown = symptom(*arguments)
    return shown.title if shown else None


@pytest.mark.parametrize(
    ("losses", "outputs", "expected"),
    [
        (np.array([1.0, 0.5, np.nan, np.nan]), OUTPUTS, "The loss is not finite from epoch 3 on."),
        (
            FALLING,
            np.full((4, 1), 0.3),
            "The trained network gives one and the same output for every point: 0.3.",
        ),
        (
            FALLING,
            OUTPUTS / 2,
            "The network puts every point into the same class, so its accuracy is just the share of that class.",
        ),
        (np.full(100, 0.7), OUTPUTS, "The loss stays where it began: 0.7 at first, 0.7 at last."),
        (FALLING[::-1], OUTPUTS, "The loss rises: 0.5 at first, 1 at last."),
        (
            np.tile([0.5, 1.0], 50),
            OUTPUTS,
            "The loss swings up and down from epoch to epoch: 48 turns in the last 50 epochs.",
        ),
        (FALLING, OUTPUTS, "The loss falls all the time, from 1 to 0.5, but too slowly for 100 epochs."),
        (np.array([1.0, 0.5]), OUTPUTS, None),
        (None, OUTPUTS, None),
        (None, None, None),
    ],
)
def test_symptom_says_what_a_training_shows(losses, outputs, expected):
    """Each symptom is told by its sentence, with numbers; the most telling comes first."""
    assert title(losses, outputs) == expected


def test_symptom_sees_weights_that_never_moved():
    """Equal values before and after are seen before anything about the answers."""
    values = [np.ones((2, 3)), np.zeros(3)]
    assert title(FALLING, OUTPUTS, values, values) == "Training leaves every weight as it was."
    assert title(FALLING, OUTPUTS, values, [values[0], np.ones(3)]) != "Training leaves every weight as it was."


def test_symptoms_have_words():
    """Every symptom has an id of its own, says why it matters and where to look."""
    assert len({each.id for each in SYMPTOMS}) == len(SYMPTOMS) == 8
    assert all(each.explanation.endswith(".") and each.hint for each in SYMPTOMS)
