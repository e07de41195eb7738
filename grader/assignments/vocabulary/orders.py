"""In which order a student's ``Sequential`` goes through its layers, where that is not the right one.

Seen with layers that all have one size, so that no order raises anything, and compared with the student's own layers called one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checks import Diagnosis, Student, StudentFault, StudentObject

SIZE = 3
LAST_ALWAYS = Diagnosis(
    "sequential-one-layer",
    "Every step of `{method}` calls one and the same layer, the {which}.",
    "A function that is made in a loop looks its variable up when it is called, and by then the loop is over; an index may stand still, too.",
    "Call the layer in the loop itself, or bind it when the function is made: `lambda x, layer=layer: ...`.",
)
REVERSED = Diagnosis(
    "sequential-reversed",
    "`{method}` goes through the layers in the opposite order.",
    "The inputs belong to the first layer, and the gradient for the outputs to the last one.",
    "In which order does the loop go, and does something turn the list around on the way?",
)
LEFT_OUT = Diagnosis(
    "sequential-left-out",
    "`{method}` leaves out the {which} layer.",
    "What a layer does not see it cannot pass on.",
    "Where does the loop begin, and where does it end?",
)
UNCHAINED = Diagnosis(
    "sequential-unchained",
    "`{method}` hands every layer the array that it was called with.",
    "Each layer needs what the one before it gave; otherwise only the last call counts.",
    "In the loop, is the result of one layer what the next one is handed?",
)
EARLY = Diagnosis(
    "sequential-returns-early",
    "`{method}` calls the {which} layer and no other.",
    "A `return` inside a loop ends it in its first round.",
    "How far is the `return` indented?",
)
# Which layers are called, one after the other, by what that shows.
FORWARD: tuple[tuple[tuple[int, ...], Diagnosis, str], ...] = (
    ((2, 2, 2), LAST_ALWAYS, "last"),
    ((0, 0, 0), LAST_ALWAYS, "first"),
    ((2, 1, 0), REVERSED, ""),
    ((0, 1), LEFT_OUT, "last"),
    ((1, 2), LEFT_OUT, "first"),
    ((2,), UNCHAINED, ""),
    ((0,), EARLY, "first"),
)


def order_seen(student: Student, rng: np.random.Generator, method: str) -> Diagnosis | None:
    """Return what ``forward`` or ``backward`` of a ``Sequential`` of three layers shows; None when it shows nothing of the kind."""
    program = student.program("Sequential of three layers of one size")
    made = [program.Linear(SIZE, SIZE) for _ in range(3)]
    for layer in made:
        layer.weight.value = rng.standard_normal((SIZE, SIZE))
        program.keep(layer)
    program.keep(program.Sequential(made))
    inputs, grad_output = rng.standard_normal((2, 4, SIZE))
    try:
        *layers, network = program.run()
        outputs = network.forward(inputs)
        if method == "forward":
            return _explaining(outputs, layers, inputs, method)
        return _explaining(network.backward(grad_output), layers[::-1], grad_output, method)
    except (StudentFault, AttributeError, TypeError):
        return None


def _explaining(came: Any, layers: Sequence[Any], value: Any, method: str) -> Diagnosis | None:
    """Return what explains a result; the layers come in the right order."""
    if not isinstance(came, np.ndarray) or not all(isinstance(layer, StudentObject) for layer in layers):
        return None
    for order, diagnosis, which in FORWARD:
        passed = value
        for place in order:
            passed = getattr(layers[place], method)(passed)
        if isinstance(passed, np.ndarray) and passed.shape == came.shape and np.allclose(passed, came):
            other = {"first": "last", "last": "first"}
            word = which if method == "forward" else other.get(which, "")
            title = diagnosis.title.format(method=f"Sequential.{method}", which=word)
            return Diagnosis(diagnosis.id, title, diagnosis.explanation, diagnosis.hint)
    return None
