"""Operations are classes with forward and backward, as PyTorch has them; gradients are tensors themselves; no_grad is a class."""

import numpy as np


class no_grad:
    inside = 0

    def __enter__(self):
        no_grad.inside += 1

    def __exit__(self, kind, value, traceback):
        no_grad.inside -= 1
        return False


class Function:
    """One operation that was carried out: ``save`` keeps what ``backward`` needs."""

    def __init__(self, *parents):
        self.parents = parents

    def save(self, *values):
        self.saved = values

    @classmethod
    def apply(cls, *operands, **settings):
        parents = [each if isinstance(each, Tensor) else Tensor(each) for each in operands]
        call = cls(*parents)
        call.settings = settings
        result = Tensor(call.forward(*(each.data for each in parents)))
        if not no_grad.inside and any(each.requires_grad for each in parents):
            result.requires_grad, result.made_by = True, call
        return result


def shrunk(grad, shape):
    extra = grad.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(extra + i for i, n in enumerate(shape) if n == 1)
    return grad.sum(axis=axes).reshape(shape) if axes else grad


class Add(Function):
    def forward(self, a, b):
        return a + b

    def backward(self, g):
        return g, g


class Sub(Function):
    def forward(self, a, b):
        return a - b

    def backward(self, g):
        return g, -g


class Mul(Function):
    def forward(self, a, b):
        self.save(a, b)
        return a * b

    def backward(self, g):
        a, b = self.saved
        return g * b, g * a


class Div(Function):
    def forward(self, a, b):
        self.save(b, a / b)
        return a / b

    def backward(self, g):
        b, quotient = self.saved
        return g / b, -g * quotient / b


class Pow(Function):
    def forward(self, a, b):
        self.save(a, b)
        return np.power(a, b)

    def backward(self, g):
        a, b = self.saved
        needed = self.parents[1].requires_grad
        return g * b * np.power(a, b - 1), g * np.power(a, b) * np.log(a) if needed else 0 * g


class MatMul(Function):
    def forward(self, a, b):
        self.save(a, b)
        return np.matmul(a, b)

    def backward(self, g):
        a, b = self.saved
        return np.matmul(g, np.moveaxis(b, -1, -2)), np.matmul(np.moveaxis(a, -1, -2), g)


class Sum(Function):
    def forward(self, a):
        self.shape, axis = a.shape, self.settings["axis"]
        self.kept = np.expand_dims(a.sum(axis=axis), axis).shape if axis is not None else (1,) * a.ndim
        return a.sum(axis=axis, keepdims=self.settings["keepdims"])

    def backward(self, g):
        return (np.ones(self.shape) * np.reshape(g, self.kept),)


class Reshape(Function):
    def forward(self, a):
        self.shape = a.shape
        return a.reshape(self.settings["shape"])

    def backward(self, g):
        return (g.reshape(self.shape),)


class Transpose(Function):
    def forward(self, a):
        return np.transpose(a, self.settings["axes"])

    def backward(self, g):
        axes = self.settings["axes"]
        return (np.transpose(g, None if axes is None else np.argsort(axes)),)


class Elementwise(Function):
    """``value`` gives the result, ``slope`` the derivative from input and result."""

    def forward(self, a):
        self.save(a, self.value(a))
        return self.saved[1]

    def backward(self, g):
        return (g * self.slope(*self.saved),)


def elementwise(name, value, slope):
    return type(name, (Elementwise,), {"value": staticmethod(value), "slope": staticmethod(slope)})


def logistic(a):
    small = np.exp(np.minimum(a, 0))
    return small / (small + np.exp(-np.maximum(a, 0)))


Exp = elementwise("Exp", np.exp, lambda x, y: y)
Log = elementwise("Log", np.log, lambda x, y: 1 / x)
ReLU = elementwise("ReLU", lambda x: np.clip(x, 0, None), lambda x, y: np.heaviside(x, 0.5))
Sigmoid = elementwise("Sigmoid", logistic, lambda x, y: y - y * y)
Tanh = elementwise("Tanh", np.tanh, lambda x, y: 1 - y * y)
SoftPlus = elementwise("SoftPlus", lambda x: np.logaddexp(0, x), lambda x, y: logistic(x))


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, requires_grad=False):
        self.data = np.array(data.data if isinstance(data, Tensor) else data, dtype=float)
        self.requires_grad, self.grad, self.made_by = requires_grad, None, None

    def zero_grad(self):
        self.grad = None

    def backward(self, gradient=None):
        if gradient is None:
            assert self.data.ndim == 0 or self.data.size == 1, "give a gradient"
            gradient = np.ones_like(self.data)
        gradient = gradient.data if isinstance(gradient, Tensor) else np.asarray(gradient, dtype=float)
        assert gradient.shape == self.data.shape, "the gradient has another shape"
        assert self.requires_grad or self.made_by, "nothing requires a gradient"
        # How many uses of each tensor are still to come.
        uses, todo = {}, [self]
        seen = {id(self)}
        while todo:
            tensor = todo.pop()
            for parent in tensor.made_by.parents if tensor.made_by else ():
                uses[id(parent)] = uses.get(id(parent), 0) + 1
                if id(parent) not in seen:
                    seen.add(id(parent))
                    todo.append(parent)
        arrived, ready = {id(self): gradient}, [self]
        while ready:
            tensor = ready.pop()
            grad = arrived.pop(id(tensor))
            if tensor.made_by is None:
                if tensor.requires_grad:
                    tensor.grad = Tensor(grad if tensor.grad is None else tensor.grad.data + grad)
                continue
            for parent, part in zip(tensor.made_by.parents, tensor.made_by.backward(grad)):
                part = shrunk(np.asarray(part), parent.data.shape)
                arrived[id(parent)] = arrived.get(id(parent), 0.0) + part
                uses[id(parent)] -= 1
                if not uses[id(parent)]:
                    ready.append(parent)

    def __add__(self, other):
        return Add.apply(self, other)

    def __radd__(self, other):
        return Add.apply(other, self)

    def __sub__(self, other):
        return Sub.apply(self, other)

    def __rsub__(self, other):
        return Sub.apply(other, self)

    def __mul__(self, other):
        return Mul.apply(self, other)

    def __rmul__(self, other):
        return Mul.apply(other, self)

    def __truediv__(self, other):
        return Div.apply(self, other)

    def __rtruediv__(self, other):
        return Div.apply(other, self)

    def __pow__(self, other):
        return Pow.apply(self, other)

    def __rpow__(self, other):
        return Pow.apply(other, self)

    def __matmul__(self, other):
        return MatMul.apply(self, other)

    def __neg__(self):
        return Sub.apply(0.0, self)

    def sum(self, axis=None, keepdims=False):
        return Sum.apply(self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        return self.sum(axis, keepdims) * (1 / np.mean(np.ones(self.data.shape).sum(axis=axis)))

    def reshape(self, *shape):
        (shape,) = shape if isinstance(shape[0], tuple) else (shape,)
        return Reshape.apply(self, shape=shape)

    def transpose(self, *axes):
        (axes,) = axes if axes and isinstance(axes[0], tuple) else (axes,)
        return Transpose.apply(self, axes=axes or None)

    @property
    def T(self):
        return self.transpose()

    def exp(self):
        return Exp.apply(self)

    def log(self):
        return Log.apply(self)

    def relu(self):
        return ReLU.apply(self)

    def sigmoid(self):
        return Sigmoid.apply(self)

    def tanh(self):
        return Tanh.apply(self)


class Parameter(Tensor):
    def __init__(self, data):
        super().__init__(data, requires_grad=True)


class Linear:
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = Parameter(rng.uniform(-1, 1, (in_features, out_features)) / np.sqrt(in_features))
        self.bias = Parameter(np.zeros(out_features))

    def __call__(self, inputs):
        return inputs @ self.weight + self.bias

    def parameters(self):
        return self.weight, self.bias


class Windows(Function):
    """Cuts windows out of (batch, channels, length): (batch, positions, channels * kernel)."""

    def forward(self, x):
        size, stride, padding = (self.settings[name] for name in ("size", "stride", "padding"))
        wide = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
        starts = np.arange(0, wide.shape[2] - size + 1, stride)
        self.index, self.wide, self.padding = starts[:, None] + np.arange(size), wide.shape, padding
        return wide[:, :, self.index].transpose(0, 2, 1, 3).reshape(len(x), len(starts), -1)

    def backward(self, g):
        batch, channels, length = self.wide
        grad = np.zeros(self.wide)
        g = g.reshape(batch, len(self.index), channels, -1).transpose(0, 2, 1, 3)
        np.add.at(grad, (slice(None), slice(None), self.index), g)
        return (grad[:, :, self.padding : length - self.padding],)


class Conv1d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, rng=None):
        rng = np.random.default_rng(rng)
        self.weight = Parameter(rng.uniform(-1, 1, (out_channels, in_channels, kernel_size)))
        self.bias = Parameter(np.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def __call__(self, inputs):
        out, _, size = self.weight.data.shape
        windows = Windows.apply(inputs, size=size, stride=self.stride, padding=self.padding)
        return (windows @ self.weight.reshape(out, -1).T + self.bias).transpose(0, 2, 1)

    def parameters(self):
        return self.weight, self.bias


def same_shape(predictions, targets):
    wanted = targets.data.shape if isinstance(targets, Tensor) else np.shape(targets)
    if predictions.data.shape != wanted:
        raise ValueError(f"{predictions.data.shape} is not {wanted}")


class MSELoss:
    def __call__(self, predictions, targets):
        same_shape(predictions, targets)
        return ((predictions - targets) ** 2.0).mean()


class BCEWithLogitsLoss:
    def __call__(self, predictions, targets):
        same_shape(predictions, targets)
        return (SoftPlus.apply(predictions) - predictions * targets).mean()


class Optimizer:
    def __init__(self, parameters, learning_rate):
        self.parameters, self.learning_rate = tuple(parameters), learning_rate

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.zero_grad()

    def step(self):
        with no_grad():
            for number, parameter in enumerate(self.parameters):
                if parameter.grad is None:
                    continue
                parameter.data = (parameter - self.learning_rate * self.direction(number, parameter.grad)).data


class SGD(Optimizer):
    def direction(self, number, grad):
        return grad


class Adam(Optimizer):
    def __init__(self, parameters, learning_rate, betas=(0.9, 0.999), epsilon=1e-8):
        super().__init__(parameters, learning_rate)
        self.betas, self.epsilon = betas, epsilon
        self.state = [(Tensor(0.0), Tensor(0.0), 0)] * len(self.parameters)

    def direction(self, number, grad):
        first, second, steps = self.state[number]
        one, two = self.betas
        first, second, steps = one * first + (1 - one) * grad, two * second + (1 - two) * grad * grad, steps + 1
        self.state[number] = first, second, steps
        return first / (1 - one**steps) / ((second / (1 - two**steps)) ** 0.5 + self.epsilon)


def stacked(*layers):
    def call(x):
        for layer in layers:
            x = layer(x)
        return x

    return call


class MLP:
    def __init__(self, in_features, hidden_units, out_features, activation="tanh", rng=None):
        rng = np.random.default_rng(rng)
        sizes = [in_features, hidden_units, hidden_units, out_features]
        self.layers = [Linear(n, m, rng) for n, m in zip(sizes, sizes[1:])]
        if activation not in ("tanh", "relu", "sigmoid"):
            raise ValueError(activation)
        act = {"tanh": Tanh, "relu": ReLU, "sigmoid": Sigmoid}[activation].apply
        self.run = stacked(self.layers[0], act, self.layers[1], act, self.layers[2])

    def __call__(self, inputs):
        return self.run(inputs)

    def parameters(self):
        return {parameter: None for layer in self.layers for parameter in layer.parameters()}


class CNN:
    def __init__(self, channels, kernel_size, rng=None):
        rng = np.random.default_rng(rng)
        self.conv = Conv1d(1, channels, kernel_size, padding=kernel_size // 2, rng=rng)
        self.head = Linear(channels * (3 - kernel_size % 2), 1, rng)

    def __call__(self, inputs):
        batch = inputs.data.shape[0]
        return self.head(self.conv(inputs.reshape(batch, 1, 2)).tanh().reshape(batch, -1))

    def parameters(self):
        return [*self.conv.parameters(), *self.head.parameters()]
