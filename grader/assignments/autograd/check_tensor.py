"""Task 1.1: what a tensor holds, and what `backward` asks for."""

import numpy as np
import pytest

from grader.assignments.vocabulary.tensors import expect_gradient, expect_no_gradient
from grader.checks import StudentFault, Why, expect_close, expect_exception, shown_shape

SHAPE = (3, 4)
FLOATS = "Copy the data as float64: what is computed in whole numbers loses all that stands behind the point."
TAKEN = "The gradient that `backward` is given is the one that it begins with."


@pytest.mark.points(2)
@pytest.mark.task("1.1")
def check_tensor(student, rng, parts, notes):
    """A Tensor holds data and no gradient; backward gives one to every tensor that requires it."""
    first, second, upstream = (rng.standard_normal(SHAPE) for _ in range(3))
    with parts("data", points=0.5):
        holds_data(student, first, notes)
    with parts("a gradient from above", points=0.5):
        program = student.program("(a + b).backward(gradient)")
        a, b = (program.Tensor(array, requires_grad=True) for array in (first, second))
        (a + b).backward(upstream)
        program.keep(a.grad)
        (grad,) = program.run()
        expect_gradient(grad, upstream, what="`a.grad` after `(a + b).backward(gradient)`", notes=notes, hint=TAKEN)
        program = student.program("(a + b).backward(2.5)")
        a, b = (program.Tensor(value, requires_grad=True) for value in (1.5, -2.5))
        (a + b).backward(2.5)
        program.keep(a.grad)
        (grad,) = program.run()
        expect_gradient(grad, 2.5, what="`a.grad` after `(a + b).backward(2.5)` of single numbers", hint=TAKEN)
    with parts("requires_grad", points=0.5):
        needs_asking(student, rng)
    with parts("no gradient from above", points=0.25):
        needs_a_gradient(student, first, second, upstream)
    with parts("what backward refuses", points=0.25):
        refuses(student, first, second)


def holds_data(student, array, notes):
    """Require that arrays, nested lists and numbers are held as floats, and that there is no gradient yet."""
    lists = {"[[1.5, -2.0]]": [[1.5, -2.0]], "[[3, -2]]": [[3, -2]]}
    for said, value in {f"array {shown_shape(SHAPE)}": array, **lists, "2.5": 2.5}.items():
        program = student.program(f"Tensor({said})")
        tensor = program.Tensor(value, requires_grad=True)
        program.keep(tensor.data)
        program.keep(tensor.grad)
        data, grad = program.run()
        expect_close(data, value, what=f"`Tensor({said}).data`", notes=notes, label="`Tensor.data`")
        expect_no_gradient(grad, what="`grad` before the first `backward`", hint="It is None, or zeros.")
        if isinstance(data, np.ndarray) and data.dtype.kind != "f":
            raise StudentFault(
                Why.WRONG,
                f"`Tensor({said}).data` must hold floats, but its dtype is {data.dtype}.",
                hint=FLOATS,
                expected="dtype float64",
                actual=f"dtype {data.dtype}",
            )

    program = student.program("Tensor(array)")
    held = program.hold(array.copy())
    tensor = program.Tensor(held)
    held.fill(7.5)
    program.keep(tensor.data)
    what = "`Tensor(array).data` after somebody has written into `array`"
    expect_close(program.run()[0], array, what=what, hint="Copy the data: `np.array` does, `np.asarray` does not.")


def refuses(student, first, second):
    """Require that a gradient of another shape is refused, and `backward` where nothing requires a gradient."""
    for gradient in (np.ones(SHAPE[1:]), np.ones((SHAPE[0], 1)), np.ones((2, *SHAPE))):
        program = student.program("(a + b).backward(gradient)")
        a, b = (program.Tensor(array, requires_grad=True) for array in (first, second))
        result = a + b
        program.keep(result.data)
        program.run()
        result.backward(gradient)
        when = f"the tensor has shape {shown_shape(SHAPE)} and the gradient {shown_shape(np.shape(gradient))}"
        expect_exception(program, what="`(a + b).backward(gradient)`", when=when)
    program = student.program("(a + b).backward()")
    result = program.Tensor(1.5) + program.Tensor(-2.5)
    program.keep(result.data)
    program.run()
    result.backward()
    expect_exception(program, what="`(a + b).backward()`", when="neither `a` nor `b` requires a gradient")


def needs_asking(student, rng):
    """Require that a tensor gets a gradient when it was asked for, and only then; which one it is, is drawn."""
    for name, other in rng.permutation([["a", "b"], ["b", "a"], *(["a", "b"], ["b", "a"])[: rng.integers(3)]]).tolist():
        program = student.program(f"({name} + {other}).backward()")
        first, second = (float(value) for value in rng.uniform(-3.0, 3.0, 2))
        tensors = {
            each: program.Tensor(value, requires_grad=True) if each == name else program.Tensor(value)
            for each, value in (("a", first), ("b", second))
        }
        # The first operand is asked for: what an addition gives the second one is for another check.
        (tensors[name] + tensors[other]).backward()
        program.keep(tensors[name].grad)
        program.keep(tensors[other].grad)
        asked, unasked = program.run()
        where = f"after `({name} + {other}).backward()`, where `{other}` requires no gradient,"
        expect_gradient(asked, 1.0, what=f"`{name}.grad` {where}")
        hint = "`requires_grad` is False unless it is asked for."
        expect_no_gradient(unasked, what=f"`{other}.grad` {where}", hint=hint)


def needs_a_gradient(student, first, second, upstream):
    """Require that a single number needs no gradient from above, and that several numbers do."""
    program = student.program("(a + b).backward()")
    a, b = program.Tensor(1.5, requires_grad=True), program.Tensor(-2.5, requires_grad=True)
    (a + b).backward()
    program.keep(a.grad)
    (grad,) = program.run()
    expect_gradient(grad, 1.0, what="`a.grad` after `(a + b).backward()` of single numbers")
    program = student.program(f"(a + b).backward() of shape {shown_shape(SHAPE)}")
    result = program.Tensor(first, requires_grad=True) + program.Tensor(second, requires_grad=True)
    result.backward(upstream)
    program.run()
    (program.Tensor(first, requires_grad=True) + program.Tensor(second, requires_grad=True)).backward()
    hint = "Only the gradient of a single number for itself is known: it is 1."
    what, when = "`(a + b).backward()`", f"the tensor has shape {shown_shape(SHAPE)} and there is no gradient"
    expect_exception(program, what=what, when=when, hint=hint)
