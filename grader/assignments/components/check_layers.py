"""Section 1.4: layers that are handed their inputs again, with parameters and gradients that the judge assigns."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from grader.checks import expect_array, expect_close, expect_kept, expect_unchanged

SIZES = ((4, 3, 5), (6, 5, 2), (3, 2, 4))  # batch, in, out: all different
SHAPES = ((5, 3), (2, 7), (2, 3, 4))
SUMS = "Over the batch, the gradients are sums, neither means nor those of one sample."
AGAIN = "Gradients are assigned, not added up, and nothing is remembered from one call to the next."


@dataclass(frozen=True)
class Called:
    """What two equal calls of `backward` have left; nothing of it is validated yet."""

    dx: Any
    dx_again: Any
    kept: dict[str, Any]
    kept_again: dict[str, Any]


def is_scaled(came, desired):
    """Return whether a gradient is a fraction of the right one, as a mean in place of a sum is."""
    if not isinstance(came, np.ndarray) or came.shape != desired.shape:
        return False
    share = np.sum(came * desired) / np.sum(desired**2)
    return 0 < share < 1 and bool(np.allclose(came, share * desired))


def linear(program, student, weight, bias):
    """Return the student's linear layer with these parameters inside a program."""
    layer = program.Linear(*weight.shape, student.generator(1))
    layer.W, layer.b = weight, bias
    return layer


def drawn(rng, n_in, n_out):
    """Return a weight and a bias."""
    return rng.standard_normal((n_in, n_out)), rng.standard_normal(n_out)


def backward(student, make, x, dy, what, names=()):
    """Run `backward` on other arguments and then twice on these, the second time after a `forward` on others; no argument may change."""
    program = student.program(f"{what}.backward(x, dy)")
    layer, other = make(program), make(program)
    layer.backward(x[::-1] + 0.5, 2.0 * dy)
    held, held_dy = program.hold(x), program.hold(dy)
    for again in (False, True):
        if again:
            layer.forward(x[::-1] - 0.5)
        program.keep(layer.backward(held, held_dy))
        # What another layer keeps is its own.
        other.backward(x[::-1] + 1.5, 3.0 * dy)
        for name in names:
            program.keep_now(getattr(layer, name))
    program.keep_now(held)
    program.keep_now(held_dy)
    *came, x_after, dy_after = program.run()
    expect_unchanged(x_after, x, what=f"`x`, the argument of `{what}.backward(x, dy)`,")
    expect_unchanged(dy_after, dy, what=f"`dy`, the argument of `{what}.backward(x, dy)`,")
    size = 1 + len(names)
    first, again = came[:size], came[size:]
    return Called(
        first[0], again[0], dict(zip(names, first[1:], strict=True)), dict(zip(names, again[1:], strict=True))
    )


def forward(student, make, x, what):
    """Run `forward`, which must leave its argument alone."""
    program = student.program(f"{what}.forward(x)")
    held = program.hold(x)
    program.keep(make(program).forward(held))
    program.keep_now(held)
    outputs, after = program.run()
    expect_unchanged(after, x, what=f"`x`, the argument of `{what}.forward(x)`,")
    return outputs


@pytest.mark.points(1)
@pytest.mark.task("1.4a")
def check_linear_forward(student, reference, rng, notes):
    """Linear.forward(x) multiplies the inputs by the weights and adds the biases."""
    student.rewind("Linear")
    for batch, n_in, n_out in SIZES:
        weight, bias = drawn(rng, n_in, n_out)
        x = rng.standard_normal((batch, n_in))
        outputs = forward(student, lambda program, w=weight, b=bias: linear(program, student, w, b), x, "Linear")
        expect_close(outputs, x @ weight + bias, what="`Linear.forward(x)`", notes=notes)


@pytest.mark.points(1)
@pytest.mark.task("1.4a")
def check_linear_backward(student, reference, rng, parts, notes):
    """Linear.backward(x, dy) returns the gradient for the inputs, and keeps dW and db."""
    student.rewind("Linear")
    cases = []
    for batch, n_in, n_out in SIZES:
        weight, bias = drawn(rng, n_in, n_out)
        x, dy = rng.standard_normal((batch, n_in)), rng.standard_normal((batch, n_out))
        key = reference.Linear(n_in, n_out, np.random.default_rng(1))
        key.W, key.b = weight, bias
        desired = {"dx": key.backward(x, dy), "dW": key.dW, "db": key.db}

        def make(program, weight=weight, bias=bias):
            return linear(program, student, weight, bias)

        cases.append((desired, backward(student, make, x, dy, "Linear", ("dW", "db"))))
    with parts("inputs", points=0.5):
        for desired, came in cases:
            expect_close(came.dx, desired["dx"], what="`Linear.backward(x, dy)`", notes=notes)
            expect_close(
                came.dx_again, desired["dx"], what="A second, equal call of `Linear.backward(x, dy)`", hint=AGAIN
            )
    for name in ("dW", "db"):
        with parts(name, points=0.25):
            for desired, came in cases:
                expect_close(
                    came.kept[name],
                    desired[name],
                    what=f"`{name}` after `Linear.backward(x, dy)`",
                    notes=notes,
                    hint=SUMS if is_scaled(came.kept[name], desired[name]) else None,
                )
                again = f"`{name}` after a second, equal call of `Linear.backward(x, dy)`"
                expect_close(came.kept_again[name], desired[name], what=again, hint=AGAIN)


@pytest.mark.points(1)
@pytest.mark.task("1.4a")
@pytest.mark.builds_on("check_linear_backward")
def check_linear_step(student, rng, notes):
    """Linear.step(step_size) moves W and b against dW and db, and nothing else."""
    student.rewind("Linear")
    for _, n_in, n_out in SIZES:
        values = dict(zip(("W", "b", "dW", "db"), (*drawn(rng, n_in, n_out), *drawn(rng, n_in, n_out)), strict=True))
        after, other, again = stepped(student, values, size := round(float(rng.uniform(0.05, 0.5)), 3))
        for name in ("W", "b"):
            step, hint = size * values[f"d{name}"], f"A step goes against the gradient: {name} - step_size * d{name}."
            expect_close(
                after[name],
                values[name] - step,
                what=f"`{name}` after `Linear.step(step_size)`",
                notes=notes,
                hint=hint,
                start=values[name],
            )
            what = f"`{name}` after a second `Linear.step(step_size)`"
            expect_close(again[name], values[name] - 2 * step, what=what, hint=hint)
        for name in ("dW", "db"):
            what = f"`{name}` after `Linear.step(step_size)`"
            expect_kept(after[name], values[name], what=what, hint="A step leaves the gradients alone.")
        for name, value in other.items():
            what = f"`{name}` of another layer after `Linear.step(step_size)`"
            expect_kept(
                value, values[name], what=what, hint="Every layer has parameters of its own: make them in `__init__`."
            )
    steps_by_its_own(student, rng.spawn(1)[0])


def stepped(student, values, size):
    """Return the values of a linear layer after a step, of another one that took none, and of the first after a second step."""
    program = student.program(f"Linear.step({size})")
    layer, other = (linear(program, student, values["W"], values["b"]) for _ in range(2))
    for each in (layer, other):
        each.dW, each.db = values["dW"], values["db"]
    layer.step(size)
    for each in (layer, other):
        for name in values:
            program.keep_now(getattr(each, name))
    layer.step(size)
    for name in values:
        program.keep_now(getattr(layer, name))
    came = program.run()
    return tuple(dict(zip(values, came[k : k + 4], strict=True)) for k in (0, 4, 8))


def steps_by_its_own(student, rng):
    """Require that a step goes by the gradients that `backward` has kept, from the values that the layer has begun with."""
    x, dy, size = rng.standard_normal((4, 3)), rng.standard_normal((4, 5)), 0.25
    program = student.program(f"Linear.step({size}) after Linear.backward(x, dy)")
    layer = program.Linear(3, 5, student.generator(1))
    for name in ("W", "b"):
        program.keep_now(getattr(layer, name))
    layer.backward(x, dy)
    for name in ("dW", "db"):
        program.keep_now(getattr(layer, name))
    layer.step(size)
    for name in ("W", "b"):
        program.keep_now(getattr(layer, name))
    came = [
        expect_array(value, shape, what="A parameter")
        for value, shape in zip(program.run(), 3 * ((3, 5), (5,)), strict=True)
    ]
    for name, before, grad, after in zip(("W", "b"), came[:2], came[2:4], came[4:], strict=True):
        what = f"`{name}` of a new layer after `backward(x, dy)` and `step(step_size)`"
        expect_close(
            after, before - size * grad, what=what, hint="A step goes by the gradients that `backward` has kept."
        )


def activation_is_right(student, reference, rng, parts, notes, name):
    """Judge an activation as a layer: forward, backward, and a step that does nothing."""
    student.rewind(name)

    def make(program):
        return getattr(program, name)()

    # Each part draws from a stream of its own, so that one that fails changes nothing for the next.
    first, second = rng.spawn(2)
    with parts("forward", points=0.5):
        for shape in SHAPES:
            x = first.choice([-1.0, 1.0], shape) * first.uniform(0.05, 5.0, shape)
            desired = getattr(reference, name)().forward(x)
            expect_close(forward(student, make, x, name), desired, what=f"`{name}.forward(x)`", notes=notes, at=x)
    with parts("backward", points=0.5):
        for shape in SHAPES:
            x, dy = second.choice([-1.0, 1.0], shape) * second.uniform(0.05, 5.0, shape), second.standard_normal(shape)
            desired = getattr(reference, name)().backward(x, dy)
            came = backward(student, make, x, dy, name)
            expect_close(came.dx, desired, what=f"`{name}.backward(x, dy)`", notes=notes, at=x)
            expect_close(came.dx_again, desired, what=f"A second, equal call of `{name}.backward(x, dy)`", hint=AGAIN)
        program = student.program(f"{name}.step(0.1)")
        make(program).step(0.1)
        program.run()


@pytest.mark.points(1)
@pytest.mark.task("1.4b")
@pytest.mark.builds_on("check_sigmoid", "check_sigmoid_grad")
def check_sigmoid_layer(student, reference, rng, parts, notes):
    """Sigmoid as a layer: forward(x) and backward(x, dy)."""
    activation_is_right(student, reference, rng, parts, notes, "Sigmoid")


@pytest.mark.points(1)
@pytest.mark.task("1.4c")
@pytest.mark.builds_on("check_relu", "check_relu_grad")
def check_relu_layer(student, reference, rng, parts, notes):
    """ReLU as a layer: forward(x) and backward(x, dy)."""
    activation_is_right(student, reference, rng, parts, notes, "ReLU")
