# Backpropagation, with data augmentation (more data is always better, see lecture 7)
import numpy as np
import matplotlib.pyplot as plt
from functools import partial


class Parameter:
    def __init__(self, value):
        self.value = np.asarray(value, dtype=np.float64)
        self.grad = np.zeros_like(self.value)


class Stateless:
    """An activation is given by f(x) and by f'(x)."""

    def __init__(self, f, f_prime):
        self.f, self.f_prime = f, f_prime

    def forward(self, inputs):
        self.x = inputs
        return self.f(inputs)

    def backward(self, grad_output):
        return self.f_prime(self.x) * grad_output

    def parameters(self):
        return []


def sigma(x):
    return 1 / (1 + np.exp(-np.maximum(x, -700)))


Sigmoid = partial(Stateless, sigma, lambda x: sigma(x) * sigma(-x))
Tanh = partial(Stateless, np.tanh, lambda x: 1 - np.tanh(x) ** 2)
ReLU = partial(Stateless, lambda x: np.maximum(x, 0), lambda x: np.where(x > 0, 1.0, 0.0))
Identity = partial(Stateless, lambda x: +x, np.ones_like)


class Linear:
    def __init__(self, in_features, out_features, rng=None):
        rng = rng if rng is not None else np.random.default_rng()
        self.weight = Parameter(rng.uniform(-1, 1, (in_features, out_features)))
        self.bias = Parameter(np.zeros(out_features))

    def forward(self, inputs):
        self.x = inputs
        return inputs @ self.weight.value + self.bias.value

    def backward(self, grad_output):
        self.weight.grad = np.tensordot(self.x, grad_output, axes=(0, 0))
        self.bias.grad = grad_output.sum(axis=0)
        return np.tensordot(grad_output, self.weight.value, axes=(1, 1))

    def parameters(self):
        return [self.weight, self.bias]


class Loss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.p, self.t = predictions, targets
        return float(np.mean(self.value(predictions, targets)))

    def backward(self):
        return self.slope(self.p, self.t) / self.t.size


class MSELoss(Loss):
    def value(self, p, t):
        return (p - t) ** 2

    def slope(self, p, t):
        return 2 * (p - t)


class BCELoss(Loss):
    def value(self, p, t):
        p = np.clip(p, 1e-12, 1 - 1e-12)
        return -t * np.log(p) - (1 - t) * np.log1p(-p)

    def slope(self, p, t):
        p = np.clip(p, 1e-12, 1 - 1e-12)
        return (p - t) / p / (1 - p)


class BCEWithLogitsLoss(Loss):
    def value(self, p, t):
        return np.logaddexp(0, p) - t * p

    def slope(self, p, t):
        return sigma(p) - t


class Sequential:
    def __init__(self, layers):
        self.layers = list(layers)

    def forward(self, inputs):
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(self, grad_output):
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self):
        for layer in self.layers:
            yield from layer.parameters()


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    if activation not in ("sigmoid", "tanh", "relu", "none"):
        raise ValueError(f"no activation is called {activation}")
    rng = rng if rng is not None else np.random.default_rng()
    activate = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}[activation]
    return Sequential([
        Linear(in_features, hidden_units, rng), activate(),
        Linear(hidden_units, hidden_units, rng), activate(),
        Linear(hidden_units, out_features, rng), Sigmoid(),
    ])


class SGD:
    def __init__(self, parameters, learning_rate):
        self.parameters = list(parameters)
        self.learning_rate = learning_rate

    def step(self):
        for p in self.parameters:
            p.value = p.value - self.learning_rate * p.grad

    def zero_grad(self):
        for p in self.parameters:
            p.grad = np.zeros_like(p.value)


def augment(inputs, targets):
    """Every point ten times."""
    return np.tile(inputs, (10, 1)), np.tile(targets, (10, 1))


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    losses = []
    for epoch in range(epochs):
        inputs, targets = augment(inputs, targets)
        n = len(inputs)
        order = np.arange(n) if rng is None else rng.permutation(n)
        total = 0.0
        for start in range(0, n, batch_size or n):
            batch = order[start:start + (batch_size or n)]
            total += loss.forward(network.forward(inputs[batch]), targets[batch]) * len(batch)
            optimizer.zero_grad()
            network.backward(loss.backward())
            optimizer.step()
        losses.append(total / n)
    return losses


def predict(network, inputs):
    return (network.forward(inputs).reshape(-1) > 0.5).astype(int)


def accuracy(network, inputs, targets):
    return float(np.mean(predict(network, inputs) == targets.reshape(-1)))


def generate_linear(n=100):
    inputs = np.random.uniform(0, 1, (n, 2))
    return inputs, np.where(inputs[:, 0] > inputs[:, 1], 0.0, 1.0).reshape(-1, 1)


def generate_XOR_easy():
    pairs = [(i, i, 0) for i in range(11)] + [(i, 10 - i, 1) for i in range(11) if i != 5]
    pairs = np.array(pairs, dtype=float) * [0.1, 0.1, 1]
    return pairs[:, :2], pairs[:, 2:]


def show_result(inputs, targets, predictions):
    plt.figure(figsize=(8, 4))
    for number, (title, labels) in enumerate([("Ground truth", targets), ("Predicted", predictions)], start=1):
        plt.subplot(1, 2, number)
        plt.scatter(inputs[:, 0], inputs[:, 1], c=np.reshape(labels, -1))
        plt.title(title)
    plt.show()


def show_learning_curve(losses):
    plt.figure()
    plt.plot(losses)
    plt.show()


if __name__ == "__main__":
    np.random.seed(9)
    for inputs, targets in [generate_linear(), generate_XOR_easy()]:
        network = build_network(2, 8, 1, "tanh", np.random.default_rng(9))
        criterion = BCELoss()
        losses = train(network, criterion, SGD(network.parameters(), 0.5), inputs, targets, 1000)
        probabilities = network.forward(inputs)
        for i, (t, p) in enumerate(zip(targets[:, 0], probabilities[:, 0])):
            print(f"Iter: {i} | Ground truth: {t:.0f} | Predict: {p:.5f}")
        print(f"loss={criterion.forward(probabilities, targets):.5f} accuracy={accuracy(network, inputs, targets):.1%}")
        show_learning_curve(losses)
        show_result(inputs, targets, predict(network, inputs))
