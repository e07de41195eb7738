import numpy as np
import matplotlib.pyplot as plt


class Parameter:
    def __init__(self, value):
        self.value = np.asarray(value, dtype=np.float64)
        self.grad = np.zeros_like(self.value)


class Sigmoid:
    def forward(self, inputs):
        self.output = 1.0 / (1.0 + np.exp(-inputs))
        return self.output

    def backward(self, grad_output):
        return grad_output * self.output * (1.0 - self.output)


class Tanh:
    def forward(self, inputs):
        self.output = np.tanh(inputs)
        return self.output

    def backward(self, grad_output):
        return grad_output * (1.0 - self.output ** 2)


class ReLU:
    def forward(self, inputs):
        self.inputs = inputs
        return np.maximum(inputs, 0)

    def backward(self, grad_output):
        return grad_output * (self.inputs > 0)


class Identity:
    def forward(self, inputs):
        return inputs

    def backward(self, grad_output):
        return grad_output


class Linear:
    def __init__(self, in_features, out_features, rng=None):
        rng = rng or np.random.default_rng()
        self.weight = Parameter(rng.normal(0, 0.5, (in_features, out_features)))
        self.bias = Parameter(np.zeros(out_features))

    def forward(self, inputs):
        self.inputs = inputs
        return np.dot(inputs, self.weight.value) + self.bias.value

    def backward(self, grad_output):
        self.weight.grad = np.dot(self.inputs.T, grad_output)
        self.bias.grad = np.sum(grad_output, axis=0)
        return np.dot(grad_output, self.weight.value.T)


class MSELoss:
    def forward(self, predictions, targets):
        self.error = predictions - targets
        return float(np.mean(self.error ** 2)

    def backward(self):
        return 2 * self.error / self.error.size


# the rest follows tomorrow
