"""Tests of recording and replaying what is asked of an answer key."""

from __future__ import annotations

import numpy as np
import pytest

import reference
from grader.precheck.recording.answers import pack, unpack
from grader.precheck.recording.digest import NotPlain
from grader.precheck.recording.recorder import Ambiguous, Recorder
from grader.precheck.recording.replay import Replay, Unrecorded

WEIGHT = np.arange(12.0).reshape(3, 4)
INPUTS = np.linspace(-1.0, 1.0, 6).reshape(2, 3)


def forward(key, inputs=INPUTS):
    """Ask an answer key for a linear layer's outputs and gradient at given values."""
    layer = key.Linear(3, 4)
    layer.weight.value, layer.bias.value = WEIGHT, np.ones(4)
    return layer.forward(inputs), layer.backward(np.ones((len(inputs), 4))), layer.weight.grad


def replayed(recorder):
    """Return the replay of a recording that went through its bytes."""
    document, rows = unpack(pack({"answers": recorder.answers}, recorder.pool))
    return Replay(document["answers"], rows)


def test_replay_gives_what_was_recorded():
    """Values come back as they were, also when they are asked for in another order."""
    recorder = Recorder(reference)
    recorded = forward(recorder.begin())
    forward(recorder.begin(), 2 * INPUTS)
    replay = replayed(recorder)
    forward(replay.begin(), 2 * INPUTS)
    for one, other, right in zip(forward(replay.begin()), recorded, forward(reference), strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(one, right)


def test_objects_that_belong_together_share_their_history():
    """An optimizer's step changes what its parameters answer, step by step."""

    def trace(key):
        parameters = [key.Parameter(WEIGHT), key.Parameter(WEIGHT)]
        optimizer = key.Momentum(parameters, 0.1)
        values = []
        for step in range(3):
            for number, parameter in enumerate(parameters):
                parameter.grad = WEIGHT * (step + number + 1)
            optimizer.step()
            values += [np.array(parameter.value) for parameter in parameters]
        return values

    recorder = Recorder(reference)
    trace(recorder.begin())
    np.testing.assert_array_equal(trace(replayed(recorder).begin()), trace(reference))


def test_reading_alone_changes_no_question():
    """What only reads may be asked more or less often than when it was recorded."""
    recorder = Recorder(reference)

    def ask(key, times):
        network = key.Sequential([key.Linear(3, 2)])
        for parameter, value in zip(network.parameters(), (np.ones((3, 2)), np.zeros(2)), strict=True):
            parameter.value = value
        for _ in range(times):
            list(network.parameters())
        return network.forward(INPUTS)

    ask(recorder.begin(), 1)
    np.testing.assert_array_equal(ask(replayed(recorder).begin(), 3), ask(reference, 0))


def test_another_question_is_refused():
    """A question that was not recorded is no guess."""
    recorder = Recorder(reference)
    forward(recorder.begin())
    with pytest.raises(Unrecorded, match=r"^nothing was recorded for Linear\.forward\(\.\.\.\)$"):
        forward(replayed(recorder).begin(), INPUTS + 1e-9)


def test_two_answers_to_one_question_are_refused():
    """The answer key's own random values cannot be recorded."""
    recorder = Recorder(reference)
    recorder.begin().Linear(3, 4).weight.value  # noqa: B018  (asking is what counts)
    with pytest.raises(
        Ambiguous, match=r"^it asks Linear\.weight\.value twice in the same way and gets two different answers$"
    ):
        recorder.begin().Linear(3, 4).weight.value  # noqa: B018


def test_a_function_as_argument_is_refused():
    """What is no data cannot be compared with what was recorded."""
    with pytest.raises(NotPlain, match=r"^it passes a function to the answer key, which cannot be recorded$"):
        Recorder(reference).begin().Sequential([lambda: None])


def test_generators_are_drawn_from_alike():
    """After a replay a generator stands where it stood after the recording."""
    recorder = Recorder(reference)
    first, second = np.random.default_rng(5), np.random.default_rng(5)
    one = recorder.begin().Linear(3, 4, first).weight.value
    other = replayed(recorder).begin().Linear(3, 4, second).weight.value
    np.testing.assert_array_equal(one, other)
    assert first.random() == second.random()
