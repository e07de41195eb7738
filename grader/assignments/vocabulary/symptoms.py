"""Names what a training shows that did not learn enough, from its losses, answers and weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checks import Diagnosis, Floats

SAME = 1e-9
FLAT = 1e-3
RISEN = 1.05
FALLEN = 0.98
TURNS = 0.3
SWING = 0.05

NAN = Diagnosis(
    "training-nan",
    "The loss is not finite from epoch {epoch} on.",
    "Once a nan is in the weights it never leaves them, so every later epoch is lost.",
    "Print the largest weight and the largest gradient of the epochs before, and look for exp, log and divisions.",
)
UNCHANGED = Diagnosis(
    "training-weights-unchanged",
    "Training leaves every weight as it was.",
    "Gradients alone change nothing; a network learns only when the optimizer moves the arrays that forward reads.",
    "See whether step is called, and whether it assigns to `.value` of the Parameters that the layers use.",
)
DEAD = Diagnosis(
    "training-units-dead",
    "The trained network gives one and the same output for every point: no unit reacts to the inputs any more.",
    "A unit that is saturated or switched off for all samples has a gradient of zero, so it cannot come back.",
    "Look at the outputs of the hidden layers: are they all zero, or all at the end of the activation's range?",
)
ONE_CLASS = Diagnosis(
    "training-one-class",
    "The network puts every point into the same class, so its accuracy is just the share of that class.",
    "The outputs have moved to the average of the targets, which is what a bias alone can do.",
    "See whether the gradients of the first layers are right, and not nearly zero.",
)
FLAT_LOSS = Diagnosis(
    "training-flat",
    "The loss stays where it began: {first:.6g} at first, {last:.6g} at last.",
    "Weights that move without changing the loss move in directions that the loss does not depend on.",
    "Compare one gradient with central differences of your own forward.",
)
RISING = Diagnosis(
    "training-rising",
    "The loss rises: {first:.6g} at first, {last:.6g} at last.",
    "Steps that climb the loss mean a gradient, or a step, of the wrong sign.",
    "Follow the sign from the loss's backward to the optimizer's step.",
)
OSCILLATING = Diagnosis(
    "training-oscillating",
    "The loss swings up and down from epoch to epoch: {turns} turns in the last {epochs} epochs.",
    "Steps that are too long jump over the minimum again and again; a sum in place of a mean makes them so.",
    "See whether the gradients are divided by the number of elements where the loss is a mean.",
)
SLOW = Diagnosis(
    "training-too-slow",
    "The loss falls all the time, from {first:.6g} to {last:.6g}, but too slowly for {epochs} epochs.",
    "The direction is right and the steps are too short: a gradient that is divided once too often shortens all of them.",
    "See whether the mean is taken twice, in the loss and again in a layer or in train.",
)
SYMPTOMS = (NAN, UNCHANGED, DEAD, ONE_CLASS, FLAT_LOSS, RISING, OSCILLATING, SLOW)


def symptom(
    losses: Floats | None, outputs: Floats | None, before: Sequence[Any] = (), after: Sequence[Any] = ()
) -> Diagnosis | None:
    """Return what a training shows, the most telling first, or None when it shows nothing of the kind.

    Parameters
    ----------
    losses : ndarray, shape (epochs,), or None
        As ``train`` returned them.
    outputs : ndarray, shape (n, 1), or None
        The probabilities of the trained network.
    before, after : sequence of ndarray
        The values of its parameters.
    """
    if losses is not None and not np.all(np.isfinite(losses)):
        return _worded(NAN, epoch=int(np.argmax(~np.isfinite(losses))) + 1)
    if before and len(before) == len(after) and all(map(np.array_equal, before, after)):
        return UNCHANGED
    if outputs is not None and np.ptp(outputs) < SAME:
        return DEAD
    if outputs is not None and len(np.unique(outputs >= 0.5)) == 1:
        return ONE_CLASS
    return None if losses is None or len(losses) < 10 else _of_losses(losses)


def _of_losses(losses: Floats) -> Diagnosis | None:
    first, last = float(losses[0]), float(losses[-1])
    late = losses[len(losses) // 2 :]
    if np.ptp(losses) <= FLAT * max(abs(first), SAME):
        return _worded(FLAT_LOSS, first=first, last=last)
    moves = np.diff(late)
    turns = int(np.sum(moves[1:] * moves[:-1] < 0))
    if turns > TURNS * len(late) and np.mean(np.abs(moves)) > SWING * float(np.mean(np.abs(late))):
        return _worded(OSCILLATING, turns=turns, epochs=len(late))
    if last > RISEN * first:
        return _worded(RISING, first=first, last=last)
    if last < FALLEN * first and np.all(moves <= 0):
        return _worded(SLOW, first=first, last=last, epochs=len(losses))
    return None


def _worded(diagnosis: Diagnosis, **values: Any) -> Diagnosis:
    return Diagnosis(diagnosis.id, diagnosis.title.format(**values), diagnosis.explanation, diagnosis.hint)
