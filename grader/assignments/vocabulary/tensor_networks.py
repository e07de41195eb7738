"""Layers, losses and networks of a student's tensors, with values that the judge has drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignments.vocabulary.inquiry import Inquiry, Put, ask
from grader.assignments.vocabulary.learning import (
    ELSEWHERE,
    LEARNED,
    Trial,
    along,
    as_losses,
    differs,
    enough,
    moved,
)
from grader.assignments.vocabulary.parameters import drawn, parameters_of, values_of
from grader.assignments.vocabulary.points import Points
from grader.assignments.vocabulary.symptoms import measures, symptom
from grader.assignments.vocabulary.weights import Compute, Question, Shapes, convolving, explaining, layered
from grader.checks import (
    Deferred,
    Evidence,
    Floats,
    Program,
    Student,
    StudentFault,
    StudentObject,
    Why,
    call_label,
    expect_array,
    expect_object,
)

WANTED = "a Tensor with `data` and `grad`"
# The results of a program live until it ends, and each loss holds on to the graph of its epoch.
EPOCHS_AT_ONCE = 20
# Adam moves a parameter by at most about three learning rates.
LONGEST = 10.0
DRAWN = "Draw the weights of every layer from the argument `rng`; when it is None, from a generator without a seed."
UNMOVED = "Is it used in the calculation, and does it have `requires_grad`?"


@dataclass(frozen=True)
class Built:
    """A student's network: what it is called in messages, itself, its parameters in their own order, the arrays that they hold."""

    what: str
    own: StudentObject
    parameters: Sequence[StudentObject]
    values: Sequence[np.ndarray]

    def assign(self, program: Program, values: Sequence[Floats]) -> Deferred:
        """Give the parameters values at this point of a program; return the network for use in it."""
        for parameter, value in zip(self.parameters, values, strict=True):
            program.on(parameter).data = value
        return program.on(self.own)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the parameters."""
        return [value.shape for value in self.values]

    def keep(self, program: Program, attribute: str = "data") -> None:
        """Ask for the values, or the gradients, of the parameters at this point of a program."""
        for parameter in self.parameters:
            program.keep(getattr(program.on(parameter), attribute))

    def put(self, program: Program, question: Question) -> Deferred:
        """Add a question to a program."""
        own = program.on(self.own) if question.values is None else self.assign(program, question.values)
        return own(program.Tensor(question.inputs)).data


def built(student: Student, name: str, arguments: Sequence[Any]) -> Built:
    """Return a student's network of a class, with its parameters.

    Raises
    ------
    StudentFault
        When it cannot be made, or its parameters are no tensors.
    """
    what = call_label(name, arguments, {})
    made = expect_object(student.named(name), f"`{name}`", "a class")
    own = expect_object(made(*arguments), f"`{what}`", "a network")
    parameters = parameters_of(student, own, what, WANTED)
    return Built(what, own, parameters, values_of(student, parameters, what, "data"))


def in_either_form(judge: Callable[[Callable[[Program, Floats], Any]], None]) -> None:
    """Judge with targets that are tensors, and where this does not pass with targets that are arrays.

    Raises
    ------
    StudentFault
        When neither passes: the fault of the tensors.
    """
    try:
        judge(lambda program, targets: program.Tensor(targets))
    except StudentFault as fault:
        if fault.fatal:
            raise
        try:
            judge(lambda program, targets: targets)
        except StudentFault:
            raise fault from None


def trial(name: str) -> Callable[[Student, Points, Mapping[str, Any], np.random.Generator], Trial]:
    """Return what trains a network of a class once and has it answer for the points, and for new ones.

    A setting has ``arguments`` of the class, ``optimizer`` and ``loss`` by name, ``learning_rate``, ``epochs``; the weights are
    drawn from N(0, 1), the biases are 0. An ``MLP`` has ``activation`` as well.
    """

    def train(student: Student, points: Points, setting: Mapping[str, Any], rng: np.random.Generator) -> Trial:
        hidden = rng.spawn(1)[0]
        network = built(student, name, setting["arguments"])
        starts = [rng.standard_normal(v.shape) if v.ndim > 1 else np.zeros(v.shape) for v in network.values]
        tried: list[Trial] = []

        def once(form: Callable[[Program, Floats], Any]) -> None:
            inquiry = Inquiry(student, network.what, network.put, points, hidden, network.shapes, "data", sigmoid)
            inquiry.begin(starts, readings(name, network.shapes, setting))
            if inquiry.compute is None and name == "MLP" and computes_elsewhere(student, hidden):
                raise differs(network.what)
            again = lambda: built(student, name, setting["arguments"]).put  # noqa: E731
            tried.append(_trained(student, network, starts, setting, form, inquiry, again))

        in_either_form(once)
        return tried[-1]

    return train


def readings(name: str, shapes: Shapes, setting: Mapping[str, Any]) -> list[Compute]:
    """Return the ways to read the parameters of a network of a class."""
    if name == "MLP":
        return layered(shapes, tuple(setting["arguments"]), setting["activation"])
    return convolving(shapes, *setting["arguments"])


def computes_elsewhere(student: Student, rng: np.random.Generator) -> bool:
    """Return whether an ``MLP`` of other sizes answers as its weights say."""
    network = built(student, "MLP", ELSEWHERE)
    question = Question(drawn(rng, network.shapes), rng.standard_normal((6, ELSEWHERE[0])))
    answers = [sigmoid(each) for each in ask(student, f"{network.what}(inputs)", network.put, [question], rng)]
    return explaining(layered(network.shapes, ELSEWHERE, "tanh"), [question], answers) is not None


def _trained(
    student: Student,
    network: Built,
    starts: Sequence[Floats],
    setting: Mapping[str, Any],
    form: Callable[[Program, Floats], Any],
    inquiry: Inquiry,
    again: Callable[[], Put],
) -> Trial:
    points = inquiry.points
    # Above and below zero, as logits are.
    targets = 2.0 * points.targets - 1.0 if setting["loss"] == "MSELoss" else points.targets
    program = student.program(f"{setting['optimizer']}({network.what}.parameters(), {setting['learning_rate']:g})")
    own = network.assign(program, starts)
    for name, arguments in (
        (setting["optimizer"], (own.parameters(), setting["learning_rate"])),
        (setting["loss"], ()),
    ):
        program.keep(getattr(program, name)(*arguments), name)
    optimizer, criterion = program.run()
    said = f"training {network.what} for {setting['epochs']} epochs on {points.name}"

    def epochs(number: int, looks: bool = False, asks: bool = False) -> Program:
        program = student.program(said)
        inputs, wanted = program.Tensor(points.inputs), form(program, targets)
        for _ in range(number):
            program.on(optimizer).zero_grad()
            loss = program.on(criterion)(program.on(network.own)(inputs), wanted)
            loss.backward()
            if looks:
                network.keep(program)
                network.keep(program, "grad")
            program.on(optimizer).step()
            program.keep(loss.data)
        for question in inquiry.natural() if asks else ():
            program.keep(network.put(program, question))
        return program

    # One epoch, of which nobody knows when it comes, is looked at more closely.
    first = int(inquiry.rng.integers(1, EPOCHS_AT_ONCE))
    whole, rest = divmod(setting["epochs"] - first - 1, EPOCHS_AT_ONCE)
    losses: list[Any] = epochs(first).run()
    looked, size = epochs(1, looks=True), len(starts)
    network.keep(looked)
    step = looked.run()
    losses.append(step[2 * size])
    repeated = epochs(EPOCHS_AT_ONCE, asks=True)
    # The same steps, again and again, until it is enough.
    for program in [*[repeated] * whole, epochs(rest, asks=True)]:
        came = program.run()
        losses, outputs = losses + came[: -len(inquiry.batches)], came[-len(inquiry.batches) :]
        if enough(inquiry, outputs, setting, threshold=0.0):
            break
    program = student.program(f"{network.what} after training")
    network.keep(program)
    ends = program.run()
    trained = inquiry.gathered(outputs)
    without = inquiry.finish(ends, outputs, again)
    curve = [as_loss(value) for value in losses]
    # What trainings show is told of probabilities, which are on one side of 0.5 where logits are on one side of 0.
    known = trained[: len(points.inputs)]
    shown = symptom(as_losses(curve), known + 0.5)
    accuracy, fresh = inquiry.accuracies((trained[:, 0] > 0.0).astype(np.int64))
    if accuracy > LEARNED:
        expect_stepped(network, step[:size], step[size : 2 * size], step[2 * size + 1 :], setting)
    zeroed = points.accuracy((without[:, 0] > 0.5).astype(np.int64))
    units: list[Floats] = []
    if network.what.startswith("MLP") and inquiry.compute is not None and accuracy < LEARNED:
        inquiry.compute(ends, points.inputs, units)
    seen = (
        measures(as_losses(curve), known, units, setting.get("activation", ""), step[size : 2 * size])
        if accuracy < LEARNED
        else []
    )
    return Trial(accuracy, fresh, (known[:, 0] > 0.0).astype(np.int64), curve, zeroed, shown, seen)


def expect_stepped(
    network: Built, befores: Sequence[Any], grads: Sequence[Any], afters: Sequence[Any], setting: Mapping[str, Any]
) -> None:
    """Make sure that a step of an optimizer moved the parameters as far as it may, and SGD against their gradients.

    Whether the gradients, and the step, are right does not matter here: other checks judge that.

    Raises
    ------
    StudentFault
        When something else has moved them, or nothing.
    """
    what = "The `data` of a parameter while training"
    old, new = (
        [expect_array(v, s, what=what) for v, s in zip(each, network.shapes, strict=True)] for each in (befores, afters)
    )
    move, name = moved(new, old), setting["optimizer"]
    holds = (
        bool(0.0 < np.max(np.abs(move)) <= LONGEST * setting["learning_rate"]) if name == "Adam" else bool(move.any())
    )
    plain = all(isinstance(grad, np.ndarray) and grad.dtype.kind == "f" for grad in grads)
    if name == "SGD" and plain and [grad.shape for grad in grads] == network.shapes:
        holds = along(-setting["learning_rate"] * moved(grads, [np.zeros(())] * len(grads)), move)
    if not holds:
        raise StudentFault(
            Why.WRONG,
            f"`{name}.step` does not move the parameters of `{network.what}` by their gradients while it is trained.",
            hint="Only `step` may change `.data` of the parameters, by what `backward` has left in `.grad`.",
        )


def sigmoid(logits: Any) -> Any:
    """Return the probabilities of logits; what is no array of real numbers comes back as it is."""
    if isinstance(logits, np.ndarray) and logits.dtype.kind in "iuf":
        return 0.5 + 0.5 * np.tanh(0.5 * logits.astype(np.float64))
    return logits


def as_loss(value: Any) -> float:
    """Return what came for a loss as a number, nan when it is none."""
    if (
        isinstance(value, (float, np.ndarray, np.generic))
        and np.size(value) == 1
        and np.asarray(value).dtype.kind in "iuf"
    ):
        return float(np.ravel(value)[0])
    return float("nan")


def expect_moves(student: Student, network: Built, inputs: Floats, rng: np.random.Generator) -> None:
    """Make sure that one step of gradient descent, from drawn values, moves every parameter of a network.

    Raises
    ------
    StudentFault
        When one stays where it is.
    """
    starts = [rng.standard_normal(value.shape) for value in network.values]
    program = student.program(f"one step of SGD for {network.what}")
    own = network.assign(program, starts)
    optimizer = program.SGD(own.parameters(), 0.1)
    outputs = own(program.Tensor(inputs))
    (outputs * outputs).mean().backward()
    optimizer.step()
    for parameter in network.parameters:
        program.keep(program.on(parameter).data)
    what = f"`data` of a parameter of `{network.what}`"
    values = [expect_array(value, start.shape, what=what) for start, value in zip(starts, program.run(), strict=True)]
    moved = [not np.array_equal(value, start) for start, value in zip(starts, values, strict=True)]
    if not all(moved):
        shape = starts[moved.index(False)].shape
        raise StudentFault(
            Why.WRONG,
            f"One step of SGD leaves the parameter of shape {shape} of `{network.what}` as it was.",
            hint=UNMOVED,
            expected="another value",
            actual="the same value",
            evidence=Evidence(f"`{network.what}`: which parameters move", np.array(moved)),
        )


def expect_own_parameters(student: Student, name: str, arguments: Sequence[Any], rng: np.random.Generator) -> None:
    """Make sure that the parameters of a layer are its own weight and bias, drawn from ``rng`` or from fresh entropy.

    Raises
    ------
    StudentFault
        When one is missing, when there are others, or when the weight comes from elsewhere.
    """
    what = call_label(name, arguments, {})
    program = student.program(what)
    program.keep(getattr(program, name)(*arguments), what)
    (layer,) = program.run()
    own = [expect_object(getattr(layer, word), f"`{what}.{word}`", WANTED) for word in ("weight", "bias")]
    marks = [rng.standard_normal(value.shape) for value in values_of(student, own, what, "data")]
    for parameter, mark in zip(own, marks, strict=True):
        parameter.data = mark
    given = parameters_of(student, layer, what, WANTED)
    values = values_of(student, given, what, "data")
    found = [[value.shape == mark.shape and np.allclose(value, mark, rtol=1e-4) for value in values] for mark in marks]
    # What is assigned to the parameters must show in the layer as well.
    for parameter, value in zip(given, values, strict=True):
        parameter.data = value + 1.0
    after = values_of(student, own, what, "data")
    kept = all(
        value.shape == mark.shape and np.allclose(value, mark + 1.0, rtol=1e-4)
        for value, mark in zip(after, marks, strict=True)
    )
    if len(values) != len(marks) or not all(map(any, found)) or not kept:
        raise StudentFault(
            Why.WRONG,
            f"`{what}.parameters()` must be the layer's own weight and bias, and nothing else, but it has {len(values)} "
            f"parameters, among them {sum(map(any, found)) if kept else 'copies'} of these two.",
            hint="The tensors themselves must be in it, no copies.",
            evidence=Evidence(f"{name}.parameters", np.array([len(values), *map(any, found)])),
        )
    first, second = (int(seed) for seed in rng.integers(2**32, size=2))
    program = student.program(what)
    for options in (*({"rng": student.generator(seed)} for seed in (first, first, second)), {}, {}):
        program.keep(getattr(program, name)(*arguments, **options).weight.data)
    expect_seeds(program.run(), f"layers `{what}`", name)


def expect_drawn(student: Student, name: str, arguments: Sequence[Any], rng: np.random.Generator) -> None:
    """Make sure that networks begin with weights drawn from their argument ``rng``, or from fresh entropy without one.

    Raises
    ------
    StudentFault
        When networks made with generators of one seed answer differently, or others alike.
    """
    inputs = rng.standard_normal((6, 2))
    first, second = (int(seed) for seed in rng.integers(2**32, size=2))
    what = call_label(name, arguments, {})
    program = student.program(f"{what}(inputs)")
    for options in (*({"rng": student.generator(seed)} for seed in (first, first, second)), {}, {}):
        program.keep(getattr(program, name)(*arguments, **options)(program.Tensor(inputs)).data)
    answers = [expect_array(each, (6, 1), what=f"What `{what}` returns") for each in program.run()]
    expect_seeds(answers, f"networks `{what}`", name)


def expect_seeds(values: Sequence[Any], what: str, name: str) -> None:
    """Compare what came of five: two made with one seed, one with another seed, and two without a generator.

    Raises
    ------
    StudentFault
        When the first two differ, or others are alike.
    """
    one, same, other, free, another = values
    alike = [np.array_equal(*pair) for pair in ((one, same), (one, other), (free, another))]
    for holds, sentence in (
        (alike[0], f"Two {what} made with generators of one seed have different weights."),
        (not alike[1], f"Two {what} made with generators of different seeds have the same weights."),
        (not alike[2], f"Two {what} made without a generator have the same weights."),
    ):
        if not holds:
            evidence = Evidence(f"{name}: equal values", np.array(alike))
            raise StudentFault(Why.WRONG, sentence, hint=DRAWN, evidence=evidence)
