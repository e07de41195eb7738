"""
Neural network with numpy.

Usage: python s015.py
Shows a progress bar while it trains.
"""
import sys

import numpy as np
import matplotlib.pyplot as plt

BAR_WIDTH = 50_000      # columns of the progress bar


class Parameter:
    """Value and gradient of something that is trained."""

    def __init__(self, value):
        self.value = np.asarray(value, dtype=np.float64)
        self.grad = np.zeros_like(self.value)


class Sigmoid:
    """Logistic function."""

    def forward(self, inputs):
        self.outputs = np.reciprocal(1 + np.exp(-np.clip(inputs, -700, 700)))
        return self.outputs

    def backward(self, grad_output):
        return grad_output * self.outputs * (1 - self.outputs)


class Tanh:
    """Hyperbolic tangent."""

    def forward(self, inputs):
        self.outputs = np.tanh(inputs)
        return self.outputs

    def backward(self, grad_output):
        return grad_output * (1 - self.outputs * self.outputs)


class ReLU:
    """Rectified linear unit."""

    def forward(self, inputs):
        self.positive = inputs > 0
        return inputs * self.positive

    def backward(self, grad_output):
        return grad_output * self.positive


class Identity:
    """Does nothing."""

    def forward(self, inputs):
        return inputs

    def backward(self, grad_output):
        return grad_output


class Linear:
    """Fully connected layer."""

    def __init__(self, in_features, out_features, rng=None):
        if rng is None:
            rng = np.random.default_rng()
        std = np.sqrt(1.0 / in_features)
        self.weight = Parameter(std * rng.standard_normal((in_features, out_features)))
        self.bias = Parameter(np.zeros(out_features))

    def forward(self, inputs):
        self.inputs = inputs
        return np.matmul(inputs, self.weight.value) + self.bias.value

    def backward(self, grad_output):
        self.weight.grad = np.matmul(self.inputs.T, grad_output)
        self.bias.grad = grad_output.sum(axis=0)
        return np.matmul(grad_output, self.weight.value.T)


class MSELoss:
    """Mean squared error."""

    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.delta = predictions - targets
        return float(np.mean(np.square(self.delta)))

    def backward(self):
        return 2 * self.delta / self.delta.size


class BCELoss:
    """Binary cross entropy of probabilities."""

    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.predictions = np.clip(predictions, 1e-12, 1 - 1e-12)
        self.targets = targets
        positive = targets * np.log(self.predictions)
        negative = (1 - targets) * np.log(1 - self.predictions)
        return float(-np.mean(positive + negative))

    def backward(self):
        variance = self.predictions * (1 - self.predictions)
        return (self.predictions - self.targets) / variance / self.targets.size


class BCEWithLogitsLoss:
    """Binary cross entropy of logits."""

    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.predictions, self.targets = predictions, targets
        largest = np.maximum(0, predictions)
        rest = np.log(np.exp(-largest) + np.exp(predictions - largest))
        return float(np.mean(largest + rest - predictions * targets))

    def backward(self):
        return (Sigmoid().forward(self.predictions) - self.targets) / self.targets.size


class Sequential:
    """Layers in a row."""

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
        found = []
        for layer in self.layers:
            if isinstance(layer, Linear):
                found += [layer.weight, layer.bias]
        return found


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    """Two hidden layers."""
    if activation not in ("sigmoid", "tanh", "relu", "none"):
        raise ValueError(f"no activation is called {activation}")
    if rng is None:
        rng = np.random.default_rng()
    classes = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}
    return Sequential([
        Linear(in_features, hidden_units, rng),
        classes[activation](),
        Linear(hidden_units, hidden_units, rng),
        classes[activation](),
        Linear(hidden_units, out_features, rng),
        Sigmoid(),
    ])


class SGD:
    """Plain gradient descent."""

    def __init__(self, parameters, learning_rate):
        self.parameters = list(parameters)
        self.learning_rate = learning_rate

    def step(self):
        for parameter in self.parameters:
            parameter.value = parameter.value - self.learning_rate * parameter.grad

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = np.zeros_like(parameter.value)


def progress(done, total):
    filled = BAR_WIDTH * done // total
    sys.stdout.write("\r[" + "#" * filled + "." * (BAR_WIDTH - filled) + "]")


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    """Returns one loss an epoch."""
    if batch_size is not None and batch_size < 1:
        raise ValueError("a batch needs a sample")
    n = len(inputs)
    if batch_size is None:
        batch_size = n
    history = []
    for epoch in range(epochs):
        if rng is None:
            permutation = np.arange(n)
        else:
            permutation = rng.permutation(n)
        total = 0.0
        for start in range(0, n, batch_size):
            part = permutation[start:start + batch_size]
            predictions = network.forward(inputs[part])
            total += loss.forward(predictions, targets[part]) * len(part)
            optimizer.zero_grad()
            network.backward(loss.backward())
            optimizer.step()
        history.append(total / n)
        progress(epoch + 1, epochs)
    print()
    return history


def predict(network, inputs):
    """Labels 0 and 1."""
    return (network.forward(inputs).flatten() > 0.5).astype(int)


def accuracy(network, inputs, targets):
    """Fraction of right labels."""
    return float((predict(network, inputs) == targets.flatten()).mean())


def generate_linear(n=100):
    """Given."""
    inputs = np.random.uniform(0, 1, (n, 2))
    targets = np.ones((n, 1))
    targets[inputs[:, 0] > inputs[:, 1]] = 0.0
    return inputs, targets


def generate_XOR_easy():
    """Given."""
    inputs, targets = [], []
    for i in range(11):
        inputs.append([i / 10, i / 10])
        targets.append([0.0])
        if i != 5:
            inputs.append([i / 10, 1 - i / 10])
            targets.append([1.0])
    return np.array(inputs), np.array(targets)


def show_result(inputs, targets, predictions):
    """Ground truth beside prediction."""
    fig, axs = plt.subplots(1, 2, figsize=(8, 4))
    for ax, labels, title in ((axs[0], targets, "Ground truth"), (axs[1], predictions, "Prediction")):
        labels = np.asarray(labels).flatten()
        ax.scatter(inputs[labels == 0, 0], inputs[labels == 0, 1], color="red")
        ax.scatter(inputs[labels == 1, 0], inputs[labels == 1, 1], color="blue")
        ax.set_title(title)
    plt.show()


def show_learning_curve(losses):
    """Loss over epochs."""
    fig, ax = plt.subplots()
    ax.plot(losses)
    ax.set_title("Learning curve")
    plt.show()


def main():
    np.random.seed(31)
    for inputs, targets in (generate_linear(), generate_XOR_easy()):
        network = build_network(2, 8, 1, activation="tanh", rng=np.random.default_rng(31))
        loss = BCELoss()
        history = train(network, loss, SGD(network.parameters(), 1.0), inputs, targets, epochs=1100)
        predictions = network.forward(inputs)
        for i, (target, prediction) in enumerate(zip(targets, predictions)):
            print(f"Iter: {i} | Ground truth: {target.item():.0f} | Predict: {prediction.item():.5f}")
        print(f"loss={loss.forward(predictions, targets):.5f} accuracy={100 * accuracy(network, inputs, targets):.2f}%")
        show_learning_curve(history)
        show_result(inputs, targets, predict(network, inputs))


if __name__ == "__main__":
    main()
