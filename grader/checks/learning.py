"""CHECKED: trains a student's own network in a setting of the judge's and counts right answers. May not import fence, report or reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.notes import Notes
from grader.checks.objects import expect_object
from grader.checks.parameters import parameters_of, values_of
from grader.checks.points import Points
from grader.checks.proxy import Student
from grader.checks.received import Floats, as_array, expect_array
from grader.checks.symptoms import symptom
from grader.checks.weights import Probe
from grader.outcomes import Diagnosis, StudentFault, Why


@dataclass(frozen=True)
class Trial:
    """One training.

    Attributes
    ----------
    accuracy : float
        The share of right answers.
    predictions : ndarray, shape (n,)
    losses : object
        As they came.
    zeroed_accuracy : float
        The share with all weights at zero.
    symptom : Diagnosis or None
        What the training shows, for when it did not learn enough.
    """

    accuracy: float
    predictions: NDArray[np.int64]
    losses: Any
    zeroed_accuracy: float
    symptom: Diagnosis | None = None


Attempt = Callable[[Student, Points, Mapping[str, Any], np.random.Generator], Trial]


def trial(student: Student, points: Points, setting: Mapping[str, Any], rng: np.random.Generator) -> Trial:
    """Build a network, give it drawn weights, train it on the points, and answer for them.

    Parameters
    ----------
    setting : mapping
        ``activation``, ``hidden_units``, ``learning_rate``, ``epochs``; ``bias_scale`` is the standard deviation of the drawn biases,
        0 unless given; that of the weights is 1.

    Raises
    ------
    StudentFault
        When something raises, or a value is not what it must be.
    """
    activation, hidden_units = setting["activation"], setting["hidden_units"]
    what = f'build_network(2, {hidden_units}, 1, "{activation}")'
    network = student.build_network(2, hidden_units, 1, activation)
    network = expect_object(network, f"What `{what}` returns", "a Sequential")
    parameters = parameters_of(student, network, what)
    values = values_of(student, parameters, what)
    program = student.program(f"training {what} for {setting['epochs']} epochs on {points.name}")
    own = program.on(network)
    probe = Probe.drawn(rng.spawn(1)[0], activation, hidden_units, [value.shape for value in values])
    for parameter, value in zip(parameters, probe.values, strict=True):
        program.on(parameter).value = value
    program.keep(own.forward(probe.inputs))
    starts = []
    for parameter, value in zip(parameters, values, strict=True):
        scale = 1.0 if value.ndim > 1 else setting.get("bias_scale", 0.0)
        starts.append(scale * rng.standard_normal(value.shape))
        program.on(parameter).value = starts[-1]
    optimizer = program.SGD(own.parameters(), setting["learning_rate"])
    program.keep(program.train(own, program.BCELoss(), optimizer, points.inputs, points.targets, setting["epochs"]))
    program.keep(own.forward(points.inputs))
    for parameter in parameters:
        program.keep(program.on(parameter).value)
    for parameter, value in zip(parameters, values, strict=True):
        program.on(parameter).value = np.zeros(value.shape)
    program.keep(own.forward(points.inputs))
    probed, losses, trained, *ends, zeroed = program.run()
    try:
        predictions, without = (answers(outputs, points) for outputs in (trained, zeroed))
    except StudentFault as fault:
        fault.diagnosis = symptom(as_losses(losses), None)
        raise
    probe.expect_followed(probed, ends, points.inputs, trained)
    shown = symptom(as_losses(losses), np.asarray(trained, dtype=np.float64), starts, ends)
    return Trial(points.accuracy(predictions), predictions, losses, points.accuracy(without), shown)


def answers(outputs: Any, points: Points) -> NDArray[np.int64]:
    """Return the classes (n,) that probabilities (n, 1) stand for.

    Raises
    ------
    StudentFault
        When the outputs are no such probabilities.
    """
    probabilities = expect_array(outputs, (len(points.inputs), 1), what="What the trained network returns")
    return (probabilities[:, 0] >= 0.5).astype(np.int64)


def best_trial(
    student: Student,
    points: Points,
    settings: Sequence[Mapping[str, Any]],
    rng: np.random.Generator,
    *,
    full: float,
    zeroed: float,
    attempt: Attempt = trial,
    attribute: str = "value",
) -> Trial:
    """Try the settings in turn until one trial reaches ``full``; return the best.

    A trial whose network answers better than ``zeroed`` with all weights at zero does not count: it has not learned.
    ``attempt`` makes one trial; ``attribute`` is where parameters have their values.

    Raises
    ------
    StudentFault
        When no trial ran to its end, the fault of the first; or when a network answers without its weights.
    """
    best: Trial | None = None
    fault: StudentFault | None = None
    for setting in settings:
        try:
            tried = attempt(student, points, setting, rng)
        except StudentFault as error:
            if error.fatal:
                raise
            fault = fault or error
            continue
        if tried.zeroed_accuracy > zeroed:
            raise StudentFault(
                Why.WRONG,
                f"With all weights at zero the network still answers {tried.zeroed_accuracy:.1%} of {points.name} rightly.",
                hint=f"The outputs must be computed from `.{attribute}` of the parameters, each time anew.",
                expected=f"at most {zeroed:.0%}",
                actual=f"{tried.zeroed_accuracy:.1%}",
            )
        if best is None or tried.accuracy > best.accuracy:
            best = tried
        if tried.accuracy >= full:
            break
    if best is None:
        raise fault or ValueError("there must be at least one setting to try")
    return best


def show(notes: Notes, points: Points, tried: Trial) -> None:
    """Leave the learning curve and the picture of a trial for the report."""
    losses = as_losses(tried.losses)
    if losses is not None:
        notes.curve(f"Loss on {points.name}", losses)
    notes.scatter(f"Ground truth and predictions on {points.name}", points.inputs, points.targets, tried.predictions)


def as_losses(value: Any) -> Floats | None:
    """Return what ``train`` returned as numbers, or None when it is nothing of the kind."""
    try:
        array = as_array(value, (0,), what="The losses")
    except StudentFault:
        return None
    return array.astype(np.float64) if array.ndim == 1 and array.size and array.dtype.kind in "iuf" else None
