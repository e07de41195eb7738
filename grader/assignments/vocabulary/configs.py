"""Update rules with a dictionary of settings: ``next_w, config = rule(w, dw, config)``."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from grader.assignments.vocabulary.passes import as_dictionary, entry_of, expected_pair
from grader.checks import Notes, Student, expect_close

SHAPES = ((4,), (3, 2))
# Small weights, so that a small step shows; gradients as small as the usual epsilon for one of the arrays, so that it shows, too.
SMALL = 0.01
TINY = (1.0, 3e-8)


def steps_are_right(
    student: Student,
    reference: Any,
    rng: np.random.Generator,
    notes: Notes,
    name: str,
    config: dict[str, Any] | None,
    steps: int,
    keys: tuple[str, ...] = (),
    states: dict[str, float] | None = None,
) -> None:
    """Compare the weights after each of several steps with the answer key's, for two arrays whose steps take turns.

    Parameters
    ----------
    config : dict or None
        The settings of the first step; None gives none.
    keys : tuple of str
        What the last config must hold.
    states : dict, optional
        Arrays of the first config, filled with drawn values up to this size.

    Raises
    ------
    StudentFault
        When weights or config differ.
    """
    given = "" if config is None else f" with {', '.join(config)}"
    program, kept, desired, before = student.program(f"{name}(w, dw, config)"), [], [], []
    starts = [(SMALL if config is None else 1.0) * rng.standard_normal(shape) for shape in SHAPES]
    configs: list[Any] = []
    for start in starts:
        own = copy.deepcopy(config)
        for key, size in (states or {}).items():
            own = {**(own or {}), key: rng.uniform(0.1, size, start.shape)}
        configs.append(own)
    ours = [[start, own] for start, own in zip(starts, configs, strict=True)]
    theirs = [[program.hold(start), program.hold(own)] for start, own in zip(starts, configs, strict=True)]
    for step in range(steps):
        for place in range(len(starts)):
            gradient = (TINY[place] if config is None else 1.0) * rng.standard_normal(SHAPES[place])
            left = tuple(theirs[place]) if step or config is not None or states else (theirs[place][0],)
            result = getattr(program, name)(left[0], gradient, *left[1:])
            theirs[place] = [result[0], result[1]]
            before.append(ours[place][0])
            program.keep(theirs[place][0])
            ours[place] = list(getattr(reference, name)(ours[place][0], gradient, copy.deepcopy(ours[place][1])))
            kept.append((step, SHAPES[place]))
            desired.append(ours[place][0])
    for place in range(len(starts)):
        program.keep(theirs[place][1])
    with expected_pair(student, name, (np.ones(3), np.ones(3)), "the new weights and the config"):
        *weights, one, other = program.run()
        for (step, shape), value, right, start in zip(kept, weights, desired, before, strict=True):
            what = f"The weights (shape {shape}) after {step + 1} step{'s' if step else ''} of `{name}`{given}"
            # All steps before this one were right, so what differs is this step.
            expect_close(value, right, what=what, notes=notes, label=f"weights after steps of `{name}`", start=start)
        for last, (_, right) in zip((one, other), ours, strict=True):
            came = as_dictionary(student, last, f"The config that `{name}` returns")
            for key in keys:
                value = entry_of(came, key, f"The config that `{name}` returns")
                what = f"`config[{key!r}]` after {steps} steps of `{name}`{given}"
                expect_close(value, right[key], what=what, notes=notes, label=f"config of `{name}`")
