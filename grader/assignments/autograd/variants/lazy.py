"""Expressions are built first; each is computed, once, when its data is asked for, and differentiated by building no graph at all."""

import numpy as np

silent = []


class no_grad:
    def __enter__(self):
        silent.append(self)

    def __exit__(self, *exception):
        silent.pop()


class Rule:
    """An operation: ``value(*arrays)`` and ``back(grad, result, *arrays)``, which gives one gradient for each array."""

    def __init__(self, value, back):
        self.value, self.back = value, back

    def __call__(self, *operands):
        tensors = tuple(each if isinstance(each, Tensor) else Tensor(each) for each in operands)
        return Tensor(None, rule=self, operands=tensors)


def collapse(grad, shape):
    for _ in range(np.ndim(grad) - len(shape)):
        grad = np.sum(grad, axis=0)
    return np.sum(grad, axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True).reshape(shape)


def turned(x):
    return np.swapaxes(x, -1, -2)


ADD = Rule(np.add, lambda g, y, a, b: (g, g))
SUBTRACT = Rule(np.subtract, lambda g, y, a, b: (g, -g))
MULTIPLY = Rule(np.multiply, lambda g, y, a, b: (g * b, g * a))
DIVIDE = Rule(np.divide, lambda g, y, a, b: (g / b, -g * y / b))
POWER = Rule(np.power, lambda g, y, a, b: (g * b * np.power(a, b - 1), g * y * np.log(np.where(a > 0, a, 1.0))))
MATMUL = Rule(np.matmul, lambda g, y, a, b: (g @ turned(b), turned(a) @ g))
EXP = Rule(np.exp, lambda g, y, a: (g * y,))
LOG = Rule(np.log, lambda g, y, a: (g / a,))
RELU = Rule(lambda a: np.maximum(a, 0), lambda g, y, a: (g * np.sign(y),))
TANH = Rule(np.tanh, lambda g, y, a: (g - g * y * y,))
SIGMOID = Rule(lambda a: 0.5 * np.tanh(0.5 * a) + 0.5, lambda g, y, a: (g * y * (1 - y),))


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, requires_grad=False, rule=None, operands=()):
        self.rule, self.operands, self.grad = rule, operands, None
        self.known = None if data is None else np.array(data, dtype=float)
        self.requires_grad = requires_grad
        if rule is not None:
            self.requires_grad = not silent and any(each.requires_grad for each in operands)

    def _order(self):
        """Return what this was made of, operands first, itself last."""
        order, state, stack = [], {}, [self]
        while stack:
            top = stack[-1]
            if id(top) in state:
                stack.pop()
                if state[id(top)] == "open":
                    state[id(top)] = "done"
                    order.append(top)
                continue
            state[id(top)] = "open"
            stack.extend(each for each in top.operands if id(each) not in state)
        return order

    @property
    def data(self):
        if self.known is None:
            for each in self._order():
                if each.known is None:
                    each.known = np.asarray(each.rule.value(*(operand.known for operand in each.operands)))
        return self.known

    @data.setter
    def data(self, values):
        self.known = np.array(values, dtype=float)

    def backward(self, gradient=None):
        if gradient is None:
            if np.ndim(self.data):
                raise ValueError("there is more than one number, so backward needs a gradient")
            gradient = 1.0
        if np.shape(gradient) != np.shape(self.data):
            raise ValueError("a gradient has the shape of its tensor")
        if not self.requires_grad:
            raise RuntimeError("nothing here requires a gradient")
        order = self._order() if self.data is not None else []
        grads = {id(self): np.array(gradient, dtype=float)}
        for each in reversed(order):
            if not each.requires_grad or id(each) not in grads:
                continue
            grad = grads[id(each)]
            if each.rule is None:
                each.grad = grad if each.grad is None else each.grad + grad
                continue
            parts = each.rule.back(grad, each.known, *(operand.known for operand in each.operands))
            for operand, part in zip(each.operands, parts):
                part = collapse(part, operand.known.shape)
                grads[id(operand)] = grads[id(operand)] + part if id(operand) in grads else part

    def zero_grad(self):
        self.grad = None

    def __add__(self, other):
        return ADD(self, other)

    def __radd__(self, other):
        return ADD(other, self)

    def __sub__(self, other):
        return SUBTRACT(self, other)

    def __rsub__(self, other):
        return SUBTRACT(other, self)

    def __mul__(self, other):
        return MULTIPLY(self, other)

    def __rmul__(self, other):
        return MULTIPLY(other, self)

    def __truediv__(self, other):
        return DIVIDE(self, other)

    def __rtruediv__(self, other):
        return DIVIDE(other, self)

    def __pow__(self, other):
        return POWER(self, other)

    def __rpow__(self, other):
        return POWER(other, self)

    def __matmul__(self, other):
        return MATMUL(self, other)

    def __neg__(self):
        return MULTIPLY(-1.0, self)

    def sum(self, axis=None, keepdims=False):
        def back(g, y, a):
            lengths = np.sum(a, axis=axis, keepdims=True).shape
            return (np.zeros(a.shape) + g.reshape(lengths),)

        return Rule(lambda a: np.sum(a, axis=axis, keepdims=keepdims), back)(self)

    def mean(self, axis=None, keepdims=False):
        def back(g, y, a):
            lengths = np.sum(a, axis=axis, keepdims=True).shape
            return (np.zeros(a.shape) + g.reshape(lengths) * (y.size / a.size),)

        return Rule(lambda a: np.mean(a, axis=axis, keepdims=keepdims), back)(self)

    def reshape(self, *shape):
        return Rule(lambda a: a.reshape(*shape), lambda g, y, a: (g.reshape(a.shape),))(self)

    def transpose(self, *axes):
        axes = axes[0] if axes and isinstance(axes[0], tuple) else axes
        forth = axes or None
        back = np.argsort(axes) if axes else None
        return Rule(lambda a: np.transpose(a, forth), lambda g, y, a: (np.transpose(g, back),))(self)

    T = property(lambda self: self.transpose())

    def exp(self):
        return EXP(self)

    def log(self):
        return LOG(self)

    def relu(self):
        return RELU(self)

    def sigmoid(self):
        return SIGMOID(self)

    def tanh(self):
        return TANH(self)


class Layer:
    def parameters(self):
        return self.weight, self.bias


def weights(rng, *shape):
    return Tensor(np.random.default_rng(rng).standard_normal(shape) / np.sqrt(shape[0]), requires_grad=True)


class Linear(Layer):
    def __init__(self, in_features, out_features, rng=None):
        self.weight = weights(rng, in_features, out_features)
        self.bias = Tensor([0.0] * out_features, requires_grad=True)

    def __call__(self, inputs):
        return inputs @ self.weight + self.bias


class Conv1d(Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        self.weight = weights(rng, out_channels, in_channels, kernel_size)
        self.bias = Tensor([0.0] * out_channels, requires_grad=True)
        self.stride, self.padding = stride, padding

    def __call__(self, inputs):
        stride, padding = self.stride, self.padding

        def windows(x, size):
            wide = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
            return np.stack([wide[:, :, i : i + size] for i in range(0, wide.shape[2] - size + 1, stride)])

        def value(x, w, b):
            return np.tensordot(windows(x, w.shape[2]), w, ((2, 3), (1, 2))).transpose(1, 2, 0) + b[:, None]

        def back(g, y, x, w, b):
            spread = np.zeros((*x.shape[:2], x.shape[2] + 2 * padding))
            for i in range(g.shape[2]):
                spread[:, :, i * stride : i * stride + w.shape[2]] += np.tensordot(g[:, :, i], w, (1, 0))
            for_weight = np.tensordot(g, windows(x, w.shape[2]), ((2, 0), (0, 1)))
            return spread[:, :, padding : padding + x.shape[2]], for_weight, g.sum(axis=(0, 2))

        return Rule(value, back)(inputs, self.weight, self.bias)


def compare(predictions, targets):
    if predictions.data.shape != np.shape(targets.data if isinstance(targets, Tensor) else targets):
        raise ValueError("predictions and targets have different shapes")


class MSELoss:
    def __call__(self, predictions, targets):
        compare(predictions, targets)
        return ((predictions - targets) ** 2).mean()


class BCEWithLogitsLoss:
    def __call__(self, predictions, targets):
        compare(predictions, targets)
        value = Rule(
            lambda z, t: np.mean(np.logaddexp(0, z) - z * t),
            lambda g, y, z, t: (g * (0.5 * np.tanh(0.5 * z) + 0.5 - t) / z.size, np.zeros(t.shape)),
        )
        return value(predictions, targets)


class SGD:
    def __init__(self, parameters, learning_rate):
        self.parameters, self.learning_rate = list(parameters), learning_rate

    def zero_grad(self):
        for each in self.parameters:
            each.grad = None

    def step(self):
        for each in self.parameters:
            if each.grad is not None:
                each.data = each.data - self.learning_rate * each.grad


class Adam(SGD):
    def __init__(self, parameters, learning_rate, betas=(0.9, 0.999), epsilon=1e-8):
        super().__init__(parameters, learning_rate)
        self.state = {"betas": betas, "epsilon": epsilon, "k": 0}

    def step(self):
        (one, two), epsilon = self.state["betas"], self.state["epsilon"]
        self.state["k"] += 1
        k = self.state["k"]
        for i, each in enumerate(self.parameters):
            if each.grad is None:
                continue
            m, v = self.state.get(i, (0.0, 0.0))
            m, v = m + (1 - one) * (each.grad - m), v + (1 - two) * (each.grad**2 - v)
            self.state[i] = m, v
            each.data = each.data - self.learning_rate * m / (1 - one**k) / (np.sqrt(v / (1 - two**k)) + epsilon)


class MLP:
    def __init__(self, in_features, hidden_units, out_features, activation="tanh", rng=None):
        rng = np.random.default_rng(rng)
        sizes = in_features, hidden_units, hidden_units, out_features
        self.linear = [Linear(*sizes[i : i + 2], rng) for i in range(3)]
        self.act = {"tanh": TANH, "sigmoid": SIGMOID, "relu": RELU}.get(activation)
        if self.act is None:
            raise ValueError(activation)

    def __call__(self, inputs):
        first, second, last = self.linear
        return last(self.act(second(self.act(first(inputs)))))

    def parameters(self):
        return [each for layer in self.linear for each in (layer.weight, layer.bias)]


class CNN:
    def __init__(self, channels, kernel_size, rng=None):
        rng = np.random.default_rng(rng)
        self.conv = Conv1d(1, channels, kernel_size, padding=kernel_size // 2, rng=rng)
        self.linear = Linear(channels * (2 + 2 * (kernel_size // 2) - kernel_size + 1), 1, rng)

    def __call__(self, inputs):
        batch = inputs.data.shape[0]
        return self.linear(TANH(self.conv(inputs.reshape(batch, 1, 2))).reshape(batch, -1))

    def parameters(self):
        return (p for part in (self.conv, self.linear) for p in (part.weight, part.bias))
