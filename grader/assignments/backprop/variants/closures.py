"""Closures and factories in place of every class; no class is written but a bag of attributes."""

import numpy as np
from types import SimpleNamespace


def Parameter(value):
    value = np.array(value, dtype=float)
    return SimpleNamespace(value=value, grad=np.zeros_like(value))


def elementwise(function, derivative):
    def make():
        kept = {}

        def forward(inputs):
            kept["x"] = inputs
            kept["y"] = function(inputs)
            return kept["y"]

        def backward(grad_output):
            return grad_output * derivative(kept["x"], kept["y"])

        return SimpleNamespace(forward=forward, backward=backward, parameters=lambda: ())

    return make


def logistic(x):
    return 0.5 * (1.0 + np.tanh(0.5 * x))


Sigmoid = elementwise(logistic, lambda x, y: y * (1 - y))
Tanh = elementwise(np.tanh, lambda x, y: 1 - y * y)
ReLU = elementwise(lambda x: x * (x > 0), lambda x, y: (x > 0) * 1.0)
Identity = elementwise(lambda x: x.copy(), lambda x, y: 1.0)


def Linear(in_features, out_features, rng=None):
    rng = rng if rng is not None else np.random.default_rng()
    limit = (6.0 / (in_features + out_features)) ** 0.5
    weight = Parameter(rng.uniform(-limit, limit, (in_features, out_features)))
    bias = Parameter(np.zeros(out_features))
    kept = []

    def forward(inputs):
        kept[:] = [inputs]
        return np.dot(inputs, weight.value) + bias.value

    def backward(grad_output):
        weight.grad = np.dot(kept[0].T, grad_output)
        bias.grad = np.add.reduce(grad_output)
        return np.dot(grad_output, weight.value.T)

    return SimpleNamespace(
        weight=weight, bias=bias, forward=forward, backward=backward, parameters=lambda: (weight, bias)
    )


def loss(value, gradient):
    def make():
        kept = {}

        def forward(predictions, targets):
            if np.shape(predictions) != np.shape(targets):
                raise ValueError("shapes")
            kept.update(p=predictions, t=targets)
            return value(predictions, targets).mean()

        def backward():
            return gradient(kept["p"], kept["t"]) / kept["p"].size

        return SimpleNamespace(forward=forward, backward=backward)

    return make


def safe(p):
    return np.minimum(np.maximum(p, 1e-12), 1 - 1e-12)


MSELoss = loss(lambda p, t: (p - t) ** 2, lambda p, t: 2 * (p - t))
BCELoss = loss(
    lambda p, t: -(t * np.log(safe(p)) + (1 - t) * np.log(1 - safe(p))),
    lambda p, t: (safe(p) - t) / (safe(p) * (1 - safe(p))),
)
BCEWithLogitsLoss = loss(lambda z, t: np.logaddexp(0, z) - t * z, lambda z, t: logistic(z) - t)


def Sequential(layers):
    def forward(inputs):
        for layer in layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(grad_output):
        for layer in layers[::-1]:
            grad_output = layer.backward(grad_output)
        return grad_output

    return SimpleNamespace(
        forward=forward, backward=backward, parameters=lambda: (p for layer in layers for p in layer.parameters())
    )


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    rng = np.random.default_rng() if rng is None else rng
    between = dict(sigmoid=Sigmoid, tanh=Tanh, relu=ReLU, none=Identity).get(activation)
    if between is None:
        raise ValueError(activation)
    sizes = [in_features, hidden_units, hidden_units]
    hidden = [layer for a, b in zip(sizes, sizes[1:]) for layer in (Linear(a, b, rng), between())]
    return Sequential([*hidden, Linear(hidden_units, out_features, rng), Sigmoid()])


def SGD(parameters, learning_rate):
    parameters = list(parameters)

    def step():
        for p in parameters:
            p.value -= learning_rate * p.grad

    def zero_grad():
        for p in parameters:
            p.grad = np.zeros(p.value.shape)

    return SimpleNamespace(step=step, zero_grad=zero_grad)


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    size = len(inputs) if batch_size is None else batch_size
    if size < 1:
        raise ValueError("an empty batch")

    def epoch():
        order = np.arange(len(inputs)) if rng is None else rng.permutation(len(inputs))
        summed = 0.0
        while len(order):
            now, order = order[:size], order[size:]
            summed += loss.forward(network.forward(inputs[now]), targets[now]) * len(now)
            optimizer.zero_grad()
            network.backward(loss.backward())
            optimizer.step()
        return summed / len(inputs)

    return tuple(epoch() for _ in range(epochs))


predict = lambda network, inputs: np.rint(network.forward(inputs)).astype(int).ravel()
accuracy = lambda network, inputs, targets: (predict(network, inputs) == np.ravel(targets)).mean()


def generate_linear(n=100):
    points = np.random.uniform(0, 1, (n, 2))
    return points, np.array([[0.0] if a > b else [1.0] for a, b in points])


def generate_XOR_easy():
    inputs, labels = [], []
    for i in range(11):
        inputs.append([0.1 * i, 0.1 * i])
        labels.append(0.0)
        if i != 5:
            inputs.append([0.1 * i, 1 - 0.1 * i])
            labels.append(1.0)
    return np.array(inputs), np.array(labels).reshape(21, 1)


def show_result(inputs, targets, predictions):
    import matplotlib.pyplot as plt

    for place, (title, classes) in enumerate([("Ground truth", targets), ("Predict result", predictions)]):
        plt.subplot(1, 2, place + 1)
        plt.title(title)
        for point, kind in zip(inputs, np.ravel(classes)):
            plt.plot(point[0], point[1], "ro" if kind == 0 else "bo")


def show_learning_curve(losses):
    import matplotlib.pyplot as plt

    plt.figure()
    plt.semilogy(losses)


if __name__ == "__main__":
    for x, y in (generate_linear(), generate_XOR_easy()):
        net = build_network(2, 16, 1, "tanh")
        history = train(net, BCELoss(), SGD(net.parameters(), 0.1), x, y, 600, 10, np.random.default_rng())
        p = net.forward(x)
        for i in range(len(x)):
            print("Iter:", i, "| Ground truth:", y[i, 0], "| Predict:", p[i, 0])
        print("loss=%f accuracy=%.2f%%" % (history[-1], 100 * accuracy(net, x, y)))
        show_learning_curve(history)
        show_result(x, y, predict(net, x))
