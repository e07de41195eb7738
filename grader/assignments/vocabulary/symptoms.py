"""Measures a training that did not learn enough, from its losses, answers, units and gradients, and describes it without a verdict."""

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
# Beyond these an activation hardly changes.
SATURATED = {"sigmoid": (0.01, 0.99), "tanh": (-0.98, 0.98)}

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
    "The trained network gives one and the same output for every point: {value:.4g}.",
    "So its output does not depend on its inputs, whatever the reason.",
    "Look at the outputs of the hidden layers for two points that are far apart: where do they become the same?",
)
ONE_CLASS = Diagnosis(
    "training-one-class",
    "The network puts every point into the same class, so its accuracy is just the share of that class.",
    "Its outputs still differ from point to point, but all lie on one side of 0.5.",
    "Compare the sizes of the gradients of all layers after the same step.",
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
    "A loss rises when a sign is wrong on its way back, and also when steps are too long.",
    "Try a learning rate that is ten times smaller: does the loss fall now, or rise more slowly?",
)
OSCILLATING = Diagnosis(
    "training-oscillating",
    "The loss swings up and down from epoch to epoch: {turns} turns in the last {epochs} epochs.",
    "Steps that are too long for the loss jump over its minimum again and again.",
    "Try a learning rate that is ten times smaller, and compare the two curves.",
)
SLOW = Diagnosis(
    "training-too-slow",
    "The loss falls all the time, from {first:.6g} to {last:.6g}, but too slowly for {epochs} epochs.",
    "The loss still falls at the end, so the steps that were made were too short, or too few.",
    "Compare how far one step moves the weights with the learning rate times the gradient.",
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
        return _worded(DEAD, value=float(outputs.flat[0]))
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


def measures(
    losses: Floats | None, outputs: Floats, units: Sequence[Floats], activation: str, grads: Sequence[Any]
) -> list[tuple[str, str]]:
    """Return what there is to measure of a training, each with its name.

    Parameters
    ----------
    outputs : ndarray, shape (n, 1)
        Of the trained network, for its training set.
    units : sequence of ndarray, shape (n, hidden)
        What the hidden layers give by the weights at the end; empty where that is not known.
    activation : str
        The function of the hidden layers.
    grads : sequence
        The gradients that the last step left, one for each parameter in its order; anything.
    """
    found = [("outputs from", f"{float(np.min(outputs)):.4g} to {float(np.max(outputs)):.4g}")]
    if losses is not None and len(losses) > 2 and np.all(np.isfinite(losses)):
        moves = np.diff(losses)
        found.append(("epochs in which the loss turned", f"{np.mean(moves[1:] * moves[:-1] < 0):.0%}"))
    for number, layer in enumerate(units, start=1):
        still = f"{np.mean(np.ptp(layer, axis=0) < SAME):.0%}"
        found.append((f"units of hidden layer {number} that give the same for every point", still))
        if activation in SATURATED:
            low, high = SATURATED[activation]
            share = f"{np.mean((layer < low) | (layer > high)):.0%}"
            found.append((f"outputs of hidden layer {number} at the ends of {activation}", share))
    norms = [_norm(grad) for grad in grads]
    if norms:
        found.append(("norm of the last gradient of each parameter", ", ".join(norms)))
    return found


def _norm(grad: Any) -> str:
    fits = isinstance(grad, np.ndarray) and grad.dtype.kind in "iuf"
    return f"{float(np.linalg.norm(grad)):.2g}" if fits else "none"
