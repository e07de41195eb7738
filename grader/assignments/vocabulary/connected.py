"""Networks of affine layers whose parameters are in a dictionary: ``W1``, ``b1``, ``gamma1``, ``beta1``, and so on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from grader.assignments.vocabulary.passes import as_dictionary, entry_of, expect_several
from grader.checks import Notes, Student, StudentFault, StudentObject, expect_array, expect_close

NAME = "FullyConnectedNet"


def shapes_of(sizes: Sequence[int], normalized: bool = False) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all parameters of a network with these numbers of inputs, hidden units and classes."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), 1):
        shapes |= {f"W{layer}": (inputs, outputs), f"b{layer}": (outputs,)}
        if normalized and layer < len(sizes) - 1:
            shapes |= {f"gamma{layer}": (outputs,), f"beta{layer}": (outputs,)}
    return shapes


def make(student: Student, sizes: Sequence[int], what: str, *spellings: Mapping[str, Any]) -> StudentObject:
    """Return a network that computes in float64.

    Parameters
    ----------
    sizes : sequence of int
        The numbers of inputs, hidden units and classes.
    what : str
        What it is called in messages.
    spellings : mapping
        The options, and the same under other names, for a constructor that does not know the first.

    Raises
    ------
    StudentFault
        When it cannot be made with any of them: what the first one ended with.
    """
    first, label = None, what.replace("`", "")  # type: StudentFault | None, str
    for options in spellings or ({},):
        program = student.program(label)
        dtype = program.hold(np.zeros(1)).dtype.type
        named = {"input_dim": sizes[0], "num_classes": sizes[-1], "dtype": dtype, **options}
        program.keep(getattr(program, NAME)(list(sizes[1:-1]), **named), label=label)
        try:
            return program.run()[0]
        except StudentFault as fault:
            first = first or fault
            if fault.fatal or fault.raised != "TypeError" or "unexpected keyword" not in fault.message:
                raise first from fault
    assert first is not None
    raise first


def parameters_of(
    student: Student, net: StudentObject, shapes: Mapping[str, tuple[int, ...]], what: str
) -> dict[str, Any]:
    """Return the parameters of a network that it must have, as arrays of the right shapes.

    Raises
    ------
    StudentFault
        When one is missing, or has another shape.
    """
    params = as_dictionary(student, net.params, f"`params` of {what}")
    return {
        name: expect_array(entry_of(params, name, f"`params` of {what}"), shape, what=f"`params[{name!r}]` of {what}")
        for name, shape in shapes.items()
    }


def give(student: Student, net: StudentObject, values: Mapping[str, Any], what: str) -> list[Any]:
    """Give the parameters of a network these values, after a look at whether it has them all; return the names of all it has."""
    parameters_of(student, net, {name: np.shape(value) for name, value in values.items()}, what)
    program = student.program(f"params of {what}")
    program.on(net).params.update(dict(values))
    program.run()
    return list(as_dictionary(student, net.params, f"`params` of {what}"))


def draw(rng: np.random.Generator, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    """Return drawn values for parameters, gammas near one."""
    scales = {"W": 0.8, "b": 0.5, "g": 0.3}
    return {
        name: scales.get(name[0], 0.5) * rng.standard_normal(shape) + (1.0 if name.startswith("gamma") else 0.0)
        for name, shape in shapes.items()
    }


def loss_of(student: Student, net: StudentObject, inputs: Any, labels: Any, what: str) -> tuple[Any, dict[Any, Any]]:
    """Return what the loss of a network is, unseen, and the dictionary of its gradients."""
    loss, grads = expect_several(student, net.loss(inputs, labels), 2, f"`loss(X, y)` of {what}", "loss, grads")[:2]
    return loss, as_dictionary(student, grads, f"`grads` of {what}")


def gradients_are_right(
    grads: Mapping[Any, Any],
    desired: Mapping[str, Any],
    params: Sequence[Any],
    what: str,
    notes: Notes,
    hint: str | None = None,
) -> None:
    """Compare the gradients of all parameters with the right ones; what else there is among the parameters must have some gradient.

    Where a normalization follows, the gradient of a bias is zero but for rounding, which only the weights give a measure for.

    Raises
    ------
    StudentFault
        When one is missing or wrong.
    """
    for name, right in desired.items():
        said = f"`grads[{name!r}]` of {what}"
        value = expect_array(entry_of(grads, name, f"`grads` of {what}"), right.shape, what=said)
        if name.startswith("b") and not name.startswith("beta"):
            weights = desired[f"W{name[1:]}"]
            measure = float(np.max(np.abs(weights)))
            value, right = np.append(value, measure), np.append(right, measure)
        expect_close(value, right, what=said, notes=notes, label=f"gradients of {what}", hint=hint)
    for name in params:
        entry_of(grads, name, f"`grads` of {what}, as its `params` have it,")
