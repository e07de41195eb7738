"""Trains a student's own network with settings of the judge and counts right answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.assignments.vocabulary.inquiry import Inquiry, ask
from grader.assignments.vocabulary.parameters import drawn, parameters_of, values_of
from grader.assignments.vocabulary.points import Points
from grader.assignments.vocabulary.symptoms import measures, symptom
from grader.assignments.vocabulary.training import one_step
from grader.assignments.vocabulary.weights import Question, explaining, layered
from grader.checks import (
    Deferred,
    Diagnosis,
    Floats,
    Notes,
    Program,
    Student,
    StudentFault,
    Why,
    as_array,
    call_label,
    expect_array,
    expect_object,
)

# The sizes of which `check_build_network` asks networks, so that nobody can be wrong there and right here.
ELSEWHERE = (3, 5, 4)
# The least cosine between two moves, and the least ratio of their lengths, that count as one way.
ALONG = 0.3
FAR = 0.01
TINY = 1e-3
# Of what has learned less, nobody asks how it was trained.
LEARNED = 0.8
# A training is cut into about twice as many stretches.
STRETCHES = 20


@dataclass(frozen=True)
class Trial:
    """One training.

    Attributes
    ----------
    accuracy : float
        The share of right answers for the training set.
    fresh : float
        The share of right answers for new points of the same rule.
    predictions : ndarray, shape (n,)
        For the training set.
    losses : object
        As they came.
    zeroed_accuracy : float
        The share with all weights at zero.
    symptom : Diagnosis or None
        What the training shows, for when it did not learn enough.
    measured : sequence of (str, str)
        What was measured of it, for the same case.
    """

    accuracy: float
    fresh: float
    predictions: NDArray[np.int64]
    losses: Any
    zeroed_accuracy: float
    symptom: Diagnosis | None = None
    measured: Sequence[tuple[str, str]] = ()


Attempt = Callable[[Student, Points, Mapping[str, Any], np.random.Generator], Trial]


@dataclass(frozen=True)
class Built:
    """What `build_network` returned, its parameters in its own order, and the arrays that they hold."""

    what: str
    own: Any
    parameters: Sequence[Any]
    values: Sequence[np.ndarray]

    @classmethod
    def by(cls, student: Student, sizes: Sequence[int], activation: str) -> Built:
        """Have the student's function make a network of these sizes."""
        what = call_label("build_network", (*sizes, activation), {})
        network = student.build_network(*sizes, activation)
        network = expect_object(network, f"What `{what}` returns", "a Sequential")
        parameters = parameters_of(student, network, what)
        return cls(what, network, parameters, values_of(student, parameters, what))

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the parameters."""
        return [value.shape for value in self.values]

    def assign(self, program: Program, values: Sequence[Floats]) -> Deferred:
        """Give the parameters values at this point of a program; return the network for use in it."""
        for parameter, value in zip(self.parameters, values, strict=True):
            program.on(parameter).value = value
        return program.on(self.own)

    def keep(self, program: Program) -> None:
        """Ask for the values of the parameters at this point of a program."""
        for parameter in self.parameters:
            program.keep(program.on(parameter).value)

    def grads(self, student: Student) -> list[Any]:
        """Return the gradients of the parameters as they are, none where they cannot be read."""
        program = student.program("the gradients of the parameters")
        for parameter in self.parameters:
            program.keep(program.on(parameter).grad)
        try:
            return program.run()
        except StudentFault as fault:
            if fault.fatal:
                raise
            return []

    def put(self, program: Program, question: Question) -> Deferred:
        """Add a question to a program."""
        own = program.on(self.own) if question.values is None else self.assign(program, question.values)
        return own.forward(question.inputs)


def trial(student: Student, points: Points, setting: Mapping[str, Any], rng: np.random.Generator) -> Trial:
    """Build a network, give it drawn weights, train it on the points, and have it answer for them and for new ones.

    Parameters
    ----------
    setting : mapping
        ``activation``, ``hidden_units``, ``learning_rate``, ``epochs``; ``bias_scale`` is the standard deviation of the drawn biases,
        0 unless given; that of the weights is 1.

    Raises
    ------
    StudentFault
        When something raises, a value is not what it must be, or an answer is not what the weights give.
    """
    hidden = rng.spawn(1)[0]
    activation, sizes = setting["activation"], (2, setting["hidden_units"], 1)
    network = Built.by(student, sizes, activation)
    starts = []
    for value in network.values:
        scale = 1.0 if value.ndim > 1 else setting.get("bias_scale", 0.0)
        starts.append(scale * rng.standard_normal(value.shape))
    inquiry = Inquiry(student, network.what, network.put, points, hidden, network.shapes)
    inquiry.begin(starts, layered(network.shapes, sizes, activation))
    if inquiry.compute is None and computes_elsewhere(student, activation, hidden):
        raise differs(network.what)
    training = Training.drawn(hidden, network, points, setting)
    losses, ends, outputs = training.run(
        student, starts, inquiry.natural(), lambda came: enough(inquiry, came, setting)
    )
    try:
        trained = inquiry.gathered(outputs)
    except StudentFault as fault:
        fault.diagnosis = symptom(losses, None)
        raise
    without = inquiry.finish(ends, outputs, lambda: Built.by(student, sizes, activation).put)
    accuracy, fresh = inquiry.accuracies(classes(trained))
    if accuracy > LEARNED:
        training.expect_steps(student)
    known = trained[: len(points.inputs)]
    shown = symptom(losses, known, starts, ends)
    seen: list[tuple[str, str]] = []
    if accuracy < LEARNED:
        units: list[Floats] = []
        if inquiry.compute is not None:
            inquiry.compute(ends, points.inputs, units)
        seen = measures(losses, known, units, activation, network.grads(student))
    return Trial(accuracy, fresh, classes(known), losses, points.accuracy(classes(without)), shown, seen)


def enough(inquiry: Inquiry, outputs: Sequence[Any], setting: Mapping[str, Any], threshold: float = 0.5) -> bool:
    """Return whether a network answers as rightly as it must, so that it need not be trained any longer.

    Parameters
    ----------
    outputs : sequence
        The answers to ``inquiry.natural()``, as they came.
    setting : mapping
        The shares ``full`` and ``fresh`` that it must reach; without them nothing is enough.
    threshold : float
        What an output of class 1 is above.
    """
    try:
        predictions = (inquiry.gathered(outputs)[:, 0] >= threshold).astype(np.int64)
    except StudentFault:
        return False
    accuracy, fresh = inquiry.accuracies(predictions)
    return bool(accuracy >= setting.get("full", np.inf) and fresh >= setting.get("fresh", np.inf))


def computes_elsewhere(student: Student, activation: str, rng: np.random.Generator) -> bool:
    """Return whether a network of other sizes answers as its weights say."""
    network = Built.by(student, ELSEWHERE, activation)
    question = Question(drawn(rng, network.shapes), rng.standard_normal((4, ELSEWHERE[0])))
    answers = ask(student, f"`{network.what}.forward`", network.put, [question], rng)
    return explaining(layered(network.shapes, ELSEWHERE, activation), [question], answers) is not None


def differs(what: str) -> StudentFault:
    """Return the fault for a network that does not compute what networks of other sizes compute."""
    return StudentFault(
        Why.WRONG,
        f"`{what}` does not answer by its weights, although a network of other sizes does.",
        hint="The outputs must be computed from the parameters in the same way for networks of all sizes.",
    )


@dataclass
class Training:
    """One training by the student's ``train``, in many drawn stretches, of which one is done again step by step.

    Nobody can tell which one that is, so ``train`` must do the same in all of them. Once that one is over, the training ends as soon as the
    network answers rightly: who computes slowly need not do in vain what was enough long before.
    """

    network: Built
    points: Points
    learning_rate: float
    stretches: Sequence[int]
    looked: int
    pushes: Sequence[Floats]
    _before: Sequence[Any] = ()
    _after: Sequence[Any] = ()

    @classmethod
    def drawn(cls, rng: np.random.Generator, network: Built, points: Points, setting: Mapping[str, Any]) -> Training:
        """Return a training by a setting."""
        epochs = setting["epochs"]
        longest = max(epochs // STRETCHES, 1)
        sizes = np.cumsum(rng.integers(1, longest + 1, epochs))
        cuts = [0, *sizes[sizes < epochs].tolist(), epochs]
        early = sum(cut <= epochs / 4 for cut in cuts)
        looked, pushes = int(rng.integers(early)), drawn(rng, network.shapes)
        return cls(network, points, setting["learning_rate"], np.diff(cuts).tolist(), looked, pushes)

    def run(
        self,
        student: Student,
        starts: Sequence[Floats],
        questions: Sequence[Question],
        enough: Callable[[Sequence[Any]], bool],
    ) -> tuple[Floats | None, list[Any], list[Any]]:
        """Train from given values; return the losses, the values at the end, and the answers of the trained network.

        Parameters
        ----------
        enough : callable
            Given the answers, says whether the training may end.

        Raises
        ------
        StudentFault
            When something raises.
        """
        network, points, size = self.network, self.points, len(self.network.parameters)
        said = f"training {network.what} for {sum(self.stretches)} epochs on {points.name}"
        program = student.program(said)
        _, *parts = self._parts(program, starts)
        for part, label in zip(parts, ("BCELoss", "SGD"), strict=True):
            program.keep(part, label)
        loss, optimizer = program.run()
        losses: list[Any] = []
        for number, epochs in enumerate(self.stretches):
            program, around = student.program(said), size if number == self.looked else 0
            if around:
                network.keep(program)
            own, *parts = (program.on(part) for part in (network.own, loss, optimizer))
            program.keep(program.train(own, *parts, points.inputs, points.targets, epochs))
            if around:
                network.keep(program)
            for question in questions:
                program.keep(network.put(program, question))
            came = program.run()
            losses.append(came[around])
            outputs = came[2 * around + 1 :]
            if around:
                self._before, self._after = came[:size], came[size + 1 : 2 * size + 1]
            if number >= self.looked and enough(outputs):
                break
        program = student.program(said)
        network.keep(program)
        return joined(losses), program.run(), outputs

    def expect_steps(self, student: Student) -> None:
        """Make sure that one stretch of ``train`` went where steps of the student's own parts go, and that ``step`` follows gradients.

        How far it went does not matter here, nor whether the gradients are right: other checks judge that.

        Raises
        ------
        StudentFault
            When it went elsewhere: then something else has moved the weights.
        """
        befores, afters = self._values(self._before), self._values(self._after)
        if self._as_by_hand(student, befores, moved(afters, befores), 1.0):
            return
        # In tiny steps, all orders of them, and all batches, lead the same way.
        program = student.program("train with a small learning rate")
        own, loss, optimizer = self._parts(program, befores, TINY)
        program.train(own, loss, optimizer, self.points.inputs, self.points.targets, self.stretches[self.looked])
        self.network.keep(program)
        if self._as_by_hand(student, befores, moved(self._values(program.run()), befores), TINY):
            return
        raise StudentFault(
            Why.WRONG,
            "`train` does not move the weights as forward, backward and step do, one after the other.",
            hint="For each batch: forward of network and loss, backward of loss and network, then one step.",
        )

    def _values(self, values: Sequence[Any]) -> list[Floats]:
        what = "The `value` of a parameter while training"
        return [expect_array(value, shape, what=what) for value, shape in zip(values, self.network.shapes, strict=True)]

    def _parts(
        self, program: Program, values: Sequence[Floats], share: float = 1.0
    ) -> tuple[Deferred, Deferred, Deferred]:
        own = self.network.assign(program, values)
        return own, program.BCELoss(), program.SGD(own.parameters(), share * self.learning_rate)

    def _as_by_hand(self, student: Student, befores: Sequence[Floats], train: Floats, share: float) -> bool:
        """Return whether a move of ``train`` is along that of single steps, and a step on drawn gradients goes against these."""
        try:
            came = self._by_hand(student, befores, share, True)
        except StudentFault as fault:
            if fault.fatal:
                raise
            came = self._by_hand(student, befores, share, False)
        stepped, pushed = self._values(came[: len(befores)]), self._values(came[len(befores) :])
        downhill = -share * self.learning_rate * np.concatenate([np.ravel(push) for push in self.pushes])
        return along(moved(stepped, befores), train) and along(downhill, moved(pushed, stepped))

    def _by_hand(self, student: Student, befores: Sequence[Floats], share: float, zeroes: bool) -> list[Any]:
        program = student.program("forward, loss, backward and step, one after the other")
        own, loss, optimizer = self._parts(program, befores, share)
        for _ in range(self.stretches[self.looked]):
            one_step(own, loss, optimizer, self.points.inputs, self.points.targets, zeroes)
        self.network.keep(program)
        for parameter, push in zip(self.network.parameters, self.pushes, strict=True):
            program.on(parameter).grad = push
        optimizer.step()
        self.network.keep(program)
        return program.run()


def moved(new: Sequence[Floats], old: Sequence[Floats]) -> Floats:
    """Return how far values have moved, as one vector."""
    return np.concatenate([np.ravel(one - other) for one, other in zip(new, old, strict=True)])


def along(wanted: Floats, move: Floats) -> bool:
    """Return whether a move goes roughly where another one goes, and not hundred times less far."""
    far, own = float(np.linalg.norm(wanted)), float(np.linalg.norm(move))
    return far > 0.0 and FAR * far <= own and float(wanted @ move) >= ALONG * far * own


def joined(losses: Sequence[Any]) -> Floats | None:
    """Return the losses of the stretches of one training as numbers, None when one is nothing of the kind."""
    rows = [as_losses(row) for row in losses]
    return None if any(row is None for row in rows) else np.concatenate([row for row in rows if row is not None])


def classes(probabilities: Floats) -> NDArray[np.int64]:
    """Return the classes (n,) that probabilities (n, 1) stand for."""
    return (probabilities[:, 0] >= 0.5).astype(np.int64)


def best_trial(
    student: Student,
    points: Points,
    settings: Sequence[Mapping[str, Any]],
    rng: np.random.Generator,
    *,
    full: float,
    zeroed: float,
    fresh: float,
    attempt: Attempt = trial,
    attribute: str = "value",
) -> Trial:
    """Try the settings in turn until one trial reaches ``full``, and ``fresh`` for new points; return the best.

    A trial whose network answers better than ``zeroed`` with all weights at zero does not count: it has not learned.
    ``attempt`` makes one trial; ``attribute`` is where parameters have their values.

    Raises
    ------
    StudentFault
        When no trial ran to its end, the fault of the first; or when a network answers without its weights.
    """

    def rank(tried: Trial) -> tuple[bool, float]:
        return tried.fresh >= fresh, tried.accuracy

    best: Trial | None = None
    fault: StudentFault | None = None
    for setting in settings:
        try:
            tried = attempt(student, points, {**setting, "full": full, "fresh": fresh}, rng)
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
        if best is None or rank(tried) > rank(best):
            best = tried
        if tried.accuracy >= full and tried.fresh >= fresh:
            break
    if best is None:
        raise fault or ValueError("there must be at least one setting to try")
    return best


def show(notes: Notes, points: Points, tried: Trial) -> None:
    """Add the learning curve and the scatter plot of a trial to the report."""
    losses = as_losses(tried.losses)
    if losses is not None:
        notes.curve(f"Loss on {points.name}", losses)
    notes.scatter(f"Ground truth and predictions on {points.name}", points.inputs, points.targets, tried.predictions)


def measure(notes: Notes, points: Points, tried: Trial, share: float) -> None:
    """Leave what was measured of a trial that did not answer a share of the points rightly."""
    for label, value in tried.measured if tried.accuracy < share else ():
        notes.measured(f"{label}, {points.name}", value)


def as_losses(value: Any) -> Floats | None:
    """Return what ``train`` returned as numbers, or None when it is nothing of the kind."""
    try:
        array = as_array(value, (0,), what="The losses")
    except StudentFault:
        return None
    return array.astype(np.float64) if array.ndim == 1 and array.size and array.dtype.kind in "iuf" else None
