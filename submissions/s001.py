# Assignment: back-propagation.
# I wrote everything with functions that return functions because I do not like classes very much.
# The only class is Parameter, which was given.

import math
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np


class Parameter:
    def __init__(self, value):
        self.value = np.array(value, dtype=np.float64)
        self.grad = np.zeros_like(self.value)


# ---------------------------------------------------------------- activations

def squash(z):
    """1 / (1 + exp(-z)), split in two halves so that exp never gets a big number."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0 / (1.0 + small), small / (1.0 + small))


def elementwise(function, slope_from_input_and_output):
    """All activations are the same thing with another function and another slope."""
    seen = {}

    def forward(inputs):
        seen["in"] = inputs
        seen["out"] = function(inputs)
        return seen["out"]

    def backward(grad_output):
        return grad_output * slope_from_input_and_output(seen["in"], seen["out"])

    return SimpleNamespace(forward=forward, backward=backward, parameters=lambda: [])


def Sigmoid():
    return elementwise(squash, lambda z, a: a * (1 - a))


def Tanh():
    return elementwise(np.tanh, lambda z, a: 1 - a ** 2)


def ReLU():
    return elementwise(lambda z: np.where(z > 0, z, 0.0), lambda z, a: np.where(z > 0, 1.0, 0.0))


def Identity():
    return elementwise(lambda z: z + 0.0, lambda z, a: np.ones_like(z))


# --------------------------------------------------------------------- layers

def Linear(in_features, out_features, rng=None):
    if rng is None:
        rng = np.random.default_rng()
    spread = math.sqrt(2.0 / (in_features + out_features))
    weight = Parameter(rng.normal(0.0, spread, (in_features, out_features)))
    bias = Parameter(np.zeros(out_features))
    seen = []

    def forward(inputs):
        seen[:] = [inputs]
        return inputs.dot(weight.value) + bias.value

    def backward(grad_output):
        (inputs,) = seen
        weight.grad = inputs.T.dot(grad_output)
        bias.grad = grad_output.sum(axis=0)
        return grad_output.dot(weight.value.T)

    return SimpleNamespace(
        forward=forward, backward=backward, weight=weight, bias=bias, parameters=lambda: [weight, bias]
    )


def Sequential(layers):
    layers = list(layers)

    def forward(inputs):
        for layer in layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(grad_output):
        for layer in reversed(layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters():
        found = []
        for layer in layers:
            for parameter in layer.parameters():
                found.append(parameter)
        return found

    return SimpleNamespace(forward=forward, backward=backward, parameters=parameters, layers=layers)


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    if activation not in ("sigmoid", "tanh", "relu", "none"):
        raise ValueError(f"no activation is called {activation}")
    makers = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}
    make = makers[activation]
    if rng is None:
        rng = np.random.default_rng()
    return Sequential([
        Linear(in_features, hidden_units, rng), make(),
        Linear(hidden_units, hidden_units, rng), make(),
        Linear(hidden_units, out_features, rng), Sigmoid(),
    ])


# --------------------------------------------------------------------- losses
# The losses go through the numbers one by one, as in the formula on the slide.

def loss_from_formula(one_value, one_slope):
    seen = {}

    def forward(predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        seen["shape"] = predictions.shape
        seen["pairs"] = list(zip(predictions.ravel().tolist(), targets.ravel().tolist()))
        total = 0.0
        for p, t in seen["pairs"]:
            total += one_value(p, t)
        return total / len(seen["pairs"])

    def backward():
        count = len(seen["pairs"])
        slopes = [one_slope(p, t) / count for p, t in seen["pairs"]]
        return np.array(slopes).reshape(seen["shape"])

    return SimpleNamespace(forward=forward, backward=backward)


def MSELoss():
    return loss_from_formula(lambda p, t: (p - t) ** 2, lambda p, t: 2 * (p - t))


def inside(p):
    return min(max(p, 1e-12), 1 - 1e-12)


def BCELoss():
    def value(p, t):
        p = inside(p)
        return -(t * math.log(p) + (1 - t) * math.log(1 - p))

    def slope(p, t):
        p = inside(p)
        return (p - t) / (p * (1 - p))

    return loss_from_formula(value, slope)


def BCEWithLogitsLoss():
    def value(z, t):
        # log(1 + exp(z)) - t z, without exp of a big number
        return max(z, 0.0) - z * t + math.log1p(math.exp(-abs(z)))

    def slope(z, t):
        if z >= 0:
            return 1 / (1 + math.exp(-z)) - t
        return math.exp(z) / (1 + math.exp(z)) - t

    return loss_from_formula(value, slope)


# ------------------------------------------------------------------- training

def SGD(parameters, learning_rate):
    parameters = list(parameters)

    def step():
        for p in parameters:
            p.value = p.value - learning_rate * p.grad

    def zero_grad():
        for p in parameters:
            p.grad = np.zeros_like(p.value)

    return SimpleNamespace(step=step, zero_grad=zero_grad)


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if batch_size is not None and batch_size < 1:
        raise ValueError("a batch needs a sample")
    n = len(inputs)
    if batch_size is None:
        batch_size = n
    losses = []
    for epoch in range(epochs):
        order = list(range(n))
        if rng is not None:
            rng.shuffle(order)
        total = 0.0
        for start in range(0, n, batch_size):
            chosen = order[start:start + batch_size]
            optimizer.zero_grad()
            predictions = network.forward(inputs[chosen])
            total += loss.forward(predictions, targets[chosen]) * len(chosen)
            network.backward(loss.backward())
            optimizer.step()
        losses.append(total / n)
    return losses


def predict(network, inputs):
    answers = []
    for probability in network.forward(inputs).ravel():
        answers.append(1 if probability > 0.5 else 0)
    return np.array(answers)


def accuracy(network, inputs, targets):
    right = 0
    for said, truth in zip(predict(network, inputs), targets.ravel()):
        if said == truth:
            right += 1
    return right / len(inputs)


# ----------------------------------------------------------------- data, plots

def generate_linear(n=100):
    points = np.random.uniform(0, 1, (n, 2))
    labels = [[0.0] if x0 > x1 else [1.0] for x0, x1 in points]
    return points, np.array(labels)


def generate_XOR_easy():
    points, labels = [], []
    for i in range(11):
        points.append([0.1 * i, 0.1 * i])
        labels.append([0.0])
        if i != 5:
            points.append([0.1 * i, 1 - 0.1 * i])
            labels.append([1.0])
    return np.array(points), np.array(labels)


def show_result(inputs, targets, predictions):
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 4))
    for axes, title, labels in ((left, "Ground truth", targets), (right, "Prediction", predictions)):
        axes.set_title(title)
        for point, label in zip(inputs, np.ravel(labels)):
            axes.plot(point[0], point[1], "bo" if label > 0.5 else "ro")
    plt.show()


def show_learning_curve(losses):
    plt.figure()
    plt.plot(losses)
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.title("Learning curve")
    plt.show()


def run(name, inputs, targets, hidden_units, learning_rate, epochs):
    print("=====", name, "=====")
    network = build_network(2, hidden_units, 1, "tanh", np.random.default_rng(4))
    loss = BCELoss()
    losses = train(network, loss, SGD(network.parameters(), learning_rate), inputs, targets, epochs)
    probabilities = network.forward(inputs)
    for i in range(len(inputs)):
        print(f"Iter: {i} | Ground truth: {targets[i, 0]:.0f} | Predict: {probabilities[i, 0]:.5f}")
    print(f"loss={loss.forward(probabilities, targets):.5f} accuracy={100 * accuracy(network, inputs, targets):.2f}%")
    show_learning_curve(losses)
    show_result(inputs, targets, predict(network, inputs))


if __name__ == "__main__":
    np.random.seed(11)
    run("linear", *generate_linear(100), hidden_units=6, learning_rate=0.8, epochs=500)
    run("XOR", *generate_XOR_easy(), hidden_units=8, learning_rate=0.5, epochs=1500)
