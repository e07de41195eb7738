"""A student's tensors compared with the answer key's: values, and gradients from ``backward``.

An expression is written once, as a function of tensors, and evaluated on both sides: ``lambda a, b: a / b``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from grader.checks import (
    Deferred,
    Evidence,
    Floats,
    Notes,
    Program,
    Student,
    StudentFault,
    StudentObject,
    Why,
    expect_close,
    expect_kept,
    expect_unchanged,
    shown_shape,
)

Expression = Callable[..., Any]
NAMES = ("a", "b", "c", "d")
PROBE = np.array([3.0, -5.0, 7.0])
NO_GRADIENT = (
    "`backward` must reach every tensor with `requires_grad` that the result was computed from, and add to its `grad`."
)
STRETCHED = "Sum the gradient over the axes along which the operand was stretched, so that it has the shape of the operand again."


@dataclass(frozen=True)
class Case:
    """An expression of tensors at drawn data, with what is right for it.

    Attributes
    ----------
    said : str
        How the expression is written in messages, like ``a / b``, where its tensors are called a, b, c.
    expression : callable
        Given tensors, returns a tensor.
    arrays : tuple of ndarray
        The data of the tensors, all of which require a gradient.
    value, upstream : ndarray
        The data of the result, and the drawn gradient of some loss for it, in the same shape.
    grads : tuple of ndarray
        The gradients for the tensors.
    """

    said: str
    expression: Expression
    arrays: tuple[Floats, ...]
    value: Floats
    upstream: Floats
    grads: tuple[Floats, ...]


@dataclass(frozen=True)
class Derived:
    """What an expression gave and what ``backward`` left; nothing of it is validated yet.

    ``value`` is the data of the result, ``grads`` has one gradient for each tensor, ``datas`` their data afterwards,
    ``upstream`` the gradient that ``backward`` was given, as it is afterwards.
    """

    value: Any
    grads: Sequence[Any]
    datas: Sequence[Any]
    upstream: Any


def case(
    reference: ModuleType,
    rng: np.random.Generator,
    said: str,
    expression: Expression,
    *arrays: Floats,
) -> Case:
    """Return a case with the answer key's value and gradients, for a drawn gradient from above."""
    tensors = [reference.Tensor(array, requires_grad=True) for array in arrays]
    result = expression(*tensors)
    value = np.array(result.data)
    upstream = np.asarray(rng.standard_normal(value.shape))
    result.backward(upstream)
    grads = tuple(np.array(tensor.grad) for tensor in tensors)
    return Case(said, expression, arrays, value, upstream, grads)


def takes_gradient(student: Student) -> bool:
    """Tell whether ``backward`` uses the gradient that it is given; where not, expressions are weighed and summed instead."""
    program = student.program("Tensor.backward(gradient)")
    tensor = program.Tensor(PROBE, requires_grad=True)
    tensor.backward(PROBE)
    program.keep(tensor.grad)
    try:
        (grad,) = program.run()
        return np.array_equal(as_data(grad), PROBE)
    except StudentFault as fault:
        if fault.fatal:
            raise
        return False


def as_data(value: Any) -> Any:
    """Return a gradient as it came, or the data of one that is a tensor itself."""
    return value.data if isinstance(value, StudentObject) else value


def go_back(program: Program, result: Deferred, upstream: Floats, weighs: bool) -> Deferred:
    """Have a result propagate a gradient; returns the gradient as it is held in the child."""
    held = program.hold(upstream)
    if weighs:
        result.backward(held)
    else:
        (result * program.Tensor(upstream)).sum().backward()
    return held


def derive(student: Student, judged: Case, weighs: bool) -> Derived:
    """Evaluate a case with the student's tensors and propagate the gradient back.

    Parameters
    ----------
    weighs : bool
        Whether ``backward`` takes a gradient, see ``takes_gradient``.

    Raises
    ------
    StudentFault
        When something raises.
    """
    program = student.program(judged.said)
    tensors = [program.Tensor(array, requires_grad=True) for array in judged.arrays]
    result = judged.expression(*tensors)
    program.keep(result.data)
    held = go_back(program, result, judged.upstream, weighs)
    for tensor in tensors:
        program.keep(tensor.grad)
    for tensor in tensors:
        program.keep(tensor.data)
    program.keep_now(held)
    value, *rest, after = program.run()
    return Derived(value, rest[: len(tensors)], rest[len(tensors) :], after)


def expect_cases(student: Student, cases: Sequence[Case], notes: Notes) -> None:
    """Judge cases, one after the other.

    Raises
    ------
    StudentFault
        When something raises or differs.
    """
    weighs = takes_gradient(student)
    for each in cases:
        expect_case(student, each, weighs, notes)


def expect_case(student: Student, judged: Case, weighs: bool, notes: Notes) -> None:
    """Judge the value of an expression, the gradient for each of its tensors, and that nothing else was written into.

    Raises
    ------
    StudentFault
        When something raises or differs.
    """
    came = derive(student, judged, weighs)
    said, where = judged.said, of_shapes(judged.arrays)
    expect_close(came.value, judged.value, what=f"`{said}`{where}", notes=notes, label="values")
    for name, grad, wanted in zip(NAMES, came.grads, judged.grads, strict=False):
        what = f"The gradient of `{said}` for `{name}`{where}"
        hint = f"The value of `{said}` is right, so look at what the operation hands back to `{name}`."
        expect_gradient(grad, wanted, what=what, notes=notes, hint=hint, of=judged.value, label="gradients")
    for name, data, array in zip(NAMES, came.datas, judged.arrays, strict=False):
        what = f"`{name}.data` after `backward` of `{said}`"
        expect_kept(data, array, what=what, hint="`backward` changes gradients only.")
    # A single number reaches the child as a number, which nobody can write into.
    if judged.upstream.ndim:
        expect_unchanged(came.upstream, judged.upstream, what=f"The gradient that `backward` of `{said}` was given")


def of_shapes(arrays: Sequence[Floats]) -> str:
    """Return where an expression is evaluated: the shapes of its tensors."""
    given = [f"`{name}` of shape {shown_shape(array.shape)}" for name, array in zip(NAMES, arrays, strict=False)]
    return f", with {', '.join(given)},"


def expect_gradient(
    value: Any,
    desired: Any,
    *,
    what: str,
    notes: Notes | None = None,
    hint: str | None = None,
    of: Floats | None = None,
    label: str | None = None,
    absent: str = NO_GRADIENT,
    slips: Mapping[str, Any] | None = None,
) -> None:
    """Judge a gradient that ``backward`` has left.

    Parameters
    ----------
    of : ndarray, optional
        The value whose gradient it is, where an operand may have been stretched to its shape.
    absent : str
        Where to look when there is no gradient at all.

    Raises
    ------
    StudentFault
        When there is none, or it is not the right one.
    """
    if value is None:
        message, missing = f"{what} is None after `backward`.", Evidence(what, None, np.asarray(desired))
        raise StudentFault(Why.WRONG, message, hint=absent, expected="an array", actual="None", evidence=missing)
    array, wanted = as_data(value), np.asarray(desired)
    try:
        expect_close(array, wanted, what=what, notes=notes, hint=hint, label=label, slips=slips)
    except StudentFault as fault:
        kept = of is not None and isinstance(array, np.ndarray) and array.size > wanted.size
        fault.hint = STRETCHED if kept else fault.hint
        raise


def expect_no_gradient(value: Any, *, what: str, hint: str | None = None) -> None:
    """Make sure that a tensor has no gradient: None, or zeros of whatever shape.

    Raises
    ------
    StudentFault
        When it has one.
    """
    if value is None:
        return
    grad = as_data(value)
    shape = grad.shape if isinstance(grad, np.ndarray) else ()
    expect_close(grad, np.zeros(shape), what=what, hint=hint)


def expect_gradient_or_none(value: Any, desired: Floats, *, what: str, notes: Notes | None = None) -> None:
    """Judge the gradient of a result in between, which may keep none: None, zeros, or the right one.

    Raises
    ------
    StudentFault
        When it is another one.
    """
    array = as_data(value)
    if value is None or (isinstance(array, np.ndarray) and not array.any()):
        return
    hint = "What a result in between keeps is its own gradient, of its own shape, or nothing."
    expect_gradient(value, desired, what=what, notes=notes, hint=hint, label="gradients of results in between")
