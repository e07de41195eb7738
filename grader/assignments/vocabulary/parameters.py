"""The parameters of a student's layers and networks, with values that the judge has drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checks import (
    Evidence,
    Floats,
    Student,
    StudentFault,
    StudentObject,
    Why,
    described,
    expect_object,
    shown_shape,
)

Shape = tuple[int, ...]
WANTED = "a Parameter with `value` and `grad`"
# Of all parameters together; the judge draws values for them, and sends them back.
MOST_ENTRIES = 250_000


def parameters_of(student: Student, network: Any, what: str, wanted: str = WANTED) -> list[StudentObject]:
    """Return the objects in ``network.parameters()``, which may be any iterable; ``wanted`` says what it should contain.

    Raises
    ------
    StudentFault
        If it is not iterable, or an element is plain data.

    Examples
    --------
    >>> network = student.Sequential([student.Linear(3, 4), student.Sigmoid(), student.Linear(4, 2)])
    >>> [value.shape for value in values_of(student, parameters_of(student, network, "network"), "network")]
    [(3, 4), (4,), (4, 2), (2,)]
    """
    listed = f"`{what}.parameters()`"
    elements = student.list(network.parameters(), listed, limit=100)
    return [expect_object(element, f"Each element of {listed}", wanted) for element in elements]


def values_of(student: Student, parameters: Sequence[Any], what: str, attribute: str = "value") -> list[np.ndarray]:
    """Return the values of parameters, stored in an attribute, with one request.

    Raises
    ------
    StudentFault
        If one is plain data, or its value is not an array.
    """
    program = student.program(f"the parameters of {what}")
    for parameter in parameters:
        own = expect_object(parameter, f"A parameter of `{what}`", WANTED)
        program.keep(getattr(program.on(own), attribute))
    values = [expect_value(value, f"The `{attribute}` of a parameter of `{what}`") for value in program.run()]
    expect_few(values, f"The parameters of `{what}`")
    return values


def expect_few(values: Sequence[np.ndarray], what: str) -> None:
    """Check that the parameters together are small enough to draw values for them.

    Raises
    ------
    StudentFault
        When they have more entries.
    """
    entries = sum(value.size for value in values)
    if entries > MOST_ENTRIES:
        raise StudentFault(
            Why.WRONG,
            f"{what} have {entries} entries together, far more than this network needs.",
            hint="Their shapes must follow from the numbers of features and units, and from nothing else.",
            expected=f"at most {MOST_ENTRIES} entries",
            actual=f"{entries} entries",
        )


def expect_value(value: Any, what: str) -> np.ndarray:
    """Return ``value`` when it is an array.

    Raises
    ------
    StudentFault
        When it is something else.
    """
    if isinstance(value, np.ndarray) and value.ndim:
        return value
    raise StudentFault(
        Why.WRONG,
        f"{what} must be an array, but it is {described(value)}.",
        expected="an array",
        actual=described(value),
    )


def oriented(value: Floats, shape: Shape) -> Floats:
    """Return a drawn value, transposed where only its transpose has this shape.

    A layer may keep its weight the other way round: that costs points where the shape is asked for, and only there.
    """
    turned = value.ndim == 2 and value.shape != shape and value.T.shape == shape
    return np.ascontiguousarray(value.T) if turned else value


def as_multiset(shapes: Sequence[Shape]) -> list[Shape]:
    """Return shapes in a canonical order, matrices turned so that their shorter side comes first."""
    return sorted(tuple(sorted(shape)) if len(shape) == 2 else shape for shape in shapes)


def expect_shapes(shapes: Sequence[Shape], desired: Sequence[Shape], what: str) -> None:
    """Check that parameters have these shapes, in any order, with weights in either orientation.

    Raises
    ------
    StudentFault
        When they do not.
    """
    if as_multiset(shapes) == as_multiset(desired):
        return
    wanted, came = (", ".join(shown_shape(shape) for shape in each) or "none" for each in (desired, shapes))
    raise StudentFault(
        Why.WRONG,
        f"The parameters of `{what}` must have the shapes {wanted}, in any order, but they have {came}.",
        hint="Every Linear layer has a weight (in_features, out_features) and a bias (out_features,), and each counts once.",
        expected=wanted,
        actual=came,
        evidence=Evidence(
            f"the shapes of {what}", np.array([length for shape in as_multiset(shapes) for length in (*shape, 0)])
        ),
    )


def arrangements(shapes: Sequence[Shape], desired: Sequence[Shape]) -> list[list[int]]:
    """Return, best guess first, which of the ``desired`` shapes each parameter may be, where several have one shape.

    The natural order comes first, then the same with parameters of one shape exchanged; the shapes must match.
    """
    found: list[list[int]] = []

    def place(rest: Sequence[Shape], taken: list[int]) -> None:
        if not rest:
            found.append(taken)
            return
        for index, shape in enumerate(desired):
            if index not in taken and as_multiset([shape]) == as_multiset([rest[0]]):
                place(rest[1:], [*taken, index])

    place(list(shapes), [])
    return found


def transposes(shapes: Sequence[Shape], desired: Sequence[Shape]) -> bool:
    """Return whether the weights are kept the other way round, as far as those with two different sides tell."""
    sided = [shape for shape in shapes if len(shape) == 2 and shape[0] != shape[1]]
    return bool(sided) and all(shape not in desired for shape in sided)


def drawn(rng: np.random.Generator, shapes: Sequence[Shape], scale: float = 1.0) -> list[Floats]:
    """Return values of these shapes from N(0, scale**2).

    Examples
    --------
    >>> [value.shape for value in drawn(rng, ((3, 4), (4,)))]
    [(3, 4), (4,)]
    """
    return [scale * rng.standard_normal(shape) for shape in shapes]


def network_shapes(in_features: int, hidden_units: int, out_features: int) -> list[Shape]:
    """Return the shapes of weight and bias of the three linear layers of a network, in order."""
    sizes = (in_features, hidden_units, hidden_units, out_features)
    return [shape for i in range(3) for shape in ((sizes[i], sizes[i + 1]), (sizes[i + 1],))]
