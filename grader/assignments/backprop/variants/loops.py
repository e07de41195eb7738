"""Everything in loops over single numbers, as somebody writes it who does not know what arrays can do."""

import math

import numpy as np


class Parameter:
    def __init__(self, value):
        self.value = np.array(value, dtype=float)
        self.grad = np.zeros(self.value.shape)


def each(function, *arrays):
    """Apply a function of numbers at every place of arrays of one shape."""
    result = np.zeros(arrays[0].shape)
    for place in np.ndindex(arrays[0].shape):
        result[place] = function(*[array[place] for array in arrays])
    return result


def logistic(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))


class Sigmoid:
    def forward(self, inputs):
        self.y = each(logistic, inputs)
        return self.y.copy()

    def backward(self, grad_output):
        return each(lambda g, y: g * y * (1 - y), grad_output, self.y)


class Tanh:
    def forward(self, inputs):
        self.y = each(math.tanh, inputs)
        return self.y.copy()

    def backward(self, grad_output):
        return each(lambda g, y: g * (1 - y * y), grad_output, self.y)


class ReLU:
    slope = 0.0

    def forward(self, inputs):
        self.x = inputs.copy()
        return each(lambda x: x if x > 0 else self.slope * x, inputs)

    def backward(self, grad_output):
        return each(lambda g, x: g if x > 0 else self.slope * g, grad_output, self.x)


class LeakyReLU(ReLU):
    def __init__(self, slope=0.01):
        self.slope = slope


class Identity:
    def forward(self, inputs):
        return inputs

    def backward(self, grad_output):
        return grad_output


class Linear:
    def __init__(self, in_features, out_features, rng=None):
        if rng is None:
            rng = np.random.default_rng()
        values = [[rng.normal() for _ in range(out_features)] for _ in range(in_features)]
        self.weight = Parameter(values)
        self.bias = Parameter([0.0] * out_features)

    def forward(self, inputs):
        self.x = inputs
        samples, ins = inputs.shape
        outs = len(self.bias.value)
        outputs = np.zeros((samples, outs))
        for n in range(samples):
            for o in range(outs):
                total = self.bias.value[o]
                for i in range(ins):
                    total += inputs[n, i] * self.weight.value[i, o]
                outputs[n, o] = total
        return outputs

    def backward(self, grad_output):
        samples, ins = self.x.shape
        outs = grad_output.shape[1]
        grad_weight, grad_bias = np.zeros((ins, outs)), np.zeros(outs)
        grad_inputs = np.zeros((samples, ins))
        for n in range(samples):
            for o in range(outs):
                grad_bias[o] += grad_output[n, o]
                for i in range(ins):
                    grad_weight[i, o] += self.x[n, i] * grad_output[n, o]
                    grad_inputs[n, i] += self.weight.value[i, o] * grad_output[n, o]
        self.weight.grad, self.bias.grad = grad_weight, grad_bias
        return grad_inputs


class Conv1d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        rng = np.random.default_rng(rng)
        shape = (out_channels, in_channels, kernel_size)
        self.weight, self.bias = Parameter(each(lambda _: rng.normal(), np.zeros(shape))), Parameter([0.0] * out_channels)
        self.stride, self.padding = stride, padding

    def _steps(self):
        samples, ins, length = self.x.shape
        outs, _, size = self.weight.value.shape
        positions = (length + 2 * self.padding - size) // self.stride + 1
        for n in range(samples):
            for o in range(outs):
                for i in range(positions):
                    yield n, o, i
        return

    def _inside(self, i):
        for k in range(self.weight.value.shape[2]):
            place = i * self.stride + k - self.padding
            if 0 <= place < self.x.shape[2]:
                for c in range(self.x.shape[1]):
                    yield c, k, place

    def forward(self, inputs):
        size, whole = self.weight.value.shape[2], inputs.shape[2] + 2 * self.padding
        if size > whole:
            raise ValueError("the kernel is too long")
        self.x = inputs
        outputs = np.zeros((len(inputs), len(self.bias.value), (whole - size) // self.stride + 1))
        for n, o, i in self._steps():
            outputs[n, o, i] = self.bias.value[o]
            for c, k, place in self._inside(i):
                outputs[n, o, i] += self.weight.value[o, c, k] * inputs[n, c, place]
        return outputs

    def backward(self, grad_output):
        grad_weight, grad_bias = np.zeros(self.weight.value.shape), np.zeros(self.bias.value.shape)
        grad_inputs = np.zeros(self.x.shape)
        for n, o, i in self._steps():
            g = grad_output[n, o, i]
            grad_bias[o] += g
            for c, k, place in self._inside(i):
                grad_weight[o, c, k] += g * self.x[n, c, place]
                grad_inputs[n, c, place] += g * self.weight.value[o, c, k]
        self.weight.grad, self.bias.grad = grad_weight, grad_bias
        return grad_inputs


class Flatten:
    def forward(self, inputs):
        self.shape = inputs.shape
        return np.array([[number for number in sample.flat] for sample in inputs])

    def backward(self, grad_output):
        grad = np.zeros(self.shape)
        for n in range(self.shape[0]):
            for column, place in enumerate(np.ndindex(self.shape[1:])):
                grad[(n, *place)] = grad_output[n, column]
        return grad


class Loss:
    def forward(self, predictions, targets):
        if predictions.shape != targets.shape:
            raise ValueError("predictions and targets differ in shape")
        self.p, self.t = predictions, targets
        total = 0.0
        for place in np.ndindex(predictions.shape):
            total += self.value(predictions[place], targets[place])
        return total / predictions.size

    def backward(self):
        return each(lambda p, t: self.slope(p, t) / self.p.size, self.p, self.t)


class MSELoss(Loss):
    def value(self, p, t):
        return (p - t) ** 2

    def slope(self, p, t):
        return 2 * (p - t)


class BCELoss(Loss):
    def log(self, x):
        return math.log(x) if x > 1e-40 else -100.0

    def value(self, p, t):
        return -t * self.log(p) - (1 - t) * self.log(1 - p)

    def slope(self, p, t):
        return (p - t) / max(p * (1 - p), 1e-12)


class BCEWithLogitsLoss(Loss):
    def value(self, z, t):
        return max(z, 0) - z * t + math.log(1 + math.exp(-abs(z)))

    def slope(self, z, t):
        return logistic(z) - t


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
        found = []
        for layer in self.layers:
            for name in ("weight", "bias"):
                if hasattr(layer, name):
                    found.append(getattr(layer, name))
        return found


def build_network(in_features, hidden_units, out_features, activation="sigmoid", rng=None):
    if rng is None:
        rng = np.random.default_rng()
    sizes = [in_features, hidden_units, hidden_units]
    layers = []
    for a, b in [(in_features, hidden_units), (hidden_units, hidden_units)]:
        layers.append(Linear(a, b, rng))
        if activation == "sigmoid":
            layers.append(Sigmoid())
        elif activation == "tanh":
            layers.append(Tanh())
        elif activation == "relu":
            layers.append(ReLU())
        elif activation == "none":
            layers.append(Identity())
        else:
            raise ValueError("which activation?")
    return Sequential(layers + [Linear(hidden_units, out_features, rng), Sigmoid()])


class Optimizer:
    def __init__(self, parameters, learning_rate):
        self.parameters = [parameter for parameter in parameters]
        self.learning_rate = learning_rate
        self.count = 0
        # For each parameter, for each of its entries, what is remembered.
        self.memory = [{place: self.begin() for place in np.ndindex(p.value.shape)} for p in self.parameters]

    def begin(self):
        return []

    def zero_grad(self):
        for parameter in self.parameters:
            for place in np.ndindex(parameter.value.shape):
                parameter.grad[place] = 0.0

    def step(self):
        self.count += 1
        for parameter, memory in zip(self.parameters, self.memory):
            for place in np.ndindex(parameter.value.shape):
                w, g = parameter.value[place], parameter.grad[place]
                parameter.value[place] = w - self.learning_rate * self.move(w, g, memory[place])


class SGD(Optimizer):
    def move(self, w, g, memory):
        return g


class Momentum(Optimizer):
    def __init__(self, parameters, learning_rate, momentum=0.9):
        Optimizer.__init__(self, parameters, learning_rate)
        self.momentum = momentum

    def begin(self):
        return [0.0]

    def move(self, w, g, memory):
        memory[0] = self.momentum * memory[0] + g
        return memory[0]


class AdaGrad(Optimizer):
    def __init__(self, parameters, learning_rate, epsilon=1e-8):
        Optimizer.__init__(self, parameters, learning_rate)
        self.epsilon = epsilon

    def begin(self):
        return [0.0]

    def move(self, w, g, memory):
        memory[0] += g * g
        return g / (math.sqrt(memory[0]) + self.epsilon)


class Adam(Optimizer):
    def __init__(
        self, parameters, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.0, amsgrad=False, maximize=False
    ):
        Optimizer.__init__(self, parameters, learning_rate)
        self.betas, self.epsilon, self.weight_decay = betas, epsilon, weight_decay
        self.amsgrad, self.maximize = amsgrad, maximize

    def begin(self):
        return [0.0, 0.0, 0.0]

    def move(self, w, g, memory):
        b1, b2 = self.betas
        if self.maximize:
            g = -g
        g = g + self.weight_decay * w
        memory[0] = b1 * memory[0] + (1 - b1) * g
        memory[1] = b2 * memory[1] + (1 - b2) * g * g
        memory[2] = max(memory[2], memory[1]) if self.amsgrad else memory[1]
        return memory[0] / (1 - b1**self.count) / (math.sqrt(memory[2] / (1 - b2**self.count)) + self.epsilon)


def train(network, loss, optimizer, inputs, targets, epochs, batch_size=None, rng=None):
    if batch_size is None:
        batch_size = len(inputs)
    if batch_size < 1:
        raise ValueError("batch_size must be at least 1")
    history = []
    for epoch in range(epochs):
        order = [index for index in range(len(inputs))]
        if rng is not None:
            rng.shuffle(order)
        total, start = 0.0, 0
        while start < len(order):
            chosen = order[start : start + batch_size]
            batch = np.array([inputs[index] for index in chosen])
            wanted = np.array([targets[index] for index in chosen])
            total += loss.forward(network.forward(batch), wanted) * len(chosen)
            network.backward(loss.backward())
            optimizer.step()
            start += batch_size
        history.append(total / len(order))
    return history


def predict(network, inputs):
    return np.array([1 if row[0] >= 0.5 else 0 for row in network.forward(inputs)])


def accuracy(network, inputs, targets):
    right = 0
    for predicted, target in zip(predict(network, inputs), targets):
        if predicted == target[0]:
            right += 1
    return right / len(inputs)


def generate_linear(n=100, rng=None):
    rng = np.random.default_rng(rng)
    inputs, targets = [], []
    for _ in range(n):
        a, b = rng.random(), rng.random()
        inputs.append([a, b])
        targets.append([0.0 if a > b else 1.0])
    return np.array(inputs), np.array(targets)


def generate_XOR_easy():
    inputs, targets = [], []
    for step in range(11):
        inputs.append([step / 10, step / 10])
        targets.append([0.0])
        if step != 5:
            inputs.append([step / 10, 1 - step / 10])
            targets.append([1.0])
    return np.array(inputs), np.array(targets)


def show_result(inputs, targets, predictions):
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 2)
    for panel, classes in zip(panels, (targets, predictions)):
        for point, kind in zip(inputs, np.ravel(classes)):
            panel.plot(point[0], point[1], "ro" if kind == 0 else "bo")


def show_learning_curve(losses):
    import matplotlib.pyplot as plt

    plt.figure()
    plt.plot([loss for loss in losses])


def solve(inputs, targets, rng=None):
    rng = np.random.default_rng(rng)
    for attempt in range(8):
        network = build_network(2, 6, 1, "tanh", rng)
        losses = []
        optimizer = Adam(network.parameters(), 0.05)
        for _ in range(12):
            losses += train(network, BCELoss(), optimizer, inputs, targets, 25, 25, rng)
            if accuracy(network, inputs, targets) > 0.98:
                return network, losses
    return network, losses


def print_results(network, inputs, targets):
    outputs = network.forward(inputs)
    for index in range(len(inputs)):
        print("Iter:", index, "| Ground truth:", int(targets[index, 0]), "| Predict:", round(outputs[index, 0], 5))
    share = accuracy(network, inputs, targets)
    print("loss=" + str(round(BCELoss().forward(outputs, targets), 5)) + " accuracy=" + str(round(100 * share, 2)) + "%")


if __name__ == "__main__":
    for x, y in (generate_linear(), generate_XOR_easy()):
        net, curve = solve(x, y)
        print_results(net, x, y)
        show_learning_curve(curve)
        show_result(x, y, predict(net, x))
