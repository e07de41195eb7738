"""An autograd engine inside: operations are recorded on a tape, layers have no formula for their backward."""

from dataclasses import dataclass, field

import matplotlib.pyplot as plt
import numpy as np


@dataclass(eq=False)
class Parameter:
    value: np.ndarray
    grad: np.ndarray = None

    def __post_init__(self):
        self.value = np.array(self.value, dtype=np.float64)
        self.grad = np.zeros_like(self.value)


class Node:
    def __init__(self, data, *parents):
        self.data, self.parents, self.grad = data, parents, None


def collect(node, seen, order):
    if id(node) not in seen:
        seen.add(id(node))
        for parent, _ in node.parents:
            collect(parent, seen, order)
        order.append(node)


def pull(root, gradient):
    order = []
    collect(root, set(), order)
    for node in order:
        node.grad = np.zeros(np.shape(node.data))
    root.grad = np.array(gradient, dtype=float)
    for node in reversed(order):
        for parent, vjp in node.parents:
            parent.grad = parent.grad + vjp(node.grad)


def matmul(a, b):
    return Node(a.data @ b.data, (a, lambda g: g @ b.data.T), (b, lambda g: a.data.T @ g))


def add(a, b):
    return Node(a.data + b.data, (a, lambda g: g), (b, lambda g: g.sum(axis=0)))


class Layer:
    """What all layers share: the tape of the last forward."""

    def forward(self, inputs):
        self._leaf = Node(inputs)
        self._root = self._compute(self._leaf)
        return self._root.data

    def backward(self, grad_output):
        pull(self._root, grad_output)
        self._collect()
        return self._leaf.grad

    def _collect(self):
        pass

    def parameters(self):
        return []

    __call__ = forward


class Sigmoid(Layer):
    def _compute(self, x):
        e = np.exp(-np.abs(x.data))
        y = np.where(x.data < 0, e, 1) / (1 + e)
        return Node(y, (x, lambda g: g * y * (1 - y)))


class Tanh(Layer):
    def _compute(self, x):
        y = np.tanh(x.data)
        return Node(y, (x, lambda g: g * (1 - y**2)))


class ReLU(Layer):
    def _compute(self, x):
        return Node(np.where(x.data > 0, x.data, 0), (x, lambda g: np.where(x.data > 0, g, 0)))


class Identity(Layer):
    def _compute(self, x):
        return x


@dataclass(eq=False)
class Linear(Layer):
    in_features: int
    out_features: int
    rng: object = None
    weight: Parameter = field(init=False)
    bias: Parameter = field(init=False)

    def __post_init__(self):
        generator = np.random.default_rng(self.rng)
        self.weight = Parameter(generator.normal(0, 1, size=(self.in_features, self.out_features)))
        self.bias = Parameter(np.zeros(self.out_features))

    def _compute(self, x):
        self._w, self._b = Node(self.weight.value), Node(self.bias.value)
        return add(matmul(x, self._w), self._b)

    def _collect(self):
        self.weight.grad, self.bias.grad = self._w.grad, self._b.grad

    def parameters(self):
        yield self.weight
        yield self.bias


class UnlikeShapes(ValueError):
    def __str__(self):
        return " is not ".join(map(str, self.args))


class Loss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise UnlikeShapes(predictions.shape, targets.shape)
        self._p, self._t = predictions, targets
        return float(np.average(self._values(predictions, targets)))


class MSELoss(Loss):
    def _values(self, p, t):
        return np.square(p - t)

    def backward(self):
        return (self._p - self._t) * 2 / self._p.size


class BCELoss(Loss):
    tiny = 1e-10

    def _values(self, p, t):
        return -t * np.log(p + self.tiny) - (1 - t) * np.log(1 - p + self.tiny)

    def backward(self):
        return ((1 - self._t) / (1 - self._p + self.tiny) - self._t / (self._p + self.tiny)) / self._p.size


class BCEWithLogitsLoss(Loss):
    def _values(self, z, t):
        return np.where(z > 0, z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))

    def backward(self):
        return (Sigmoid()(self._p) - self._t) / self._p.size


class Sequential(list):
    def forward(self, inputs):
        for layer in self:
            inputs = layer(inputs)
        return inputs

    def backward(self, grad_output):
        for layer in self[::-1]:
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self):
        return {number: p for number, p in enumerate(p for layer in self for p in layer.parameters())}.values()


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    rng = np.random.default_rng(rng)
    try:
        kind = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}[activation]
    except KeyError:
        raise ValueError(f"no activation is called {activation}") from None
    return Sequential(
        [
            Linear(in_features, hidden_units, rng),
            kind(),
            Linear(hidden_units, hidden_units, rng),
            kind(),
            Linear(hidden_units, out_features, rng),
            Sigmoid(),
        ]
    )


class SGD:
    def __init__(self, parameters, learning_rate):
        self.parameters, self.learning_rate = tuple(parameters), learning_rate

    def step(self):
        for parameter in self.parameters:
            parameter.value = parameter.value - self.learning_rate * parameter.grad

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = 0.0 * parameter.value


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    n = len(inputs)
    losses = []
    if batch_size is not None and not batch_size >= 1:
        raise ValueError("batch_size")
    for _ in range(epochs):
        order = list(range(n))
        if rng is not None:
            rng.shuffle(order)
        for start in range(0, n, batch_size or n):
            batch = order[start : start + (batch_size or n)]
            optimizer.zero_grad()
            loss.forward(network.forward(inputs[batch]), targets[batch])
            network.backward(loss.backward())
            optimizer.step()
        losses.append(loss.forward(network.forward(inputs), targets))
    return losses


def predict(network, inputs):
    return (network.forward(inputs) > 0.5).astype(np.float32).reshape(-1)


def accuracy(network, inputs, targets):
    right = 0
    for prediction, target in zip(predict(network, inputs), targets):
        right += prediction == target[0]
    return right / len(targets)


def generate_linear(n=100):
    x = np.random.default_rng().random((n, 2))
    return x, (x[:, [0]] <= x[:, [1]]) * 1.0


def generate_XOR_easy():
    grid = np.arange(11) / 10
    x = [(a, a) for a in grid] + [(a, 1 - a) for a in grid if a != 0.5]
    return np.array(x), np.array([[0.0]] * 11 + [[1.0]] * 10)


def show_result(inputs, targets, predictions):
    figure, axes = plt.subplots(ncols=2)
    for axis, classes in zip(axes, (targets, predictions)):
        flat = np.asarray(classes).ravel().astype(bool)
        axis.scatter(*inputs[flat].T, marker="x")
        axis.scatter(*inputs[~flat].T, marker="o")


def show_learning_curve(losses):
    plt.figure()
    plt.plot(losses, label="loss")
    plt.legend()


def main():
    for name, (x, y) in dict(linear=generate_linear(), xor=generate_XOR_easy()).items():
        network = build_network(2, 12, 1, activation="tanh")
        losses = train(network, BCELoss(), SGD(network.parameters(), 0.2), x, y, 500, 10, np.random.default_rng())
        for i, (target, p) in enumerate(zip(y[:, 0], network.forward(x)[:, 0])):
            print(f"Iter: {i:3d} |  Ground truth: {target} |  Predict: {p:.4e}")
        print(f"loss={losses[-1]:.5f}  accuracy={100 * accuracy(network, x, y):.1f}%")
        show_learning_curve(losses)
        show_result(x, y, predict(network, x))
    plt.show()


if __name__ == "__main__":
    main()
