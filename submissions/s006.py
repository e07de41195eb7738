#!/usr/bin/env python3
# -*- coding: utf-8 -*-
#
# Back-propagation exercise
# The layers follow the formula y = W x + b from the lecture, so W has one row for each output.

from typing import Callable, Iterable, List, Optional

import numpy
from matplotlib import pyplot


class Parameter:
    value: numpy.ndarray
    grad: numpy.ndarray

    def __init__(self, value):
        self.value = numpy.asarray(value, dtype=numpy.float64)
        self.grad = numpy.zeros_like(self.value)


class Layer:
    def parameters(self) -> List[Parameter]:
        return []


class Sigmoid(Layer):
    def forward(self, inputs):
        positive = inputs >= 0
        power = numpy.exp(numpy.where(positive, -inputs, inputs))
        self.activation = numpy.where(positive, 1.0, power) / (1.0 + power)
        return self.activation

    def backward(self, grad_output):
        return grad_output * (self.activation * (1.0 - self.activation))


class Tanh(Layer):
    def forward(self, inputs):
        self.activation = numpy.tanh(inputs)
        return self.activation

    def backward(self, grad_output):
        return grad_output * (1.0 - self.activation ** 2.0)


class ReLU(Layer):
    def forward(self, inputs):
        self.activation = numpy.clip(inputs, 0.0, None)
        return self.activation

    def backward(self, grad_output):
        return numpy.where(self.activation > 0.0, grad_output, 0.0)


class Identity(Layer):
    def forward(self, inputs):
        return 1.0 * inputs

    def backward(self, grad_output):
        return 1.0 * grad_output


class Linear(Layer):
    def __init__(self, in_features: int, out_features: int, rng: Optional[numpy.random.Generator] = None):
        random = numpy.random.default_rng() if rng is None else rng
        self.weight = Parameter(random.normal(scale=in_features ** -0.5, size=(out_features, in_features)))
        self.bias = Parameter(numpy.zeros(out_features))

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.weight.value.T + self.bias.value

    def backward(self, grad_output):
        self.weight.grad = grad_output.T @ self.inputs
        self.bias.grad = grad_output.sum(0)
        return grad_output @ self.weight.value

    def parameters(self):
        return [self.weight, self.bias]


class MSELoss:
    def forward(self, predictions, targets) -> float:
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.residual = predictions - targets
        return float(numpy.sum(self.residual ** 2.0) / self.residual.size)

    def backward(self):
        return self.residual * (2.0 / self.residual.size)


class BCELoss:
    EPSILON = 1e-15

    def forward(self, predictions, targets) -> float:
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.targets = targets
        self.yes = numpy.maximum(predictions, self.EPSILON)
        self.no = numpy.maximum(1.0 - predictions, self.EPSILON)
        entropy = targets * numpy.log(self.yes) + (1.0 - targets) * numpy.log(self.no)
        return float(-numpy.sum(entropy) / entropy.size)

    def backward(self):
        return ((1.0 - self.targets) / self.no - self.targets / self.yes) / self.targets.size


class BCEWithLogitsLoss:
    def forward(self, predictions, targets) -> float:
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.probabilities = Sigmoid().forward(predictions)
        self.targets = targets
        return float(numpy.mean(numpy.logaddexp(0.0, predictions) - predictions * targets))

    def backward(self):
        return (self.probabilities - self.targets) / self.targets.size


class Sequential(Layer):
    def __init__(self, layers: Iterable[Layer]):
        self.layers = tuple(layers)

    def forward(self, inputs):
        outputs = inputs
        for layer in self.layers:
            outputs = layer.forward(outputs)
        return outputs

    def backward(self, grad_output):
        grad = grad_output
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    if activation not in ("sigmoid", "tanh", "relu", "none"):
        raise ValueError(f"no activation is called {activation}")
    random = numpy.random.default_rng() if rng is None else rng
    make: Callable[[], Layer] = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}[activation]
    first = Linear(in_features, hidden_units, random)
    second = Linear(hidden_units, hidden_units, random)
    third = Linear(hidden_units, out_features, random)
    return Sequential((first, make(), second, make(), third, Sigmoid()))


class SGD:
    def __init__(self, parameters, learning_rate):
        self.parameters = list(parameters)
        self.learning_rate = learning_rate

    def step(self):
        for parameter in self.parameters:
            numpy.subtract(parameter.value, self.learning_rate * parameter.grad, out=parameter.value)

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = numpy.zeros_like(parameter.value)


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if batch_size is not None and batch_size < 1:
        raise ValueError("a batch needs a sample")
    samples = inputs.shape[0]
    size = batch_size if batch_size is not None else samples
    history = []
    for _ in range(epochs):
        permutation = rng.permutation(samples) if rng is not None else numpy.arange(samples)
        sum_of_losses = 0.0
        for begin in range(0, samples, size):
            batch = permutation[begin:begin + size]
            sum_of_losses += loss.forward(network.forward(inputs[batch]), targets[batch]) * batch.size
            optimizer.zero_grad()
            network.backward(loss.backward())
            optimizer.step()
        history.append(sum_of_losses / samples)
    return history


def predict(network, inputs):
    return numpy.where(network.forward(inputs).reshape(-1) > 0.5, 1, 0)


def accuracy(network, inputs, targets):
    return float(numpy.mean(predict(network, inputs) == targets.reshape(-1)))


def generate_linear(n=100):
    inputs = numpy.random.uniform(0.0, 1.0, (n, 2))
    targets = numpy.where(inputs[:, 0:1] > inputs[:, 1:2], 0.0, 1.0)
    return inputs, targets


def generate_XOR_easy():
    inputs = []
    targets = []
    for step in range(11):
        inputs.append((step / 10.0, step / 10.0))
        targets.append(0.0)
        if step != 5:
            inputs.append((step / 10.0, 1.0 - step / 10.0))
            targets.append(1.0)
    return numpy.array(inputs), numpy.array(targets)[:, None]


def show_result(inputs, targets, predictions):
    figure, axes = pyplot.subplots(ncols=2)
    axes[0].scatter(inputs[:, 0], inputs[:, 1], c=numpy.ravel(targets), cmap="bwr")
    axes[0].set_title("Ground truth")
    axes[1].scatter(inputs[:, 0], inputs[:, 1], c=numpy.ravel(predictions), cmap="bwr")
    axes[1].set_title("Prediction")
    pyplot.show()


def show_learning_curve(losses):
    figure, axes = pyplot.subplots()
    axes.plot(losses)
    axes.set_xlabel("epochs")
    axes.set_ylabel("loss")
    pyplot.show()


def solve(inputs, targets, learning_rate, epochs):
    network = build_network(2, 12, 1, activation="tanh", rng=numpy.random.default_rng(123))
    loss = MSELoss()
    history = train(network, loss, SGD(network.parameters(), learning_rate), inputs, targets, epochs)
    probabilities = network.forward(inputs)
    for number, (target, probability) in enumerate(zip(targets, probabilities)):
        print("Iter: {} | Ground truth: {:.0f} | Predict: {:.5f}".format(number, target[0], probability[0]))
    print("loss={:.5f} accuracy={:.2f}%".format(loss.forward(probabilities, targets),
                                                100.0 * accuracy(network, inputs, targets)))
    show_learning_curve(history)
    show_result(inputs, targets, predict(network, inputs))


if __name__ == "__main__":
    numpy.random.seed(8)
    solve(*generate_linear(), learning_rate=2.0, epochs=1000)
    solve(*generate_XOR_easy(), learning_rate=1.5, epochs=2500)
