"""The two data sets (given)."""
import numpy as np


def generate_linear(n: int = 100):
    inputs = np.random.uniform(0.0, 1.0, size=(n, 2))
    targets = (inputs[:, [0]] <= inputs[:, [1]]).astype(np.float64)
    return inputs, targets


def generate_XOR_easy():
    rows = [((k / 10, k / 10), 0.0) for k in range(11)]
    rows += [((k / 10, 1 - k / 10), 1.0) for k in range(11) if k != 5]
    return np.array([point for point, _ in rows]), np.array([[label] for _, label in rows])
