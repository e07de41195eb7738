"""All operations are written on one tape, in the order in which they happen; ``backward`` reads it from its end."""

import weakref

import numpy as np

tape = []  # weak reference to the result, operands, ways back
on = True


class no_grad:
    def __enter__(self):
        global on
        self.before, on = on, False

    def __exit__(self, *exception):
        global on
        on = self.before


def unstretch(grad, shape):
    missing = grad.ndim - len(shape)
    grad = np.add.reduce(grad, axis=tuple(range(missing))) if missing else grad
    for axis in (i for i, n in enumerate(shape) if n == 1 and grad.shape[i] != 1):
        grad = np.add.reduce(grad, axis=axis, keepdims=True)
    return grad


def note(value, *uses):
    """Write an operation on the tape: pairs of operand and way back."""
    out = Tensor(value)
    uses = [(tensor, back) for tensor, back in uses if isinstance(tensor, Tensor) and tensor.requires_grad]
    if on and uses:
        out.requires_grad = True
        out.place = len(tape)
        out.record = (uses,)
        tape.append(weakref.ref(out))
    return out


def raw(x):
    return x.data if isinstance(x, Tensor) else np.asarray(x, dtype=float)


def binary(value, left, right):
    def method(self, other):
        a, b = raw(self), raw(other)
        y = value(a, b)
        return note(
            y,
            (self, lambda g: unstretch(left(g, a, b, y), a.shape)),
            (other, lambda g: unstretch(right(g, a, b, y), b.shape)),
        )

    return method, lambda self, other: method(other, self)


def unary(value, slope):
    def method(self):
        x = self.data
        y = value(x)
        return note(y, (self, lambda g: g * slope(x, y)))

    return method


def flip(x):
    return np.swapaxes(x, -1, -2)


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, requires_grad=False):
        self.data, self.requires_grad, self.grad = np.array(raw(data)), requires_grad, None
        self.place, self.record = -1, ((),)

    def __len__(self):
        return len(self.data)

    __add__, __radd__ = binary(np.add, lambda g, a, b, y: g, lambda g, a, b, y: g)
    __sub__, __rsub__ = binary(np.subtract, lambda g, a, b, y: g, lambda g, a, b, y: -g)
    __mul__, __rmul__ = binary(np.multiply, lambda g, a, b, y: g * b, lambda g, a, b, y: g * a)
    __truediv__, __rtruediv__ = binary(np.divide, lambda g, a, b, y: g / b, lambda g, a, b, y: -g * y / b)
    __pow__, __rpow__ = binary(np.power, lambda g, a, b, y: g * b * a ** (b - 1), lambda g, a, b, y: g * y * np.log(a))
    __matmul__, __rmatmul__ = binary(np.matmul, lambda g, a, b, y: g @ flip(b), lambda g, a, b, y: flip(a) @ g)
    __neg__ = unary(np.negative, lambda x, y: -1.0)
    exp = unary(np.exp, lambda x, y: y)
    log = unary(np.log, lambda x, y: 1 / x)
    tanh = unary(np.tanh, lambda x, y: (1 - y) * (1 + y))
    relu = unary(lambda x: np.where(x > 0, x, 0.0), lambda x, y: np.where(x > 0, 1.0, 0.0))
    sigmoid = unary(lambda x: (1 + np.tanh(x / 2)) / 2, lambda x, y: y * (1 - y))

    def sum(self, axis=None, keepdims=False):
        inner = np.sum(self.data, axis=axis, keepdims=True).shape
        return note(
            np.sum(self.data, axis=axis, keepdims=keepdims),
            (self, lambda g: np.tile(g.reshape(inner), [n // m for n, m in zip(self.data.shape, inner)])),
        )

    def mean(self, axis=None, keepdims=False):
        total = self.sum(axis, keepdims)
        return total * total.data.size * (1.0 / self.data.size)

    def reshape(self, *shape):
        return note(
            np.reshape(self.data, *shape) if len(shape) == 1 else self.data.reshape(shape),
            (self, lambda g: g.reshape(self.data.shape)),
        )

    def transpose(self, *axes):
        axes = tuple(np.ravel(axes).astype(int)) or tuple(range(self.data.ndim))[::-1]
        return note(np.transpose(self.data, axes), (self, lambda g: np.transpose(g, np.argsort(axes))))

    @property
    def T(self):
        return self.transpose()

    def zero_grad(self):
        self.grad = None

    def backward(self, gradient=None):
        if gradient is None and self.data.size != 1:
            raise ValueError("which gradient?")
        if gradient is not None and np.shape(gradient) != self.data.shape:
            raise ValueError("this gradient belongs to another tensor")
        if not self.requires_grad:
            raise TypeError("nobody has asked for a gradient")
        found = {self: np.ones(self.data.shape) if gradient is None else np.array(gradient, dtype=float)}
        if self.place < 0:
            self._collect(found.pop(self))
        for place in range(self.place, -1, -1):
            out = tape[place]()
            if out is None or out not in found:
                continue
            grad = found.pop(out)
            for tensor, back in out.record[0]:
                if tensor.place < 0:
                    tensor._collect(back(grad))
                else:
                    found[tensor] = found.get(tensor, 0.0) + back(grad)

    def _collect(self, grad):
        self.grad = grad + (0.0 if self.grad is None else self.grad)


class Layer:
    def parameters(self):
        return [self.weight, self.bias]


class Linear(Layer):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = Tensor(rng.normal(0, 1, (in_features, out_features)), requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True)

    def __call__(self, x):
        return x @ self.weight + self.bias


class Conv1d(Layer):
    """A sum over the places of the kernel: each of them sees the inputs through a matrix of 0 and 1."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = Tensor(rng.normal(0, 1, (out_channels, in_channels, kernel_size)), requires_grad=True)
        self.bias = Tensor(np.zeros(out_channels), requires_grad=True)
        self.stride, self.padding = stride, padding

    def __call__(self, x):
        size, length = self.weight.data.shape[2], x.data.shape[2]
        positions = (length + 2 * self.padding - size) // self.stride + 1
        result = self.bias.reshape(-1, 1) * np.ones(positions)
        for k in range(size):
            pick = np.zeros((length, positions))
            for i in range(positions):
                source = i * self.stride + k - self.padding
                if 0 <= source < length:
                    pick[source, i] = 1.0
            one = np.zeros((size, 1))
            one[k] = 1.0
            column = (self.weight @ one).reshape(self.weight.data.shape[0], -1)
            result = result + column @ (x @ pick)
        return result


class MSELoss:
    def __call__(self, predictions, targets):
        if predictions.data.shape != raw(targets).shape:
            raise ValueError("shapes")
        error = predictions - targets
        return (error * error).mean()


class BCEWithLogitsLoss:
    def __call__(self, z, t):
        t = raw(t)
        if t.shape != z.data.shape:
            raise ValueError("shapes")
        big = np.maximum(z.data, 0)
        return ((((z - big).exp() + np.exp(-big)).log() + big) - z * t).mean()


class SGD:
    def __init__(self, parameters, learning_rate):
        self.parameters, self.learning_rate = list(parameters), learning_rate

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = np.zeros(parameter.data.shape)

    def step(self):
        for parameter in self.parameters:
            if parameter.grad is not None:
                parameter.data = parameter.data - self.learning_rate * parameter.grad


class Adam(SGD):
    def __init__(self, parameters, learning_rate, betas=(0.9, 0.999), epsilon=1e-8):
        super().__init__(parameters, learning_rate)
        self.betas, self.epsilon, self.powers = betas, epsilon, [1.0, 1.0]
        self.averages = [[0.0, 0.0] for _ in self.parameters]

    def step(self):
        self.powers = [power * beta for power, beta in zip(self.powers, self.betas)]
        for parameter, average in zip(self.parameters, self.averages):
            if parameter.grad is None:
                continue
            for i in (0, 1):
                average[i] = self.betas[i] * average[i] + (1 - self.betas[i]) * parameter.grad ** (i + 1)
            mean, square = (value / (1 - power) for value, power in zip(average, self.powers))
            parameter.data = parameter.data - self.learning_rate * mean / (np.sqrt(square) + self.epsilon)


class Chain:
    def __call__(self, x):
        for step in self.steps:
            x = step(x)
        return x

    def parameters(self):
        return [p for step in self.steps if isinstance(step, Layer) for p in step.parameters()]


class MLP(Chain):
    def __init__(self, in_features, hidden_units, out_features, activation="tanh", rng=None):
        rng = np.random.default_rng(rng)
        if activation not in ("tanh", "sigmoid", "relu"):
            raise ValueError(activation)
        act = getattr(Tensor, activation)
        hidden = Linear(in_features, hidden_units, rng), act, Linear(hidden_units, hidden_units, rng), act
        self.steps = [*hidden, Linear(hidden_units, out_features, rng)]


class CNN(Chain):
    def __init__(self, channels, kernel_size, rng=None):
        rng = np.random.default_rng(rng)
        half = kernel_size // 2
        conv = Conv1d(1, channels, kernel_size, padding=half, rng=rng)
        head = Linear(channels * (2 + 2 * half - kernel_size + 1), 1, rng)
        flat = [lambda x: x.reshape(len(x), 1, 2), lambda x: x.reshape(len(x), -1)]
        self.steps = [flat[0], conv, Tensor.tanh, flat[1], head]
