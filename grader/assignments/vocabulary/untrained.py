"""Whether what a program shows comes from its training: it must not come without it, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.assignments.vocabulary.backpropagation import Trained, drawn
from grader.checks import Student, StudentFault

# A network with drawn parameters may answer rightly by chance, but not each time.
TRIALS = 4


def shown_without_training(
    student: Student,
    rng: np.random.Generator,
    trained: Trained,
    shown: Mapping[str, Callable[[str, Sequence[Mapping[str, Any]]], bool]],
) -> frozenset[str]:
    """Return what a program still shows though it is not trained, whatever its parameters are.

    Parameters
    ----------
    student : Student
    rng : numpy.random.Generator
        Draws the parameters.
    trained : Trained
        The loop that is left out, and its parameters.
    shown : mapping
        For each thing that is looked for, whether an output and figures show it.
    """
    left = frozenset(shown)
    for _ in range(TRIALS):
        values = [*drawn(rng, trained.shapes), *(value for _, value in trained.besides)]
        plan = {
            **trained.run,
            "loop": list(trained.loop),
            "untrained": True,
            "places": [*trained.places, *(place for place, _ in trained.besides)],
            "values": values,
            "weights": len(trained.places),
        }
        try:
            came = student.rehearse(plan)
            output, figures = student.output(), student.figures()
        except StudentFault:
            # What does not come to its end without its training says nothing.
            return frozenset()
        if came.get("elsewhere") is not False or not came.get("left") or not came.get("filled"):
            return frozenset()
        left = frozenset(name for name in left if shown[name](output, figures))
        if not left:
            break
    return left
