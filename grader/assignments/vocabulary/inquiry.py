"""Questions to a network before and after its training, which show whether it has learned, and whether by its weights.

A submission cannot know the questions: their number, the number of inputs in each, which inputs are from the training
set and which are new ones that follow its rule, and the weights at which they are asked, come from the judge's
generator. So a submission that answers from a memory is wrong somewhere, or always computes.

If no way to read its weights explains a network's answers, it is asked for less: one that always computes differently
loses points where ``forward`` is judged, and not again here. It must give the same answers as before the training at
the weights from then, the same as a new network with its weights, and nearly the same at nearly the same weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.assignments.vocabulary.parameters import drawn
from grader.assignments.vocabulary.points import Points
from grader.assignments.vocabulary.weights import TOLERANCE, Compute, Question, Shapes, explaining
from grader.checks import Deferred, Floats, Program, Student, StudentFault, Why, expect_array

SCALE = 0.7
# Nearly the same weights: so much of each is added, and so much may a probability change.
NEAR = 1e-5
JUMP = 0.1
ANSWERS = "What the trained network returns"
# Adds a question to a program; returns the probabilities, or what is to become them.
Put = Callable[[Program, Question], Deferred]
Judged = Callable[[Any], Any]


def ask(student: Student, said: str, put: Put, questions: Sequence[Question], rng: np.random.Generator) -> list[Any]:
    """Ask the questions in a drawn order with one request; return the answers in the given one."""
    order = rng.permutation(len(questions))
    program = student.program(said)
    for number in order:
        program.keep(put(program, questions[number]))
    came = dict(zip(order.tolist(), program.run(), strict=True))
    return [came[number] for number in range(len(questions))]


@dataclass
class Inquiry:
    """The questions for one network, and what is known of it.

    Attributes
    ----------
    student : Student
    what : str
        What the network is called in messages.
    put : callable
    points : Points
        The training set.
    rng : numpy.random.Generator
    shapes : sequence of tuple
        Of its parameters.
    attribute : str
        Where these have their values.
    as_probabilities : callable
        Makes probabilities of what a network returns, where they are real numbers.
    """

    student: Student
    what: str
    put: Put
    points: Points
    rng: np.random.Generator
    shapes: Shapes
    attribute: str = "value"
    as_probabilities: Judged = lambda outputs: outputs
    compute: Compute | None = None
    _asked: list[tuple[Question, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        fresh_inputs, fresh_targets = self.points.fresh(self.rng, int(self.rng.integers(60, 100)))
        self.inputs = np.concatenate([self.points.inputs, fresh_inputs])
        self.targets = np.concatenate([self.points.targets, fresh_targets])
        cuts = np.sort(self.rng.integers(1, len(self.inputs), int(self.rng.integers(1, 4))))
        self.batches = [each for each in np.split(self.rng.permutation(len(self.inputs)), cuts) if len(each)]

    def natural(self) -> list[Question]:
        """Return the questions for the trained network as it is: training points and fresh ones, mixed, in some batches."""
        return [Question(None, self.inputs[batch]) for batch in self.batches]

    def begin(self, starts: Sequence[Floats], computes: Sequence[Compute]) -> None:
        """Ask before training: at drawn weights, and at those where it is to start."""
        questions = [Question(drawn(self.rng, self.shapes, SCALE), self._some()) for _ in range(self._few())]
        questions.append(Question(starts, self._some()))
        answers = self._ask(f"{self.what} with drawn weights", questions)
        self.compute = explaining(computes, questions, answers)
        self._asked = list(zip(questions, answers, strict=True))

    def gathered(self, outputs: Sequence[Any]) -> Floats:
        """Return the answers to ``natural`` in the order of the inputs.

        Raises
        ------
        StudentFault
            When one is no column of numbers.
        """
        whole = np.empty((len(self.inputs), 1))
        for batch, output in zip(self.batches, outputs, strict=True):
            whole[batch] = expect_array(output, (len(batch), 1), what=ANSWERS)
        return whole

    def finish(self, ends: Sequence[Any], outputs: Sequence[Any], new: Callable[[], Put]) -> Floats:
        """Ask after training, and judge all answers; return the probabilities (n, 1) of the training points with all weights at zero.

        Parameters
        ----------
        ends : sequence
            The values of the parameters that training has left.
        outputs : sequence
            The answers to ``natural``, as they came.
        new : callable
            Makes another network, and returns what puts questions to it.

        Raises
        ------
        StudentFault
            When an answer is not what the weights give.
        """
        what = f"The `{self.attribute}` of a parameter after training"
        values = [expect_array(end, shape, what=what) for end, shape in zip(ends, self.shapes, strict=True)]
        near = [value * (1.0 + NEAR * self.rng.standard_normal(value.shape)) for value in values]
        half = [float(self.rng.uniform(0.4, 0.9)) * value for value in values]
        zeros = Question([np.zeros(shape) for shape in self.shapes], self.inputs)
        same = self._some()
        before = [question for question, _ in self._asked]
        later = [Question(values, same), Question(near, same), Question(half, self._some()), zeros, *before]
        answers = self._ask(f"{self.what} after training", later)
        known = [
            (Question(values, question.inputs), self.as_probabilities(output))
            for question, output in zip(self.natural(), outputs, strict=True)
        ]
        if self.compute is not None:
            for question, answer in (*known, *zip(later, answers, strict=True)):
                assert question.values is not None
                self._follows(answer, self.compute(question.values, question.inputs), "the weights give")
        else:
            for answer, (_, earlier) in zip(answers[4:], self._asked, strict=True):
                self._follows(answer, earlier, "it answered with the same weights before training")
            self._follows(answers[1], answers[0], "it answers with nearly the same weights", JUMP)
            other = ask(self.student, f"a new {self.what} with these weights", new(), later[:1], self.rng)
            self._follows(answers[0], self.as_probabilities(other[0]), "a new network with the same weights answers")
        return expect_array(answers[3], (len(self.inputs), 1), what=ANSWERS)[: len(self.points.inputs)]

    def accuracies(self, predictions: NDArray[np.int64]) -> tuple[float, float]:
        """Return the shares of right answers among the training points and among the fresh ones."""
        right, trained = predictions == self.targets[:, 0], len(self.points.inputs)
        return float(np.mean(right[:trained])), float(np.mean(right[trained:]))

    def _ask(self, said: str, questions: Sequence[Question]) -> list[Any]:
        return [self.as_probabilities(each) for each in ask(self.student, said, self.put, questions, self.rng)]

    def _some(self) -> Floats:
        """Return drawn inputs: some of the training set, some fresh, some from anywhere around."""
        known = self.inputs[self.rng.permutation(len(self.inputs))[: int(self.rng.integers(3, 20))]]
        around = self.rng.uniform(-0.5, 1.5, (int(self.rng.integers(3, 12)), self.inputs.shape[1]))
        return self.rng.permutation(np.concatenate([known, around]))

    def _few(self) -> int:
        return int(self.rng.integers(2, 4))

    def _follows(self, answer: Any, right: Any, source: str, tolerance: float = TOLERANCE) -> None:
        if not isinstance(right, np.ndarray) or right.dtype.kind != "f":
            return
        came = expect_array(answer, right.shape, what=ANSWERS)
        error = np.abs(came - right).max(axis=1)
        worst = int(np.argmax(error))
        if error[worst] <= tolerance:
            return
        raise StudentFault(
            Why.WRONG,
            f"After training, the network does not answer by its weights: for one of the inputs {source} {right[worst, 0]:.4g}, "
            f"but it answers {came[worst, 0]:.4g}.",
            hint=f"The outputs must be computed from `.{self.attribute}` of the parameters, each time anew.",
            expected=f"{right[worst, 0]:.4g}",
            actual=f"{came[worst, 0]:.4g}",
        )
