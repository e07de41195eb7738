"""A student's network and the answer key's, with equal values in both.

The order of a network's parameters is free, and so is the orientation of its weights; the outputs of the network show
which parameter is which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from grader.assignments.vocabulary.parameters import (
    arrangements,
    drawn,
    expect_shapes,
    network_shapes,
    oriented,
    parameters_of,
    transposes,
    values_of,
)
from grader.checks import Floats, Notes, Student, StudentObject, call_label, expect_close, expect_object, relative_error

PARTS_HINT = "Linear, activation, Linear, activation, Linear, Sigmoid: is one missing, or one too many?"
# Where the same network is right with another activation.
CHOICE_HINT = (
    "With another activation the network is right: see which layer this name chooses, and what that layer computes."
)
Layer = tuple[Any, ...]


@dataclass(frozen=True)
class Network:
    """A student's network that has the drawn values, and the answer key's.

    Attributes
    ----------
    what : str
        What it is called in messages.
    own : StudentObject
    parameters : list of StudentObject
        The student's parameters, as ``parameters()`` gives them.
    key : network
        The answer key's, whose parameters are weight and bias by turns.
    order : list of int
        Which parameter of the answer key each of the student's is.
    turned : bool
        Whether the student keeps the weights the other way round.
    """

    what: str
    own: Any
    parameters: list[StudentObject]
    key: Any
    order: list[int]
    turned: bool

    def assign(self, student: Student) -> None:
        """Give the student's network the values of the answer key's, from one request."""
        values = [parameter.value for parameter in self.key.parameters()]
        program = student.program(f"the parameters of {self.what}")
        for parameter, place in zip(self.parameters, self.order, strict=True):
            value = values[place]
            program.on(parameter).value = np.ascontiguousarray(value.T) if self.turned and value.ndim == 2 else value
        program.run()

    def gradients(self, student: Student, inputs: Floats, grad_output: Floats) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what came and what is right: gradients for ``inputs``, ``weights`` and ``biases``, lists of one length each."""
        self.key.forward(inputs)
        for_inputs = self.key.backward(grad_output)
        program = student.program(f"{self.what}.backward(grad_output)")
        network = program.on(self.own)
        network.forward(inputs)
        program.keep(network.backward(grad_output))
        for parameter in self.parameters:
            program.keep(program.on(parameter).grad)
        came_inputs, *grads = program.run()
        came: dict[str, Any] = {"inputs": [came_inputs], "weights": [], "biases": []}
        desired: dict[str, Any] = {"inputs": [for_inputs], "weights": [], "biases": []}
        keys = list(self.key.parameters())
        for grad, place in zip(grads, self.order, strict=True):
            right = keys[place].grad
            kind = "weights" if right.ndim == 2 else "biases"
            came[kind].append(grad)
            desired[kind].append(right.T if self.turned and right.ndim == 2 else right)
        return came, desired


def built(
    student: Student,
    reference: ModuleType,
    rng: np.random.Generator,
    sizes: tuple[int, int, int],
    activation: str,
    *,
    asked: bool = True,
) -> Network:
    """Return the student's ``build_network(*sizes, activation)`` with drawn values, beside the answer key's.

    Parameters
    ----------
    sizes : tuple of int
        ``in_features``, ``hidden_units``, ``out_features``; all different.
    activation : str
    asked : bool
        Whether the student's function is asked for the activation; otherwise it must be the default.

    Raises
    ------
    StudentFault
        When the parameters do not have the shapes they must have.
    """
    arguments = (*sizes, activation) if asked else sizes
    what = call_label("build_network", arguments, {})
    desired = network_shapes(*sizes)
    key = reference.build_network(*sizes, activation)
    for parameter, value in zip(key.parameters(), drawn(rng, desired), strict=True):
        parameter.value = value
    probe = rng.standard_normal((4, sizes[0]))
    right = key.forward(probe)
    own = expect_object(student.build_network(*arguments), f"What `{what}` returns", "a Sequential")
    parameters = parameters_of(student, own, what)
    shapes = [value.shape for value in values_of(student, parameters, what)]
    expect_shapes(shapes, desired, what)
    turned = transposes(shapes, desired)
    choices = [Network(what, own, parameters, key, order, turned) for order in arrangements(shapes, desired)]
    for network in choices[:8]:
        network.assign(student)
        outputs = own.forward(probe)
        fits = isinstance(outputs, np.ndarray) and outputs.shape == right.shape and outputs.dtype.kind == "f"
        if fits and relative_error(outputs, right) < 1e-4:
            return network
    choices[0].assign(student)
    return choices[0]


def expect_outputs(network: Network, inputs: Floats, notes: Notes, hint: str = PARTS_HINT) -> None:
    """Judge what the network computes.

    Raises
    ------
    StudentFault
        When it is not what the answer key's network computes.
    """
    what = f"`{network.what}.forward`"
    expect_close(network.own.forward(inputs), network.key.forward(inputs), what=what, notes=notes, hint=hint)


def paired(student: Student, key: Any, layers: Sequence[Layer]) -> tuple[Any, list[Any]]:
    """Return a student's ``Sequential`` of new layers, and the layers, with the values of the answer key's network.

    Parameters
    ----------
    key : network
        The answer key's, whose parameters are weight and bias of its linear layers by turns.
    layers : sequence of tuple
        Class and arguments of each layer.
    """
    program = student.program(f"Sequential([{', '.join(layer[0] for layer in layers)}])")
    made = [getattr(program, name)(*arguments) for name, *arguments in layers]
    for layer in made:
        program.keep(layer, "layer")
    program.keep(program.Sequential(made), "Sequential")
    *own, network = program.run()
    linear = [layer for layer, (name, *_) in zip(own, layers, strict=True) if name == "Linear"]
    parameters = [parameter for layer in linear for parameter in (layer.weight, layer.bias)]
    held = values_of(student, parameters, "Linear")
    for parameter, before, drawn_parameter in zip(parameters, held, key.parameters(), strict=True):
        parameter.value = oriented(drawn_parameter.value, before.shape)
    return network, own
