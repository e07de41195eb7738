"""The exercise to hand in: train on both data sets, print every point, draw the results."""

from __future__ import annotations

import numpy as np

from .datasets import generate_linear, generate_XOR_easy
from .figures import show_learning_curve, show_result
from .losses import BCELoss
from .network import Sequential, build_network
from .optimizers import SGD
from .training import accuracy, predict, train


def solve(
    inputs: np.ndarray, targets: np.ndarray, rng: np.random.Generator | None = None
) -> tuple[Sequential, list[float]]:
    """Build a network for one data set and train it until every point is right.

    Choose the hidden units, the activation, the loss, the learning rate and the epochs.

    Parameters
    ----------
    inputs : ndarray, shape (n, 2)
    targets : ndarray of 0.0 and 1.0, shape (n, 1)
    rng : numpy.random.Generator or None
        For the initial weights and the order of the samples, if you like; None means fresh entropy.

    Returns
    -------
    network : Sequential
        The trained network, which ends in probabilities.
    losses : list of float
        For the learning curve.
    """
    rng = np.random.default_rng(rng)
    network = build_network(inputs.shape[1], 16, targets.shape[1], "tanh", rng)
    losses = train(network, BCELoss(), SGD(network.parameters(), 0.1), inputs, targets, 500, batch_size=10, rng=rng)
    return network, losses


def print_results(network: Sequential, inputs: np.ndarray, targets: np.ndarray) -> None:
    """Print a line for every point, then one with the loss and the accuracy.

    The lines look like these, where spaces and the number of decimals are free::

        Iter: 0 | Ground truth: 1 | Predict: 0.99997
        loss=0.00012 accuracy=100.00%

    Parameters
    ----------
    network : Sequential
        A trained network, which ends in probabilities.
    inputs : ndarray, shape (n, 2)
    targets : ndarray of 0.0 and 1.0, shape (n, 1)
    """
    probabilities = network.forward(inputs)
    for index, (target, probability) in enumerate(zip(targets[:, 0], probabilities[:, 0], strict=True)):
        print(f"Iter: {index} | Ground truth: {target:.0f} | Predict: {probability:.5f}")
    loss = BCELoss().forward(probabilities, targets)
    print(f"loss={loss:.5f} accuracy={accuracy(network, inputs, targets):.2%}")


def main(rng: np.random.Generator | None = None) -> None:
    """Solve both data sets, print the lines and draw the figures; given."""
    import matplotlib.pyplot as plt

    for name, (inputs, targets) in {"linear": generate_linear(rng=rng), "XOR": generate_XOR_easy()}.items():
        print(f"{name}:")
        network, losses = solve(inputs, targets, rng)
        print_results(network, inputs, targets)
        show_learning_curve(losses)
        show_result(inputs, targets, predict(network, inputs))
    plt.show()
