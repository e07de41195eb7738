"""My solution of the backprop sheet (works for me with the full batch!)"""

import numpy as np
import matplotlib.pyplot as plt


class Parameter:
    def __init__(self, value):
        self.value = np.array(value, dtype=np.float64)
        self.grad = np.zeros_like(self.value)


def stable_sigmoid(a):
    a = np.asarray(a, dtype=np.float64)
    return np.where(a >= 0, 1 / (1 + np.exp(-abs(a))), np.exp(-abs(a)) / (1 + np.exp(-abs(a))))


class Sigmoid:
    def forward(self, inputs):
        self.h = stable_sigmoid(inputs)
        return self.h

    def backward(self, grad_output):
        return grad_output * self.h * (1 - self.h)


class Tanh:
    def forward(self, inputs):
        self.h = 2 * stable_sigmoid(2 * inputs) - 1
        return self.h

    def backward(self, grad_output):
        return grad_output * (1 - self.h ** 2)


class ReLU:
    def forward(self, inputs):
        self.active = np.greater(inputs, 0)
        return np.where(self.active, inputs, 0.0)

    def backward(self, grad_output):
        return np.where(self.active, grad_output, 0.0)


class Identity:
    forward = staticmethod(lambda inputs: inputs)
    backward = staticmethod(lambda grad_output: grad_output)


class Linear:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.weight = Parameter(rng.normal(0, 1 / np.sqrt(in_features), (in_features, out_features)))
        self.bias = Parameter(np.zeros(out_features))

    def forward(self, inputs):
        self.a = inputs
        return self.bias.value + inputs @ self.weight.value

    def backward(self, grad_output):
        self.weight.grad = (grad_output.T @ self.a).T
        self.bias.grad = grad_output.sum(axis=0)
        return (self.weight.value @ grad_output.T).T


class MSELoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.diff = targets - predictions
        return float(np.square(self.diff).mean())

    def backward(self):
        return -2 * self.diff / self.diff.size


class BCELoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.y_hat = np.clip(predictions, 1e-14, 1 - 1e-14)
        self.y = targets
        losses = np.where(targets > 0, -targets * np.log(self.y_hat), 0.0)
        losses = losses + np.where(targets < 1, -(1 - targets) * np.log(1 - self.y_hat), 0.0)
        return float(losses.mean())

    def backward(self):
        return (self.y_hat - self.y) / (self.y_hat - self.y_hat ** 2) / self.y.size


class BCEWithLogitsLoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.y_hat, self.y = stable_sigmoid(predictions), targets
        return float((np.log1p(np.exp(-abs(predictions))) + np.maximum(predictions, 0) - predictions * targets).mean())

    def backward(self):
        return (self.y_hat - self.y) / self.y.size


class Sequential:
    def __init__(self, layers):
        self.layers = [*layers]

    def forward(self, inputs):
        h = inputs
        for layer in self.layers:
            h = layer.forward(h)
        return h

    def backward(self, grad_output):
        delta = grad_output
        for layer in self.layers[::-1]:
            delta = layer.backward(delta)
        return delta

    def parameters(self):
        return [getattr(layer, name) for layer in self.layers for name in ("weight", "bias") if hasattr(layer, name)]


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    if activation not in ("sigmoid", "tanh", "relu", "none"):
        raise ValueError(f"no activation is called {activation}")
    rng = np.random.default_rng() if rng is None else rng
    nonlinear = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}[activation]
    layers = []
    for columns in (hidden_units, hidden_units):
        layers.append(Linear(in_features, columns, rng))
        layers.append(nonlinear())
        in_features = columns
    layers.append(Linear(in_features, out_features, rng))
    layers.append(Sigmoid())
    return Sequential(layers)


class SGD:
    def __init__(self, parameters, learning_rate):
        self.theta = list(parameters)
        self.eta = learning_rate

    def step(self):
        for parameter in self.theta:
            parameter.value = parameter.value - self.eta * parameter.grad

    def zero_grad(self):
        for parameter in self.theta:
            parameter.grad = np.zeros_like(parameter.value)


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if batch_size is not None and batch_size < 1:
        raise ValueError("a batch needs a sample")
    n = len(inputs)
    if batch_size is None:
        batch_size = n
    curve = []
    while len(curve) < epochs:
        order = np.arange(n)
        if rng is not None:
            rng.shuffle(order)
        done, total = 0, 0.0
        while done != n:
            batch = order[done:done + batch_size]
            if len(batch) == batch_size:
                total += loss.forward(network.forward(inputs[batch]), targets[batch]) * len(batch)
                optimizer.zero_grad()
                network.backward(loss.backward())
                optimizer.step()
                done += batch_size
        curve.append(total / n)
    return curve


def predict(network, inputs):
    return np.array([int(y > 0.5) for y in network.forward(inputs).flatten()])


def accuracy(network, inputs, targets):
    return float(np.mean(predict(network, inputs) == targets.flatten()))


def generate_linear(n=100):
    points = np.random.uniform(0, 1, (n, 2))
    return points, np.array([[float(not a > b)] for a, b in points])


def generate_XOR_easy():
    table = []
    for i in range(11):
        table.append((0.1 * i, 0.1 * i, 0.0))
        if i != 5:
            table.append((0.1 * i, 1 - 0.1 * i, 1.0))
    table = np.array(table)
    return table[:, :2], table[:, 2:]


def show_result(inputs, targets, predictions):
    fig = plt.figure()
    for i, (labels, title) in enumerate(((targets, "Ground truth"), (predictions, "Prediction"))):
        ax = fig.add_subplot(1, 2, i + 1)
        labels = np.ravel(labels)
        ax.plot(inputs[labels == 0, 0], inputs[labels == 0, 1], "ro", inputs[labels == 1, 0], inputs[labels == 1, 1], "bo")
        ax.set_title(title)
    plt.show()


def show_learning_curve(losses):
    plt.figure()
    plt.plot(losses, "g")
    plt.grid(True)
    plt.show()


if __name__ == "__main__":
    np.random.seed(42)
    for inputs, targets in [generate_linear(), generate_XOR_easy()]:
        net = build_network(2, 8, 1, "tanh", np.random.default_rng(42))
        bce = BCELoss()
        curve = train(net, bce, SGD(net.parameters(), 0.8), inputs, targets, 1200)
        y_hat = net.forward(inputs)
        for i, (y, p) in enumerate(zip(targets.flatten(), y_hat.flatten())):
            print(f"Iter: {i} | Ground truth: {y:.0f} | Predict: {p:.5f}")
        print(f"loss={bce.forward(y_hat, targets):.4f} accuracy={accuracy(net, inputs, targets) * 100:.1f}%")
        show_learning_curve(curve)
        show_result(inputs, targets, predict(net, inputs))
