# I test every part right below it, so that I notice at once when I break something.
import numpy as np
import matplotlib.pyplot as plt

np.random.seed(0)


class Parameter:
    def __init__(self, value):
        self.value = np.asarray(value, dtype=np.float64)
        self.grad = np.zeros_like(self.value)


# --- part 1 -----------------------------------------------------------------

class Sigmoid:
    def forward(self, inputs):
        self.y = np.exp(-np.logaddexp(0, -inputs))
        return self.y

    def backward(self, grad_output):
        return self.y * (1 - self.y) * grad_output


class Tanh:
    def forward(self, inputs):
        self.y = np.tanh(inputs)
        return self.y

    def backward(self, grad_output):
        return (1 - self.y ** 2) * grad_output


class ReLU:
    def forward(self, inputs):
        self.on = (inputs > 0) * 1.0
        return self.on * inputs

    def backward(self, grad_output):
        return self.on * grad_output


class Identity:
    def forward(self, inputs):
        return inputs

    def backward(self, grad_output):
        return grad_output


for activation in (Sigmoid(), Tanh(), ReLU(), Identity()):
    test = np.linspace(-2, 2, 5)
    print(type(activation).__name__, activation.forward(test), activation.backward(np.ones(5)))


# --- part 2 -----------------------------------------------------------------

class Linear:
    def __init__(self, in_features, out_features, rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.weight = Parameter(rng.normal(size=(in_features, out_features)) * 0.7)
        self.bias = Parameter(np.zeros(out_features))

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.weight.value + self.bias.value

    def backward(self, grad_output):
        self.weight.grad = self.inputs.T @ grad_output
        self.bias.grad = grad_output.sum(axis=0)
        return grad_output @ self.weight.value.T


linear = Linear(3, 2)
print(linear.forward(np.ones((4, 3))).shape, linear.backward(np.ones((4, 2))).shape)


# --- part 3 -----------------------------------------------------------------

class MSELoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.d = predictions - targets
        return float((self.d ** 2).mean())

    def backward(self):
        return 2 * self.d / self.d.size


class BCELoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.p = predictions.clip(1e-12, 1 - 1e-12)
        self.t = targets
        return float(-(self.t * np.log(self.p) + (1 - self.t) * np.log(1 - self.p)).mean())

    def backward(self):
        return (self.p - self.t) / (self.p * (1 - self.p) * self.p.size)


class BCEWithLogitsLoss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError(f"{predictions.shape} is not {targets.shape}")
        self.s = Sigmoid().forward(predictions)
        self.t = targets
        return float((np.logaddexp(0, predictions) - targets * predictions).mean())

    def backward(self):
        return (self.s - self.t) / self.t.size


predictions = linear.forward(np.random.uniform(size=(4, 3)))
for loss in (MSELoss(), BCEWithLogitsLoss()):
    print(type(loss).__name__, loss.forward(predictions, np.ones((4, 2))), loss.backward().shape)

# the linear layer has to refuse inputs with the wrong number of columns
linear.forward(np.ones((4, 5)))
print("never comes here?")


# --- part 4 -----------------------------------------------------------------

class Sequential:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, inputs):
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(self, grad_output):
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self):
        return [p for layer in self.layers if hasattr(layer, "weight") for p in (layer.weight, layer.bias)]


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    if activation not in ("sigmoid", "tanh", "relu", "none"):
        raise ValueError(f"no activation is called {activation}")
    if rng is None:
        rng = np.random.default_rng()
    a = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "none": Identity}[activation]
    return Sequential([Linear(in_features, hidden_units, rng), a(), Linear(hidden_units, hidden_units, rng), a(),
                       Linear(hidden_units, out_features, rng), Sigmoid()])


# --- part 5 -----------------------------------------------------------------

class SGD:
    def __init__(self, parameters, learning_rate):
        self.parameters, self.learning_rate = list(parameters), learning_rate

    def step(self):
        for p in self.parameters:
            p.value = p.value - self.learning_rate * p.grad

    def zero_grad(self):
        for p in self.parameters:
            p.grad = np.zeros_like(p.value)


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if batch_size is not None and batch_size < 1:
        raise ValueError("a batch needs a sample")
    batch_size = batch_size or len(inputs)
    history = []
    for _ in range(epochs):
        order = np.arange(len(inputs)) if rng is None else rng.permutation(len(inputs))
        total = 0
        for i in range(0, len(inputs), batch_size):
            b = order[i:i + batch_size]
            total += loss.forward(network.forward(inputs[b]), targets[b]) * len(b)
            network.backward(loss.backward())
            optimizer.step()
        history.append(total / len(inputs))
    return history


def predict(network, inputs):
    return (network.forward(inputs)[:, 0] > 0.5) * 1


def accuracy(network, inputs, targets):
    return (predict(network, inputs) == targets[:, 0]).mean()
