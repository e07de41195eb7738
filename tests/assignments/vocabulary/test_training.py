"""Tests of train beside the same steps done one by one."""

import numpy as np
import pytest

import reference
from grader.assignments.vocabulary.training import Counting, Task, by_hand, expect_losses, trained
from grader.checks.proxy import Student
from grader.outcomes import StudentFault
from grader.trusted import InProcess

RNG = np.random.default_rng(6)
TASK = Task(
    (("Linear", 3, 2),),
    (RNG.standard_normal((3, 2)), np.zeros(2)),
    RNG.standard_normal((5, 3)),
    RNG.standard_normal((5, 2)),
    0.1,
)


def student_with(**names):
    """Return the answer key as a submission, with some names replaced."""
    return Student(InProcess({**{name: getattr(reference, name) for name in reference.__all__}, **names}))


def test_by_hand_and_train_go_the_same_way():
    """The answer key's train is the steps one after the other."""
    student = student_with()
    losses, values = by_hand(student, TASK, 3)
    came, after, _ = trained(student, TASK, 3)
    np.testing.assert_allclose(came, losses[:-1])
    for one, other in zip(values, after, strict=True):
        np.testing.assert_allclose(one, other)


def test_by_hand_refuses_parts_that_learn_nothing():
    """When forward, backward and step leave the loss as it is, that is said."""

    class Still(reference.SGD):
        def step(self):
            pass

    with pytest.raises(StudentFault, match="when forward, backward and step are called one after the other"):
        by_hand(student_with(SGD=Still), TASK, 2)


@pytest.mark.parametrize(
    ("history", "message"),
    [
        (None, "`train(...)` is None, but it must be an array of shape (2,)."),
        (0.5, "`train(...)` must be something to go through, like a list, but it is the number 0.5."),
        ([1.0], "`train(...)` must return one loss for each epoch, 2 in all, but it returned 1."),
        ([1.0, None], "The loss of epoch 2 of `train(...)` is None, but it must be a number."),
    ],
)
def test_expect_losses_words_what_came(history, message):
    """One finite number for each epoch must come."""
    with pytest.raises(StudentFault) as caught:
        expect_losses(student_with(), history, 2, "`train(...)`")
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("history", "hint"),
    [
        (
            [1.0] * 6,
            "Collect the losses of the batches, and append their mean to the list once at the end of each epoch.",
        ),
        ([1.0] * 3, None),
        ([1.0], None),
    ],
)
def test_expect_losses_knows_the_losses_of_batches(history, hint):
    """The same number of losses for every epoch is one for each batch; any other number has no hint."""
    with pytest.raises(StudentFault) as caught:
        expect_losses(student_with(), history, 2, "`train(...)`")
    assert caught.value.hint == hint


def test_expect_losses_takes_arrays_and_tuples():
    """Any sequence of numbers is a history."""
    assert expect_losses(student_with(), np.array([1.0, 2.0]), 2, "it") == [1.0, 2.0]
    assert expect_losses(student_with(), (1, 2), 2, "it") == [1.0, 2.0]


@pytest.mark.parametrize(("samples", "batch_size"), [(12, 5), (8, 3)])
def test_counting_counts_the_epochs_in_the_last_batch(samples, batch_size):
    """In order, the same samples are in the smaller batch of every epoch."""
    student, counting = student_with(), Counting.drawn(np.random.default_rng(1), samples, batch_size)
    _, values, _ = trained(student, counting.task, 3, batch_size=batch_size)
    counts = counting.expect_once(student, values[0], 3, "`train`")
    assert counts.tolist() == [0.0] * (samples - counting.last) + [3.0] * counting.last


def test_counting_sees_a_sample_used_twice():
    """A sample in the place of another one fails."""
    student, counting = student_with(), Counting.drawn(np.random.default_rng(1), 12, 5)

    def train(network, loss, optimizer, inputs, targets, epochs, batch_size):
        inputs, targets = inputs.copy(), targets.copy()
        inputs[0], targets[0] = inputs[1], targets[1]
        return reference.train(network, loss, optimizer, inputs, targets, epochs, batch_size)

    student = student_with(train=train)
    _, values, _ = trained(student, counting.task, 1, batch_size=5)
    with pytest.raises(StudentFault) as caught:
        counting.expect_once(student, values[0], 1, "`train`")
    sentence = (
        "`train` must use each of the 12 samples once an epoch, together with its own target, in batches of 5 and a last one "
        "of 2; the weights after 1 epochs show that it does not."
    )
    assert caught.value.message == sentence
