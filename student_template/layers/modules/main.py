"""The program of the exercise: a network learns to tell three classes of points apart."""

from __future__ import annotations

import numpy as np

from network import FullyConnectedNet
from optimizers import adam


def main():
    """Train a small network with Adam and print its loss; given."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 90)
    X = rng.standard_normal((90, 4)) + 3.0 * np.eye(3, 4)[y]
    net, configs = FullyConnectedNet([8], input_dim=4, num_classes=3, weight_scale=0.1, dtype=np.float64), {}
    for step in range(101):
        loss, grads = net.loss(X, y)
        if step % 20 == 0:
            print(f"step={step} loss={loss:.4f}")
        for name in net.params:
            net.params[name], configs[name] = adam(
                net.params[name], grads[name], configs.get(name, {"learning_rate": 0.05})
            )
    print(f"accuracy={np.mean(net.loss(X).argmax(axis=1) == y):.0%}")


if __name__ == "__main__":
    main()
