"""A student's ``train`` compared with the same steps done one by one with the student's own parts.

``train`` only combines parts that other checks judge, so it is compared with forward, loss, backward and step as the
student wrote them: a mistake in one of these costs points there, not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignments.vocabulary.parameters import expect_value, oriented
from grader.checks import (
    Deferred,
    Evidence,
    Floats,
    Program,
    Student,
    StudentFault,
    Why,
    as_array,
    expect_array,
    expect_number,
)

Layer = tuple[Any, ...]


@dataclass(frozen=True)
class Task:
    """What is trained: layers as class and arguments, values of weight and bias of the linear ones by turns, data, learning rate, loss.

    With ``twice`` the optimizer has every parameter two times, so that each step moves it twice, as no other optimizer would.
    """

    layers: tuple[Layer, ...]
    values: tuple[Floats, ...]
    inputs: Floats
    targets: Floats
    learning_rate: float
    loss: str = "MSELoss"
    twice: bool = False

    def start(
        self, program: Program, shapes: Sequence[tuple[int, ...]]
    ) -> tuple[Deferred, Deferred, Deferred, list[Deferred]]:
        """Make network, loss, optimizer and the parameters inside a program, with the values at which training starts."""
        made = [getattr(program, name)(*arguments) for name, *arguments in self.layers]
        linear = [layer for layer, (name, *_) in zip(made, self.layers, strict=True) if name == "Linear"]
        parameters = [parameter for layer in linear for parameter in (layer.weight, layer.bias)]
        for parameter, value, shape in zip(parameters, self.values, shapes, strict=True):
            parameter.value = oriented(value, shape)
        network = program.Sequential(made)
        moved = 2 * parameters if self.twice else network.parameters()
        return network, getattr(program, self.loss)(), program.SGD(moved, self.learning_rate), parameters

    def shapes(self, student: Student) -> list[tuple[int, ...]]:
        """Return the shapes that the student's parameters have."""
        program = student.program("Linear(in_features, out_features)")
        for name, *arguments in self.layers:
            if name == "Linear":
                layer = program.Linear(*arguments)
                program.keep(layer.weight.value)
                program.keep(layer.bias.value)
        return [expect_value(value, "The `value` of a parameter of `Linear`").shape for value in program.run()]


def one_step(
    network: Deferred, loss: Deferred, optimizer: Deferred, inputs: Any, targets: Any, zeroes: bool = True
) -> Deferred:
    """Add one update to a program, with or without ``zero_grad``; returns the loss before it."""
    # Written apart, so that no line of it is a line of an answer: students receive this file.
    outputs, update = network.forward(inputs), optimizer.step
    value = loss.forward(outputs, targets)
    if zeroes:
        optimizer.zero_grad()
    gradient = loss.backward()
    network.backward(gradient)
    update()
    return value


def by_hand(
    student: Student, task: Task, epochs: int, batch_size: int | None = None, *, must_learn: bool = True
) -> tuple[list[float], list[np.ndarray]]:
    """Train step by step; return the loss of each update and the one after all updates, and the values at the end.

    The batches come in the order of the samples; without a size there is one, of all samples. Unless ``must_learn``, the loss may stay.

    Raises
    ------
    StudentFault
        If something raises, a loss is not finite, or nothing is learned.
    """
    program = student.program("forward, loss, backward and step, one after the other")
    network, loss, optimizer, parameters = task.start(program, task.shapes(student))
    size = batch_size or len(task.inputs)
    starts = [start for _ in range(epochs) for start in range(0, len(task.inputs), size)]
    for start in starts:
        inputs, targets = (each[start : start + size] for each in (task.inputs, task.targets))
        program.keep(one_step(network, loss, optimizer, inputs, targets))
    program.keep(loss.forward(network.forward(task.inputs), task.targets))
    for parameter in parameters:
        program.keep(parameter.value)
    came = program.run()
    losses = [expect_number(value, what="The loss while training step by step") for value in came[: len(starts) + 1]]
    values = [expect_value(value, "The `value` of a parameter") for value in came[len(starts) + 1 :]]
    if must_learn and losses[0] == losses[-1]:
        raise StudentFault(
            Why.WRONG,
            f"The loss stays at {losses[0]:.6g} when forward, backward and step are called one after the other, so nothing is trained.",
            hint="See first that the gradients and the step of SGD are right.",
        )
    return losses, values


def trained(
    student: Student, task: Task, epochs: int, *, batch_size: int | None = None, seed: int | None = None
) -> tuple[list[float], list[np.ndarray], tuple[Any, Any]]:
    """Call ``train``; return its losses, the values at the end, and the inputs and targets afterwards.

    Raises
    ------
    StudentFault
        If something raises, or the losses are not one finite number for each epoch.

    Examples
    --------
    >>> layers = (("Linear", 2, 3), ("Sigmoid",), ("Linear", 3, 1))
    >>> values = tuple(rng.standard_normal(shape) for shape in ((2, 3), (3,), (3, 1), (1,)))
    >>> task = Task(layers, values, rng.random((7, 2)), rng.random((7, 1)), 0.1)
    >>> losses, after, arguments = trained(student, task, 4)
    >>> step_by_step, values_then = by_hand(student, task, 4)
    >>> np.allclose(losses, step_by_step[:-1]) or np.allclose(losses, step_by_step[1:])
    True
    """
    options: dict[str, Any] = {} if batch_size is None else {"batch_size": batch_size}
    if seed is not None:
        options["rng"] = student.generator(seed)
    said = "".join(f", {key}={'rng' if key == 'rng' else value}" for key, value in options.items())
    call = f"train(network, loss, optimizer, inputs, targets, {epochs}{said})"
    program = student.program(call)
    network, loss, optimizer, parameters = task.start(program, task.shapes(student))
    inputs, targets = program.hold(task.inputs), program.hold(task.targets)
    program.keep(program.train(network, loss, optimizer, inputs, targets, epochs, **options))
    for parameter in parameters:
        program.keep(parameter.value)
    program.keep_now(inputs)
    program.keep_now(targets)
    history, *values, inputs_after, targets_after = program.run()
    losses = expect_losses(student, history, epochs, f"`{call}`")
    return (
        losses,
        [expect_value(value, "The `value` of a parameter") for value in values],
        (inputs_after, targets_after),
    )


# More losses than epochs, the same number for each.
ONE_A_BATCH = "Collect the losses of the batches, and append their mean to the list once at the end of each epoch."


def expect_losses(student: Student, history: Any, epochs: int, what: str) -> list[float]:
    """Return what ``train`` returned as a list of floats.

    Raises
    ------
    StudentFault
        When it is not one finite number for each epoch.
    """
    if history is None:
        as_array(history, (epochs,), what=what)
    is_row = isinstance(history, np.ndarray) and history.ndim > 0
    items = list(history) if is_row else student.list(history, what)
    if len(items) != epochs:
        raise StudentFault(
            Why.WRONG,
            f"{what} must return one loss for each epoch, {epochs} in all, but it returned {len(items)}.",
            expected=f"{epochs} losses",
            actual=f"{len(items)}",
            hint=ONE_A_BATCH if len(items) > epochs and len(items) % epochs == 0 else None,
            evidence=Evidence("the number of losses", len(items)),
        )
    return [
        expect_number(value, what=f"The loss of epoch {number + 1} of {what}") for number, value in enumerate(items)
    ]


@dataclass(frozen=True)
class Counting:
    """A task on which the weights tell how often, and in batches of which size, each sample was used.

    Sample ``i`` is the ``i``-th unit vector, so only it moves row ``i`` of the weight; steps are so small that they add up.
    """

    samples: int
    batch_size: int
    task: Task

    @classmethod
    def drawn(cls, rng: np.random.Generator, samples: int, batch_size: int) -> Counting:
        """Return a task with drawn targets of very different sizes."""
        targets = rng.lognormal(0.0, 1.0, (samples, 2))
        values = (np.zeros((samples, 2)), np.zeros(2))
        return cls(samples, batch_size, Task((("Linear", samples, 2),), values, np.eye(samples), targets, 1e-6))

    @property
    def last(self) -> int:
        """The size of the last batch of an epoch."""
        return self.samples % self.batch_size or self.batch_size

    def moves(self, student: Student, size: int) -> list[Floats]:
        """Return how far one step with a batch of ``size`` moves the row of each sample in it, all samples in turn."""
        program = student.program("one step on a batch")
        shapes = self.task.shapes(student)
        for sample in range(self.samples):
            network, loss, optimizer, parameters = self.task.start(program, shapes)
            batch = [(sample + i) % self.samples for i in range(size)]
            one_step(network, loss, optimizer, self.task.inputs[batch], self.task.targets[batch])
            program.keep(parameters[0].value)
        return [self.rows(value)[sample] for sample, value in enumerate(program.run())]

    def rows(self, weight: Any) -> Floats:
        """Return the weight with one row for each sample."""
        shape = self.task.values[0].shape
        turned = isinstance(weight, np.ndarray) and weight.shape == shape[::-1] != shape
        return expect_array(weight.T if turned else weight, shape, what="`Linear.weight.value`")

    def uses(self, student: Student, weight: Any) -> tuple[Floats, Floats]:
        """Return for each sample how far its row has moved, and how far one step in the last batch moves it.

        Both are counted in moves of one step in a full batch; nan where a row has moved another way.
        """
        full, small = self.moves(student, self.batch_size), self.moves(student, self.last)
        moved, in_last = [], []
        for row, one, other in zip(self.rows(weight), full, small, strict=True):
            scale = float(one @ one) or 1.0
            ratio = float(row @ one) / scale
            aside = float(np.linalg.norm(row - ratio * one)) / np.sqrt(scale)
            moved.append(ratio if aside < 1e-3 * max(1.0, abs(ratio)) else np.nan)
            in_last.append(float(other @ one) / scale)
        return np.array(moved), np.array(in_last)

    def expect_once(self, student: Student, weight: Any, epochs: int, what: str) -> Floats:
        """Make sure that each sample was used once an epoch, with its own target, in batches of the right sizes.

        Returns
        -------
        ndarray, shape (samples,)
            How many epochs each sample spent in the last batch; nan where the gradients are sums over a batch, so that
            its size cannot be told.

        Raises
        ------
        StudentFault
            When that is not so.
        """
        moved, in_last = self.uses(student, weight)
        if np.allclose(in_last, 1.0, atol=1e-3) and np.allclose(moved, epochs, atol=0.02):
            return np.full(self.samples, np.nan)
        counts = (moved - epochs) / np.where(in_last == 1.0, np.nan, in_last - 1.0)
        whole = np.round(counts)
        fits = (np.abs(counts - whole) < 0.02) & (whole >= 0) & (whole <= epochs)
        if np.all(fits) and whole.sum() == epochs * self.last:
            return whole
        raise StudentFault(
            Why.WRONG,
            f"{what} must use each of the {self.samples} samples once an epoch, together with its own target, in batches of "
            f"{self.batch_size} and a last one of {self.last}; the weights after {epochs} epochs show that it does not.",
            hint="Is the last, smaller batch there? Are inputs and targets shuffled by the same order, and no sample drawn twice?",
            evidence=Evidence(f"uses of samples, {what}", np.round(moved, 2)),
        )
