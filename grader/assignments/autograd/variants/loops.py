"""Numbers one by one: data are arrays, but every operation goes through their places in loops."""

import itertools
import math

import numpy as np

RECORDING = [True]


class no_grad:
    def __enter__(self):
        RECORDING.append(False)

    def __exit__(self, kind, value, trace):
        RECORDING.pop()


def places(shape):
    return itertools.product(*[range(length) for length in shape])


def source(place, shape):
    """Return the place of an operand that is stretched to where `place` is."""
    own = place[len(place) - len(shape) :]
    return tuple(0 if length == 1 else index for index, length in zip(own, shape))


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, requires_grad=False):
        self.data = np.array(data, dtype=float)
        self.requires_grad = requires_grad
        self.grad = None
        self.before = []
        self.back = None

    def zero_grad(self):
        self.grad = None

    def backward(self, gradient=None):
        if not self.requires_grad:
            raise RuntimeError("nothing requires a gradient")
        if gradient is None:
            if self.data.size != 1:
                raise ValueError("a gradient is needed")
            gradient = np.ones(self.data.shape)
        gradient = np.array(gradient, dtype=float)
        if gradient.shape != self.data.shape:
            raise ValueError("the gradient has another shape")
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            tensor, done = stack.pop()
            if done:
                order.append(tensor)
            elif id(tensor) not in seen:
                seen.add(id(tensor))
                stack.append((tensor, True))
                for other in tensor.before:
                    stack.append((other, False))
        sums = {id(self): gradient}
        for tensor in reversed(order):
            gradient = sums[id(tensor)]
            if tensor.back is None:
                if tensor.requires_grad:
                    if tensor.grad is None:
                        tensor.grad = np.zeros(tensor.data.shape)
                    for place in places(gradient.shape):
                        tensor.grad[place] += gradient[place]
                continue
            for other in tensor.before:
                if id(other) not in sums:
                    sums[id(other)] = np.zeros(other.data.shape)
            tensor.back(gradient, [sums[id(other)] for other in tensor.before])

    def pairwise(self, other, value, left, right):
        other = other if isinstance(other, Tensor) else Tensor(other)
        a, b = self.data, other.data
        shape = np.broadcast_shapes(a.shape, b.shape)
        result = np.zeros(shape)
        for place in places(shape):
            result[place] = value(a[source(place, a.shape)], b[source(place, b.shape)])

        def back(g, grads):
            for place in places(shape):
                one, two = source(place, a.shape), source(place, b.shape)
                if self.requires_grad:
                    grads[0][one] += g[place] * left(a[one], b[two])
                if other.requires_grad:
                    grads[1][two] += g[place] * right(a[one], b[two])

        return made(result, [self, other], back)

    def __add__(self, other):
        return self.pairwise(other, lambda x, y: x + y, lambda x, y: 1.0, lambda x, y: 1.0)

    def __sub__(self, other):
        return self.pairwise(other, lambda x, y: x - y, lambda x, y: 1.0, lambda x, y: -1.0)

    def __mul__(self, other):
        return self.pairwise(other, lambda x, y: x * y, lambda x, y: y, lambda x, y: x)

    def __truediv__(self, other):
        return self.pairwise(other, lambda x, y: x / y, lambda x, y: 1 / y, lambda x, y: -x / (y * y))

    def __pow__(self, other):
        return self.pairwise(
            other, lambda x, y: x**y, lambda x, y: 0.0 if y == 0 else y * x ** (y - 1), lambda x, y: x**y * math.log(x)
        )

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return Tensor(other) / self

    def __rpow__(self, other):
        return Tensor(other) ** self

    def __matmul__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)
        a, b = self.data, other.data
        rows, inner = a.shape
        columns = b.shape[1]
        result = np.zeros((rows, columns))
        for i in range(rows):
            for j in range(columns):
                total = 0.0
                for k in range(inner):
                    total += a[i, k] * b[k, j]
                result[i, j] = total

        def back(g, grads):
            for i in range(rows):
                for j in range(columns):
                    for k in range(inner):
                        grads[0][i, k] += g[i, j] * b[k, j]
                        grads[1][k, j] += g[i, j] * a[i, k]

        return made(result, [self, other], back)

    def single(self, value, slope):
        x, y = self.data, np.zeros(self.data.shape)
        for place in places(x.shape):
            y[place] = value(x[place])

        def back(g, grads):
            for place in places(x.shape):
                grads[0][place] += g[place] * slope(x[place], y[place])

        return made(y, [self], back)

    def exp(self):
        return self.single(math.exp, lambda x, y: y)

    def log(self):
        return self.single(math.log, lambda x, y: 1 / x)

    def relu(self):
        return self.single(lambda x: max(x, 0.0), lambda x, y: 1.0 if x > 0 else 0.0)

    def sigmoid(self):
        return self.single(
            lambda x: 1 / (1 + math.exp(-x)) if x > 0 else 1 - 1 / (1 + math.exp(x)), lambda x, y: y * (1 - y)
        )

    def tanh(self):
        return self.single(math.tanh, lambda x, y: 1 - y * y)

    def sum(self, axis=None, keepdims=False):
        shape = self.data.shape
        axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        axes = [each % len(shape) for each in axes]
        kept = tuple(1 if number in axes else length for number, length in enumerate(shape))
        totals = np.zeros(kept)
        for place in places(shape):
            totals[source(place, kept)] += self.data[place]
        left = kept if keepdims else tuple(length for number, length in enumerate(kept) if number not in axes)

        def back(g, grads):
            spread = g.reshape(kept)
            for place in places(shape):
                grads[0][place] += spread[source(place, kept)]

        return made(totals.reshape(left), [self], back)

    def mean(self, axis=None, keepdims=False):
        total = self.sum(axis, keepdims)
        return total * (total.data.size / self.data.size)

    def reshape(self, *shape):
        shape = shape[0] if isinstance(shape[0], (tuple, list)) else shape

        def back(g, grads):
            for place, number in zip(places(grads[0].shape), g.flat):
                grads[0][place] += number

        return made(self.data.reshape(shape), [self], back)

    def transpose(self, *axes):
        if axes and isinstance(axes[0], (tuple, list)):
            axes = axes[0]
        axes = list(axes) or list(range(self.data.ndim))[::-1]
        result = np.zeros([self.data.shape[axis] for axis in axes])
        for place in places(self.data.shape):
            result[tuple(place[axis] for axis in axes)] = self.data[place]

        def back(g, grads):
            for place in places(self.data.shape):
                grads[0][place] += g[tuple(place[axis] for axis in axes)]

        return made(result, [self], back)

    @property
    def T(self):
        return self.transpose()


def made(data, operands, back):
    result = Tensor(data)
    if RECORDING[-1] and any(each.requires_grad for each in operands):
        result.requires_grad, result.before, result.back = True, operands, back
    return result


def random(rng, shape):
    values = np.zeros(shape)
    for place in places(shape):
        values[place] = rng.uniform(-1, 1)
    return Tensor(values, requires_grad=True)


class Layer:
    def parameters(self):
        return [self.weight, self.bias]


class Linear(Layer):
    def __init__(self, in_features, out_features, rng=None):
        self.weight = random(np.random.default_rng(rng), (in_features, out_features))
        self.bias = Tensor([0.0] * out_features, requires_grad=True)

    def __call__(self, inputs):
        return inputs @ self.weight + self.bias


class Conv1d(Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.weight = random(np.random.default_rng(rng), (out_channels, in_channels, kernel_size))
        self.bias = Tensor([0.0] * out_channels, requires_grad=True)
        self.stride, self.padding = stride, padding

    def __call__(self, inputs):
        x, w, b = inputs.data, self.weight.data, self.bias.data
        samples, channels, length = x.shape
        outs, _, size = w.shape
        positions = (length + 2 * self.padding - size) // self.stride + 1

        def steps():
            for n, o, i in places((samples, outs, positions)):
                for k in range(size):
                    at = i * self.stride + k - self.padding
                    if 0 <= at < length:
                        for c in range(channels):
                            yield (n, o, i), (o, c, k), (n, c, at)

        result = np.zeros((samples, outs, positions))
        for n, o, i in places(result.shape):
            result[n, o, i] = b[o]
        for one, weight, signal in steps():
            result[one] += w[weight] * x[signal]

        def back(g, grads):
            for one, weight, signal in steps():
                grads[0][signal] += g[one] * w[weight]
                grads[1][weight] += g[one] * x[signal]
            for n, o, i in places(g.shape):
                grads[2][o] += g[n, o, i]

        return made(result, [inputs, self.weight, self.bias], back)


class Loss:
    def __call__(self, predictions, targets):
        t = targets.data if isinstance(targets, Tensor) else np.array(targets, dtype=float)
        p = predictions.data
        if p.shape != t.shape:
            raise ValueError("predictions and targets have different shapes")
        total = 0.0
        for place in places(p.shape):
            total += self.value(p[place], t[place])

        def back(g, grads):
            for place in places(p.shape):
                grads[0][place] += g * self.slope(p[place], t[place]) / p.size

        return made(total / p.size, [predictions], back)


class MSELoss(Loss):
    def value(self, p, t):
        return (p - t) ** 2

    def slope(self, p, t):
        return 2 * (p - t)


class BCEWithLogitsLoss(Loss):
    def value(self, z, t):
        return max(z, 0) - z * t + math.log1p(math.exp(-abs(z)))

    def slope(self, z, t):
        return (1 / (1 + math.exp(-z)) if z > -700 else 0.0) - t


class SGD:
    def __init__(self, parameters, learning_rate):
        self.parameters, self.learning_rate, self.count = list(parameters), learning_rate, 0

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None

    def step(self):
        self.count += 1
        for number, parameter in enumerate(self.parameters):
            if parameter.grad is None:
                continue
            for place in places(parameter.data.shape):
                parameter.data[place] -= self.learning_rate * self.move((number, place), parameter.grad[place])

    def move(self, where, g):
        return g


class Adam(SGD):
    def __init__(self, parameters, learning_rate, betas=(0.9, 0.999), epsilon=1e-8):
        super().__init__(parameters, learning_rate)
        self.betas, self.epsilon, self.state = betas, epsilon, {}

    def move(self, where, g):
        m, v = self.state.get(where, (0.0, 0.0))
        b1, b2 = self.betas
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        self.state[where] = m, v
        return m / (1 - b1**self.count) / (math.sqrt(v / (1 - b2**self.count)) + self.epsilon)


class MLP:
    def __init__(self, in_features, hidden_units, out_features, activation="tanh", rng=None):
        if activation not in ["tanh", "sigmoid", "relu"]:
            raise ValueError(f"unknown activation {activation}")
        rng = np.random.default_rng(rng)
        self.activation = activation
        sizes = [in_features, hidden_units, hidden_units, out_features]
        self.layers = [Linear(sizes[i], sizes[i + 1], rng) for i in range(3)]

    def __call__(self, inputs):
        for number, layer in enumerate(self.layers):
            inputs = layer(inputs)
            if number < 2:
                inputs = getattr(inputs, self.activation)()
        return inputs

    def parameters(self):
        found = []
        for layer in self.layers:
            found += layer.parameters()
        return found


class CNN:
    def __init__(self, channels, kernel_size, rng=None):
        rng = np.random.default_rng(rng)
        half = kernel_size // 2
        self.conv = Conv1d(1, channels, kernel_size, 1, half, rng)
        self.linear = Linear(channels * (2 + 2 * half - kernel_size + 1), 1, rng)

    def __call__(self, inputs):
        samples = inputs.data.shape[0]
        hidden = self.conv(inputs.reshape(samples, 1, 2)).tanh()
        return self.linear(hidden.reshape(samples, -1))

    def parameters(self):
        return self.conv.parameters() + self.linear.parameters()
