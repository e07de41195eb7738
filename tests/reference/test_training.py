from itertools import chain

import numpy as np
import pytest

from reference import (
    SGD,
    BCELoss,
    Identity,
    Sequential,
    accuracy,
    build_network,
    generate_linear,
    generate_XOR_easy,
    predict,
    train,
)


class Recorder:
    """Stands for network, loss and optimizer at once, and notes which samples came with each step."""

    def __init__(self):
        self.batches = []

    def forward(self, inputs, targets=None):
        """Keep the inputs of the network; give the mean of the inputs as the loss."""
        if targets is None:
            self.inputs = inputs
            return inputs
        np.testing.assert_array_equal(inputs, targets)
        return float(inputs.mean())

    def backward(self, grad_output=None):
        """Hand on nothing."""
        return grad_output

    def step(self):
        """Note the batch."""
        self.batches.append(self.inputs[:, 0].tolist())


def record(epochs, batch_size, rng=None):
    """Train on five samples numbered from 0, and return the batches and the losses."""
    recorder, samples = Recorder(), np.arange(5.0)[:, np.newaxis]
    losses = train(recorder, recorder, recorder, samples, samples, epochs, batch_size, rng)
    return recorder.batches, losses


def test_train_takes_all_samples_at_once_without_batch_size():
    """None is the full batch, one step an epoch."""
    assert record(2, None)[0] == [[0.0, 1.0, 2.0, 3.0, 4.0]] * 2


def test_train_takes_batches_in_order_without_generator():
    """The last batch is smaller."""
    assert record(1, 2)[0] == [[0.0, 1.0], [2.0, 3.0], [4.0]]


def test_train_shuffles_anew_every_epoch(rng):
    """Every sample comes once an epoch, each epoch in another order."""
    batches, _ = record(2, 2, rng)
    first, second = [*chain(*batches[:3])], [*chain(*batches[3:])]
    assert sorted(first) == sorted(second) == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert first != second


@pytest.mark.parametrize("batch_size", [None, 1, 2, 5, 9])
def test_train_returns_the_mean_over_the_samples(batch_size):
    """A smaller last batch counts for as many samples as it has: the mean of 0 to 4 is 2."""
    assert record(3, batch_size)[1] == pytest.approx([2.0, 2.0, 2.0])


def test_train_refuses_a_batch_size_below_one():
    """A batch of nothing is an error."""
    with pytest.raises(ValueError, match=r"^batch_size must be at least 1 or None, not 0$"):
        record(1, 0)


def test_train_repeats_with_equal_seeds():
    """Equal seeds give equal histories."""
    histories = []
    for _ in range(2):
        rng = np.random.default_rng(8)
        inputs, targets = generate_linear(30, rng)
        network = build_network(2, 4, 1, rng=rng)
        histories.append(train(network, BCELoss(), SGD(network.parameters(), 0.5), inputs, targets, 5, 7, rng))
    assert histories[0] == histories[1]


@pytest.mark.parametrize("data", [lambda: generate_linear(rng=np.random.default_rng(0)), generate_XOR_easy])
def test_train_learns_both_data_sets(data):
    """Sixteen sigmoid units, five samples an update: every point right, and the loss falls."""
    rng = np.random.default_rng(0)
    inputs, targets = data()
    network = build_network(2, 16, 1, "sigmoid", rng)
    losses = train(network, BCELoss(), SGD(network.parameters(), 1.0), inputs, targets, 400, 5, rng)
    assert accuracy(network, inputs, targets) == 1.0
    assert losses[-1] < 0.2 * losses[0]


def test_predict_says_one_from_a_half_on():
    """The threshold is 0.5, and the answer is one row of 0 and 1."""
    predictions = predict(Sequential([Identity()]), np.array([[0.1], [0.9], [0.49], [0.5]]))
    assert predictions.shape == (4,)
    assert predictions.tolist() == [0, 1, 0, 1]


def test_accuracy_is_the_share_of_right_answers():
    """Three of four right are 0.75."""
    inputs = np.array([[0.1], [0.9], [0.2], [0.8]])
    assert accuracy(Sequential([Identity()]), inputs, np.array([[0.0], [1.0], [1.0], [1.0]])) == 0.75
