"""Several steps in the child with one request, written like ordinary Python."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.checks.labels import call_label, cut, described
from grader.checks.objects import StudentObject, Wire, expect_object, kept_as, outgoing
from grader.checks.operators import SYMBOLS, Operands
from grader.wire.values import Handle, Ref

NAMESPACE = 0


class Program:
    """Steps that are collected and then run in one request.

    Names of the submission are attributes; their results can be called and have attributes in turn; nothing runs before
    ``run()``. A kept step is read as soon as it has run, so later changes to the same array do not show in it::

        program = student.program("Linear(3, 4).forward(inputs)")
        layer = program.Linear(3, 4)
        program.keep(layer.forward(inputs))
        (outputs,) = program.run()

    Operators and ``with`` blocks on results become steps as well: ``2.0 * x``, ``with program.no_grad():``.

    Parameters
    ----------
    wire : Wire
        Sends the request.
    what : str
        The name of the program in messages.
    """

    def __init__(self, wire: Wire, what: str) -> None:
        self._wire, self._what = wire, what
        self._steps: list[dict[str, Any]] = []
        self._owners: list[str] = []
        self._results: list[str] = []
        self._kept: list[int] = []
        self._labels: list[str | None] = []

    def __getattr__(self, name: str) -> Deferred:
        if name.startswith("__"):
            raise AttributeError(name)
        return Deferred(self, NAMESPACE, name)

    def on(self, thing: StudentObject) -> Deferred:
        """Return an object of the child for use in this program.

        Examples
        --------
        >>> net = student.Net()
        >>> program = student.program("Net().total()")
        >>> program.on(net).params["W"] = np.ones((2, 3))
        >>> program.keep(program.on(net).total())
        0
        >>> program.run()
        [6.0]
        """
        return Deferred(self, StudentObject.handle_of(thing), None)

    def hold(self, value: Any) -> Deferred:
        """Hold a value in the child, to pass it on and to see later whether it was changed.

        Examples
        --------
        >>> program = student.program("softplus(x)")
        >>> inputs = program.hold(np.zeros(2))
        >>> outputs = program.softplus(inputs)
        >>> program.keep_now(inputs)
        0
        >>> program.run()
        [array([0., 0.])]
        """
        return self.add({"op": "hold", "value": self.resolved(value)})

    def once(self, values: Iterable[Any]) -> Deferred:
        """Return values and results as something that can be iterated only once, like a generator."""
        return Deferred(self, self.target(self.hold(list(values))), "__iter__")()

    def keep(self, step: Deferred, label: str | None = None) -> int:
        """Ask for the value of a step; return its index in the result of ``run``.

        With a ``label`` it must be an object of the child, and messages use the label as its name.

        Examples
        --------
        >>> program = student.program("Linear(3, 2)")
        >>> program.keep(program.Linear(3, 2), "Linear(3, 2)")
        0
        >>> program.run()
        [<Linear(3, 2): Linear>]
        """
        target = self.target(step)
        if not isinstance(target, Ref):
            raise TypeError("an object that was there before the program is read by its own `read`")
        self._kept.append(target.index)
        self._labels.append(label)
        return len(self._kept) - 1

    def keep_now(self, step: Deferred) -> int:
        """Ask for a held value as it is at this point of the program."""
        return self.keep(self.add({"op": "read", "on": self.target(step)}))

    def run(self) -> list[Any]:
        """Run the steps and return the kept values in the order in which they were asked for.

        Raises
        ------
        StudentFault
            If a step fails, in which case the steps after it are not run; or if a result is not an object although it
            must be one.

        Examples
        --------
        >>> program = student.program("2 softplus(0) + 1")
        >>> program.keep(2.0 * program.softplus(0.0) + 1.0)
        0
        >>> program.run()[0].round(4)
        np.float64(2.3863)
        """
        request = {"op": "program", "steps": self._steps, "keep": self._kept}
        values = self._wire.send(request, self._what, self._owners)
        if not isinstance(values, (list, tuple)) or len(values) != len(self._kept):
            values = [None] * len(self._kept)
        return [
            kept_as(value, self._results[step])
            if label is None
            else StudentObject.named(expect_object(value, f"`{label}`", "an object"), label)
            for value, label, step in zip(values, self._labels, self._kept, strict=True)
        ]

    def add(self, step: dict[str, Any]) -> Deferred:
        """Append a step and return its result."""
        owner = self._name_of(step.get("on", NAMESPACE))
        name = step.get("name")
        result = ".".join(word for word in (owner, name) if word)
        if step["op"] == "call":
            result = call_label(result, step["args"], step["kwargs"])
        self._steps.append(step)
        self._owners.append(owner)
        self._results.append(result)
        return Deferred(self, Ref(len(self._steps) - 1), None)

    def apply(self, name: str, *operands: Any) -> Deferred:
        """Add an operator of ``SYMBOLS``, which the child applies to results and plain values."""
        resolved = [self.resolved(value) for value in operands]
        words = (self._name_of(value) or described(value).removeprefix("the number ") for value in resolved)
        deferred = self.add({"op": "apply", "name": name, "args": resolved})
        self._results[-1] = cut(SYMBOLS[name].format(*words))
        return deferred

    def _name_of(self, on: Any) -> str:
        """Return the name in messages of the object that a step uses; empty for the submission itself."""
        if isinstance(on, Ref):
            return self._results[on.index]
        return cut(on.type_name) if isinstance(on, Handle) else ""

    def target(self, step: Deferred) -> Any:
        """Return the target for a request's ``on``, a handle or an earlier step; add the step that reads an attribute."""
        on, name = Deferred.parts_of(step)
        if name is None:
            return on
        return Deferred.parts_of(self.add({"op": "get", "on": on, "name": name}))[0]

    def resolved(self, value: Any) -> Any:
        """Replace results of earlier steps inside an argument by references to them."""
        if isinstance(value, Deferred):
            return self.target(value)
        if isinstance(value, list):
            return [self.resolved(item) for item in value]
        if isinstance(value, tuple):
            return type(value)(self.resolved(item) for item in value)
        if isinstance(value, dict):
            return {key: self.resolved(item) for key, item in value.items()}
        return outgoing(value)


class Deferred(Operands):
    """The result of a step that has not run yet, or a name on one."""

    __slots__ = ("_name", "_on", "_program")

    _program: Program
    _on: Any
    _name: str | None

    def __init__(self, program: Program, on: Any, name: str | None) -> None:
        for key, value in (("_program", program), ("_on", on), ("_name", name)):
            object.__setattr__(self, key, value)

    def __getattr__(self, name: str) -> Deferred:
        if name.startswith("__"):
            raise AttributeError(name)
        return Deferred(self._program, self._program.target(self), name)

    def __setattr__(self, name: str, value: Any) -> None:
        program = self._program
        program.add({"op": "set", "on": program.target(self), "name": name, "value": program.resolved(value)})

    def __call__(self, *args: Any, **kwargs: Any) -> Deferred:
        """Add a call to the program; return its future result."""
        program = self._program
        arguments = [program.resolved(value) for value in args]
        named = {key: program.resolved(value) for key, value in kwargs.items()}
        return program.add({"op": "call", "on": self._on, "name": self._name, "args": arguments, "kwargs": named})

    def _apply(self, name: str, *operands: Any) -> Deferred:
        return self._program.apply(name, *operands)

    def _enter_exit(self, name: str, *arguments: Any) -> Deferred:
        return Deferred(self._program, self._program.target(self), name)(*arguments)

    @staticmethod
    def parts_of(step: Deferred) -> tuple[Any, str | None]:
        """Return the object that the step uses and the name on it, if any."""
        return step._on, step._name
