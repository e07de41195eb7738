"""Every formula in a docstring of the answer key, computed as it stands there and compared with the code."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import numpy as np
import pytest

import reference
from reference import autograd, components
from reference.finite_differences import numerical_gradient
from reference.schedules import exponential_decay
from tests.reference.stated import Stated

TESTS = {}
FINITE_FORM = "mean(max(z, 0) - t * z + log(1 + exp(-abs(z))))"


def formulas_of(name):
    """Make a function the test of the formulas in one docstring, named by its place below ``reference``."""

    def keep(test):
        assert name not in TESTS
        TESTS[name] = test
        return test

    return keep


def owner_of(name):
    """Return the class or function with this name below ``reference``."""
    module, _, rest = name.rpartition(".")
    return getattr(importlib.import_module(f"reference.{module}"), rest)


def close(actual, desired):
    """Equal but for rounding."""
    assert np.shape(actual) == np.shape(desired)
    np.testing.assert_allclose(actual, desired, rtol=1e-11, atol=1e-14)


def logistic(x):
    """The logistic sigmoid, which formulas call by name."""
    return 1 / (1 + np.exp(-x))


def stating():
    """Return the names of all public classes, functions and methods below ``reference`` that state a formula."""
    found = set()
    for info in pkgutil.walk_packages(reference.__path__, "reference."):
        if not info.name.endswith("__main__"):
            found |= set(_public(importlib.import_module(info.name)))
    return found


def _public(module):
    place = module.__name__.removeprefix("reference.")
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) == module.__name__ and callable(value):
            members = vars(value).items() if inspect.isclass(value) else ()
            for own, member in [(name, value), *((f"{name}.{key}", member) for key, member in members)]:
                if re.search(r"^\s*(Formula|Derivative[:,])", getattr(member, "__doc__", None) or "", re.MULTILINE):
                    yield f"{place}.{own}"


def test_every_docstring_with_a_formula_has_a_test():
    """Whoever states a formula adds a test of it here."""
    assert sorted(TESTS) == sorted(stating())


@pytest.mark.parametrize("package", ["reference", "reference.autograd", "reference.components"])
def test_everything_that_computes_states_its_formula(package):
    """Layers, losses, optimizers and functions of the packages' names state a formula; what is left says none."""
    module = importlib.import_module(package)
    computing = {
        f"{value.__module__.removeprefix('reference.')}.{name}"
        for name in module.__all__
        if callable(value := getattr(module, name))
    }
    assert sorted(computing - stating()) == sorted(WITHOUT[package])


# Data, drawing, training and containers of what has formulas of its own.
WITHOUT = {
    "reference": [
        "datasets.generate_XOR_easy", "datasets.generate_linear", "figures.show_learning_curve", "figures.show_result",
        "network.build_network", "optimizers.Optimizer", "parameter.Parameter", "training.accuracy",
        "training.predict", "training.train",
    ],
    "reference.autograd": [
        "autograd.networks.CNN", "autograd.networks.MLP", "autograd.tensor.Tensor", "autograd.tensor.no_grad",
    ],
    "reference.components": ["components.digits.Digits", "components.digits.load_digits", "components.network.fit"],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(stating()))
def test_docstring_formulas_are_what_is_computed(name, rng):
    """The test of this docstring passes, and has computed every formula in it."""
    stated = Stated(owner_of(name))
    assert stated.lines, "no formula could be read"
    TESTS[name](stated, rng)
    assert stated.left_out() == []


# The layer library.


def elementwise(make, **names):
    """Return a test of an activation: outputs by ``y``, gradients by ``dy/dx``."""

    def test(stated, rng):
        x, g = rng.normal(0.0, 3.0, (2, 4, 3))
        layer = make()
        y = stated.value("y", x=x, **names)
        close(layer.forward(x), y)
        close(layer.backward(g), g * stated.value("dy/dx", x=x, y=y, **names))

    return test


formulas_of("activations.Sigmoid")(elementwise(reference.Sigmoid))
formulas_of("activations.Tanh")(elementwise(reference.Tanh))
formulas_of("activations.ReLU")(elementwise(reference.ReLU))
formulas_of("activations.LeakyReLU")(elementwise(lambda: reference.LeakyReLU(0.2), slope=0.2))
formulas_of("activations.Identity")(elementwise(reference.Identity))


@formulas_of("linear.Linear")
def linear(stated, rng):
    """Outputs and three gradients."""
    layer = reference.Linear(3, 2, rng)
    layer.bias.value = rng.standard_normal(2)
    x, g = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    names = {"x": x, "weight": layer.weight.value, "bias": layer.bias.value, "g": g}
    close(layer.forward(x), stated.value("y", **names))
    close(layer.backward(g), stated.value("grad_inputs", **names))
    close(layer.weight.grad, stated.value("grad_weight", **names))
    close(layer.bias.grad, stated.value("grad_bias", **names))


@formulas_of("convolution.Conv1d")
def convolution(stated, rng):
    """Outputs and three gradients, entry by entry, with a stride that leaves a position out."""
    layer = reference.Conv1d(2, 3, 4, stride=3, padding=1, rng=rng)
    layer.bias.value = rng.standard_normal(3)
    inputs, g = rng.standard_normal((2, 2, 9)), rng.standard_normal((2, 3, 3))
    x = np.pad(inputs, ((0, 0), (0, 0), (1, 1)))
    lengths = {"b": 2, "o": 3, "i": 3, "c": 2, "k": 4, "n": 11}
    names = {"x": x, "weight": layer.weight.value, "bias": layer.bias.value, "g": g, "stride": 3}
    close(layer.forward(inputs), stated.entries("y[b, o, i]", lengths, **names))
    close(layer.backward(g), stated.entries("grad_x[b, c, n]", lengths, **names)[:, :, 1:-1])
    close(layer.weight.grad, stated.entries("grad_weight[o, c, k]", lengths, **names))
    close(layer.bias.grad, stated.entries("grad_bias[o]", lengths, **names))


@formulas_of("convolution.Flatten")
def flatten(stated, rng):
    """Outputs; the gradient has the inputs' shape."""
    x, layer = rng.standard_normal((2, 3, 4)), reference.Flatten()
    y = stated.value("y", x=x, batch=2)
    close(layer.forward(x), y)
    close(layer.backward(y), x)


@formulas_of("losses.MSELoss")
def mean_squared_error(stated, rng):
    """The loss and its gradient."""
    p, t = rng.standard_normal((2, 4, 3))
    loss = reference.MSELoss()
    close(loss.forward(p, t), stated.value("loss", p=p, t=t))
    close(loss.backward(), stated.value("dloss/dp", p=p, t=t, n=12))


@formulas_of("losses.BCELoss")
def cross_entropy(stated, rng):
    """The loss and its gradient."""
    p, t = rng.random((2, 4, 3))
    loss = reference.BCELoss()
    close(loss.forward(p, t), stated.value("loss", p=p, t=t))
    close(loss.backward(), stated.value("dloss/dp", p=p, t=t, n=12))


@formulas_of("losses.BCEWithLogitsLoss")
def cross_entropy_of_logits(stated, rng):
    """The loss in both forms, and its gradient."""
    z, t = rng.normal(0.0, 3.0, (4, 3)), rng.random((4, 3))
    loss = reference.BCEWithLogitsLoss()
    value = loss.forward(z, t)
    close(value, stated.value("loss", t=t, s=stated.value("s", z=z, sigmoid=logistic)))
    close(value, stated.value(FINITE_FORM, z=z, t=t))
    close(loss.backward(), stated.value("dloss/dz", z=z, t=t, n=12, sigmoid=logistic))


def descent(make, state=(), **constants):
    """Return a test of an optimizer: twenty steps, with the formulas run as a program."""

    def test(stated, rng):
        parameter = reference.Parameter(rng.standard_normal((3, 2)))
        optimizer = make([parameter], 0.05)
        names = {"w": parameter.value, "learning_rate": 0.05, **constants, **dict.fromkeys(state, 0.0)}
        for step in range(1, 21):
            parameter.grad = rng.standard_normal((3, 2))
            names = stated.run(**(names | {"g": parameter.grad, "k": step}))
            optimizer.step()
            close(parameter.value, names["w"])

    return test


formulas_of("optimizers.SGD")(descent(reference.SGD))
formulas_of("optimizers.Momentum")(descent(lambda p, rate: reference.Momentum(p, rate, 0.8), "v", momentum=0.8))
formulas_of("optimizers.AdaGrad")(descent(lambda p, rate: reference.AdaGrad(p, rate, 1e-3), "s", epsilon=1e-3))


@formulas_of("optimizers.Adam")
def adam(stated, rng):
    """Twenty steps with every combination of the options."""
    names = {"beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3}
    for maximize in (False, True):
        for amsgrad in (False, True):
            for decay in (0.0, 0.3):
                options = {"weight_decay": decay, "amsgrad": amsgrad, "maximize": maximize}

                def make(parameters, rate, options=options):
                    return reference.Adam(parameters, rate, betas=(0.8, 0.9), epsilon=1e-3, **options)

                descent(make, "mvu", **names, **options)(stated, rng)


@formulas_of("schedules.exponential_decay")
def decay(stated, rng):
    """The size of the fourth step."""
    names = {"step_size": 0.3, "decay": 0.9, "step": 3}
    close(exponential_decay(**names), stated.value(stated.lines[0], **names))


@formulas_of("network.Sequential")
def layers_in_a_row(stated, rng):
    """Three layers applied one to the outputs of the other."""
    assert stated.right("y") == "layers[-1](... layers[1](layers[0](x)))"
    first, second, last = reference.Linear(3, 2, rng), reference.Tanh(), reference.Linear(2, 1, rng)
    x, g = rng.standard_normal((4, 3)), rng.standard_normal((4, 1))
    network = reference.Sequential([first, second, last])
    close(network.forward(x), last.forward(second.forward(first.forward(x))))
    close(network.backward(g), first.backward(second.backward(last.backward(g))))


@formulas_of("finite_differences.numerical_gradient")
def central_difference(stated, rng):
    """The slope of a function of one number, small and large."""
    for x in (0.3, -70.0):
        h = stated.value("h", x=x)
        slope = stated.value("(f(x + h) - f(x - h)) / (2 * h)", f=np.sin, x=x, h=h)
        np.testing.assert_allclose(numerical_gradient(lambda p: np.sin(p[0]), np.array([x])), [slope], rtol=1e-8)


# The components.


@formulas_of("components.descent.f")
def surface(stated, rng):
    """The height at a point."""
    close(components.f(0.7, -1.3), stated.value("f", x=0.7, y=-1.3))


@formulas_of("components.descent.f_grad")
def slopes_of_the_surface(stated, rng):
    """Both partial derivatives."""
    point = {"x": 0.7, "y": -1.3}
    close(components.f_grad(**point), (stated.value("df/dx", **point), stated.value("df/dy", **point)))


@formulas_of("components.descent.optimize_f")
def walk(stated, rng):
    """Three steps of the walk."""
    assert stated.right("(x, y)") == "(x, y) - step_size * decay**step * (df/dx, df/dy)"
    place = np.array([3.0, 2.0])
    for step in range(3):
        place = place - 0.2 * 0.8**step * np.array(components.f_grad(*place))
    close(components.optimize_f(3.0, 2.0, step_size=0.2, steps=3, decay=0.8)[:2], place)


def function(own, *arguments, **names):
    """Return a test of a plain function whose docstring has one formula of its arguments."""

    def test(stated, rng):
        values = {name: rng.uniform(0.1, 0.9, 6) * rng.choice([-1, 1], 6) ** (name == "x") for name in arguments}
        close(own(*values.values()), stated.value(stated.lines[0], **values, **names))

    return test


formulas_of("components.functions.sigmoid")(function(components.sigmoid, "x"))
formulas_of("components.functions.sigmoid_grad")(function(components.sigmoid_grad, "x", sigmoid=logistic))
formulas_of("components.functions.relu")(function(components.relu, "x"))
formulas_of("components.functions.relu_grad")(function(components.relu_grad, "x"))
formulas_of("components.functions.bce_loss")(function(components.bce_loss, "y", "y_hat"))
formulas_of("components.functions.bce_loss_grad")(function(components.bce_loss_grad, "y", "y_hat"))


@formulas_of("components.one_layer.fn")
def one_layer(stated, rng):
    """The loss of a sample and its gradient for the inputs."""
    from reference.components.one_layer import b, w

    x = rng.standard_normal(4)
    names = {name: getattr(components, name) for name in ("sigmoid", "sigmoid_grad", "bce_loss", "bce_loss_grad")}
    names |= {"x": x, "y": 1.0, "w": w, "b": b, "z": stated.value("z", x=x, w=w, b=b)}
    names["y_hat"] = stated.value("y_hat", **names)
    loss, grad_x = components.fn(x, 1.0)
    close(loss, stated.value("loss", **names))
    close(grad_x, stated.value("dloss/dx", **names))


@formulas_of("components.layers.Linear")
def linear_component(stated, rng):
    """Outputs and three gradients."""
    layer = components.Linear(3, 2, rng)
    layer.b = rng.standard_normal(2)
    x, dy = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    names = {"x": x, "W": layer.W, "b": layer.b, "dy": dy}
    close(layer.forward(x), stated.value("y", **names))
    close(layer.backward(x, dy), stated.value("dx", **names))
    close(layer.dW, stated.value("dW", **names))
    close(layer.db, stated.value("db", **names))


def component(make):
    """Return a test of an activation that is handed its inputs again."""

    def test(stated, rng):
        x, dy = rng.normal(0.0, 2.0, (2, 4, 3))
        y = stated.value("y", x=x)
        close(make().forward(x), y)
        close(make().backward(x, dy), dy * stated.value("dy/dx", x=x, y=y))

    return test


formulas_of("components.layers.Sigmoid")(component(components.Sigmoid))
formulas_of("components.layers.ReLU")(component(components.ReLU))


@formulas_of("components.network.Net")
def container(stated, rng):
    """Three layers applied one to the outputs of the other, and back."""
    assert stated.right("y") == "layers[-1].forward(... layers[0].forward(x))"
    first, second, last = components.Linear(3, 2, rng), components.ReLU(), components.Linear(2, 1, rng)
    x, dy = rng.standard_normal((4, 3)), rng.standard_normal((4, 1))
    net = components.Net([first, second, last])
    hidden = first.forward(x)
    active = second.forward(hidden)
    close(net.forward(x), last.forward(active))
    close(net.backward(dy), first.backward(x, second.backward(hidden, last.backward(active, dy))))


# The autograd engine.


def tensors(*arrays):
    """Return arrays as tensors with gradients."""
    return [autograd.Tensor(array, requires_grad=True) for array in arrays]


@formulas_of("autograd.layers.Linear")
def linear_of_tensors(stated, rng):
    """Outputs of tensors."""
    layer = autograd.Linear(3, 2, rng)
    layer.bias.data = rng.standard_normal(2)
    x = rng.standard_normal((4, 3))
    close(layer(autograd.Tensor(x)).data, stated.value("y", x=x, weight=layer.weight.data, bias=layer.bias.data))


@formulas_of("autograd.layers.Conv1d")
def convolution_of_tensors(stated, rng):
    """Outputs of tensors, entry by entry."""
    layer = autograd.Conv1d(2, 3, 4, stride=3, padding=1, rng=rng)
    layer.bias.data = rng.standard_normal(3)
    inputs = rng.standard_normal((2, 2, 9))
    names = {"x": np.pad(inputs, ((0, 0), (0, 0), (1, 1))), "weight": layer.weight.data, "bias": layer.bias.data}
    lengths = {"b": 2, "o": 3, "i": 3, "c": 2, "k": 4}
    close(layer(autograd.Tensor(inputs)).data, stated.entries("y[b, o, i]", lengths, **names, stride=3))


@formulas_of("autograd.losses.MSELoss")
def mean_squared_error_of_tensors(stated, rng):
    """The loss and its gradient."""
    p, t = rng.standard_normal((2, 4, 3))
    (predictions,) = tensors(p)
    loss = autograd.MSELoss()(predictions, t)
    loss.backward()
    close(loss.data, stated.value("loss", p=p, t=t))
    close(predictions.grad, stated.value("dloss/dp", p=p, t=t, n=12))


@formulas_of("autograd.losses.BCEWithLogitsLoss")
def cross_entropy_of_tensors(stated, rng):
    """The loss and its gradient."""
    z, t = rng.normal(0.0, 3.0, (4, 3)), rng.random((4, 3))
    (logits,) = tensors(z)
    loss = autograd.BCEWithLogitsLoss()(logits, t)
    loss.backward()

    def softplus(z):
        return stated.value("softplus(z)", z=z)

    close(loss.data, stated.value("loss", z=z, t=t, softplus=softplus))
    close(logits.grad, stated.value("dloss/dz", z=z, t=t, n=12, sigmoid=logistic))


def descent_of_tensors(make, state=(), **constants):
    """Return a test of an optimizer of tensors, as for the layer library."""

    def test(stated, rng):
        (parameter,) = tensors(rng.standard_normal((3, 2)))
        optimizer = make([parameter], 0.05)
        names = {"w": parameter.data, "learning_rate": 0.05, **constants, **dict.fromkeys(state, 0.0)}
        for step in range(1, 21):
            parameter.grad = rng.standard_normal((3, 2))
            names = stated.run(**(names | {"g": parameter.grad, "k": step}))
            optimizer.step()
            close(parameter.data, names["w"])

    return test


formulas_of("autograd.optimizers.SGD")(descent_of_tensors(autograd.SGD))
formulas_of("autograd.optimizers.Adam")(
    descent_of_tensors(
        lambda p, rate: autograd.Adam(p, rate, betas=(0.8, 0.9), epsilon=1e-3),
        "mv", beta1=0.8, beta2=0.9, epsilon=1e-3,
    )
)  # fmt: skip


# Operations of a tensor "a" on an array or tensor "b": the value, then a gradient for each operand under a gradient g.
OPERATIONS = {
    "__add__": lambda a, b, g: (a + b, g, g),
    "__radd__": lambda a, b, g: (b + a, g),
    "__sub__": lambda a, b, g: (a - b, g, -g),
    "__rsub__": lambda a, b, g: (b - a, -g),
    "__neg__": lambda a, g: (-a, -g),
    "__mul__": lambda a, b, g: (a * b, g * b, g * a),
    "__rmul__": lambda a, b, g: (b * a, g * b),
    "__truediv__": lambda a, b, g: (a / b, g / b, -g * a / b**2),
    "__rtruediv__": lambda a, b, g: (b / a, -g * b / a**2),
    "__pow__": lambda a, b, g: (a**b, g * b * a ** (b - 1), g * a**b * np.log(a)),
    "__rpow__": lambda a, b, g: (b**a, g * b**a * np.log(b)),
    "__matmul__": lambda a, b, g: (a @ b, g @ b.T, a.T @ g),
    "sum": lambda a, g: (a.sum(), np.full(a.shape, g)),
    "mean": lambda a, g: (a.sum() / a.size, np.full(a.shape, g / a.size)),
    "reshape": lambda a, g: (a.ravel(), g.reshape(a.shape)),
    "transpose": lambda a, g: (a.T, g.T),
    "T": lambda a, g: (a.T, g.T),
    "exp": lambda a, g: (np.exp(a), g * np.exp(a)),
    "log": lambda a, g: (np.log(a), g * (1 / a)),
    "relu": lambda a, g: (np.where(a > 0, a, 0.0), np.where(a > 0, g, 0.0)),
    "sigmoid": lambda a, g: (logistic(a), g * logistic(a) * (1 - logistic(a))),
    "tanh": lambda a, g: (np.tanh(a), g * (1 - np.tanh(a) ** 2)),
}
# What has no formula of its own.
PLAIN = {"__init__", "__repr__", "_seed", "backward", "item", "zero_grad"}
FURTHER = {"reshape": (-1,)}


def test_every_operation_of_a_tensor_has_its_formula_here():
    """Whoever adds an operation adds its formula and its derivative."""
    methods = {name for name, value in vars(autograd.Tensor).items() if inspect.isfunction(value)}
    assert (methods - PLAIN) | {"T"} == set(OPERATIONS)


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_operations_of_a_tensor_compute_their_formulas(name, rng):
    """The value of each operation and the gradient of each operand, on square matrices, below zero where that makes sense."""
    two, reflected = OPERATIONS[name].__code__.co_argcount == 3, name.startswith("__r")
    arrays = list(rng.uniform(0.5, 2.0, (1 + two, 3, 3)))
    if name in {"exp", "relu", "sigmoid", "tanh"}:
        arrays[0] -= 1.25
    operands = tensors(*arrays)
    own, *other = [operands[0], arrays[1]] if reflected else operands
    operation = getattr(own, name)
    result = operation(*other, *FURTHER.get(name, ())) if callable(operation) else operation
    upstream = rng.standard_normal(result.shape)
    result.backward(upstream)
    value, *gradients = OPERATIONS[name](*arrays, upstream)
    close(result.data, value)
    for tensor, gradient in zip(operands, gradients, strict=False):
        close(tensor.grad, gradient)


@pytest.mark.parametrize(
    "name", [name for name in OPERATIONS if OPERATIONS[name].__code__.co_argcount == 3 or name == "__neg__"]
)
def test_operators_of_a_tensor_compute_what_their_docstrings_quote(name, rng):
    """The docstring says ``self + other`` or the like, and that is the value."""
    (quoted,) = re.findall(r"``(.+?)``", inspect.getdoc(getattr(autograd.Tensor, name)))
    a, b = rng.uniform(0.5, 2.0, (2, 3, 3))
    arguments = () if name == "__neg__" else (b,)
    result = getattr(autograd.Tensor(a), name)(*arguments)
    close(result.data, eval(quoted, {"self": a, "other": b}))
