"""What may be the loss of a program whose names nobody knows."""

import numpy as np

from grader.assignments.vocabulary.backpropagation import slopes_of

STEP = 1e-4
BIAS = 0.3


def taught(seen, *, end):
    """Return a plan of two rounds of a training with one number for a parameter, and what each round showed of `seen`, functions of the number and the label."""
    plan = {"directions": [[np.ones((1, 1))]], "step": STEP, "labels": [0.0, 1.0], "seen": list(seen)}
    rounds = []
    for label in plan["labels"]:

        def shown(bias, label=label):
            return [function(bias, label) for function in seen.values()]

        rounds.append(
            {
                "label": label,
                "seen": shown(BIAS),
                "sides": [(shown(BIAS + STEP), shown(BIAS - STEP))],
                "ends": [[np.full((1, 1), end(BIAS, label))]],
            }
        )
    return plan, rounds


def loss(bias, label):
    """The loss."""
    return (bias - label) ** 2


def moved(bias, label):
    """The parameter after one step down the loss."""
    return bias - 0.2 * (bias - label)


def test_the_end_of_a_parameter_with_one_number_is_no_loss():
    """It is a number that depends on the labels, but it is where the round has led; the loss is kept, and its slope is right."""
    plan, rounds = taught({"loss:1": loss, "end bias": moved}, end=moved)
    (slopes,) = slopes_of(plan, rounds, False)
    assert slopes.what == "what `loss` returns"
    assert np.allclose(slopes.values.ravel(), [2 * BIAS, 2 * (BIAS - 1)])


def test_a_number_that_no_parameter_ends_at_may_be_the_loss():
    """The same number is looked at where no parameter has it in the end."""
    plan, rounds = taught({"loss:1": loss, "end bias": moved}, end=lambda bias, label: bias)
    assert [slopes.what for slopes in slopes_of(plan, rounds, False)] == ["what `loss` returns", "`bias`"]
