"""The initial values of layers, examined before the judge assigns anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grader.assignments.vocabulary.parameters import expect_value
from grader.checks import (
    Diagnosis,
    Evidence,
    Floats,
    Student,
    StudentFault,
    Why,
    call_label,
    expect_array,
    expect_close,
    wrong_shape,
)

DRAWN = "Draw the weights from the argument `rng`; when it is None, from a generator without a seed."
FLOATS = "Whole numbers cannot be moved by a small step: make the array of floats, as `np.zeros` does."
BIAS = Diagnosis(
    "bias-begins-otherwise",
    "The bias does not begin with zeros.",
    "Who compares two networks, or starts one again, expects what the template says of the beginning.",
    "See what the bias is made with.",
)
SMALL = Diagnosis(
    "weights-begin-small",
    "All weights begin so small that the layer hands on next to nothing.",
    "Outputs and gradients are products of weights: through several layers nothing is left of them.",
    "Compare the scale with one over the root of the number of inputs.",
)
LARGE = Diagnosis(
    "weights-begin-large",
    "All weights begin so large that what follows is saturated.",
    "Where an activation is flat its gradient is zero, and no step changes anything.",
    "Compare the scale with one over the root of the number of inputs.",
)
# Given a weight, one row for each unit.
Units = Callable[[Floats], Floats]


def expect_beginning(
    student: Student, rng: np.random.Generator, name: str, arguments: Sequence[int], axes: int, units: Units
) -> None:
    """Check that the weights are random, can learn and come from ``rng``, and that biases are zero, both floats.

    Parameters
    ----------
    name : str
        The layer's class.
    arguments : sequence of int
        Those before ``rng``.
    axes : int
        How many axes the weight has.
    units : callable
        Given the weight, one row for each unit.

    Raises
    ------
    StudentFault
        If a layer begins with other values.
    """
    first, second = (int(seed) for seed in rng.integers(2**32, size=2))
    said = call_label(name, arguments, {})
    program = student.program(f"{said[:-1]}, rng)")
    for seed in (first, first, second, None, None):
        options = {} if seed is None else {"rng": student.generator(seed)}
        layer = getattr(program, name)(*arguments, **options)
        program.keep(layer.weight.value)
        program.keep(layer.bias.value)
    values = program.run()
    one, same, other, free, another = (expect_value(value, f"`{said}.weight.value`") for value in values[::2])
    for bias in values[1::2]:
        shape = expect_value(bias, f"`{said}.bias.value`").shape
        try:
            expect_close(bias, np.zeros(shape), what=f"`{said}.bias.value` before training")
        except StudentFault as fault:
            fault.diagnosis = BIAS
            raise
    for weight in (one, other, free):
        if weight.ndim != axes or not weight.size:
            raise wrong_shape(weight.shape, arguments, f"`{said}.weight.value`")
        can_learn(units(expect_array(weight, weight.shape, what=f"`{said}.weight.value`")), name)
    for word, value in zip(("weight", "bias"), values[:2], strict=True):
        if value.dtype.kind != "f":
            raise StudentFault(
                Why.WRONG,
                f"`{said}.{word}.value` must hold floats, but its dtype is {value.dtype}.",
                hint=FLOATS,
                expected="floats",
                actual=f"dtype {value.dtype}",
            )
    alike = [np.array_equal(*pair) for pair in ((one, same), (one, other), (free, another))]
    sentences = (
        (alike[0], "Two layers made with generators of one seed have different weights."),
        (not alike[1], "Two layers made with generators of different seeds have the same weights."),
        (not alike[2], "Two layers made without a generator have the same weights."),
    )
    for holds, sentence in sentences:
        if not holds:
            raise StudentFault(Why.WRONG, sentence, hint=DRAWN, evidence=Evidence(name, np.array(alike, dtype=float)))


def can_learn(units: Floats, name: str) -> None:
    """Check that weights differ between units and are neither so small that they vanish nor so large that units saturate.

    Raises
    ------
    StudentFault
        When they do not.
    """
    spread = float(np.std(units))
    # Adding zero makes -0.0 the same as 0.0.
    alike = len({unit.tobytes() for unit in np.ascontiguousarray(units + 0.0)}) < len(units)
    if spread == 0.0 or alike:
        raise StudentFault(
            Why.WRONG,
            "Units begin with equal weights, so they compute and learn the same for ever.",
            hint="Draw every weight from a random distribution.",
            expected="random weights",
            actual="equal weights",
            evidence=Evidence(f"{name}: equal weights", np.array([spread == 0.0, alike])),
        )
    if not 1e-4 < spread < 100.0:
        raise StudentFault(
            Why.WRONG,
            f"The weights have a standard deviation of {spread:.3g} at first, with which a network cannot learn.",
            expected="a standard deviation between 0.0001 and 100",
            actual=f"{spread:.3g}",
            diagnosis=SMALL if spread < 1.0 else LARGE,
        )
