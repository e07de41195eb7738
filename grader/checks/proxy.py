"""A submission's names as Python attributes, each one a request to the child.

Replies are plain data that the judge built itself, or a ``StudentObject``, which stays in the child.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.checks.labels import described
from grader.checks.objects import StudentObject, Wire, expect_object, outgoing
from grader.checks.program import NAMESPACE, Program
from grader.checks.received import as_integer
from grader.outcomes import StudentFault, Why
from grader.wire.session import Ask
from grader.wire.values import Generator

MAX_MOMENTS = 1000


class Student:
    """The names of a submission: ``student.Linear(3, 4).forward(inputs)``.

    Parameters
    ----------
    ask : callable
        Sends one request to the child of this check and returns the reply.
    remark : callable, optional
        Takes a sentence for the student that costs no points, such as a warning from NumPy.

    Examples
    --------
    >>> layer = student.Linear(3, 2)
    >>> layer.weight.value = rng.standard_normal((3, 2))
    >>> student.softplus(0.0).round(4)
    np.float64(0.6931)
    """

    def __init__(self, ask: Ask, remark: Callable[[str], None] | None = None) -> None:
        self._wire = Wire(ask, remark)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.named(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_wire":
            object.__setattr__(self, name, value)
        else:
            self._wire.send({"op": "set", "on": NAMESPACE, "name": name, "value": outgoing(value)}, f"{name} = …")

    def named(self, name: str) -> Any:
        """Return the submission's ``name``, even if this class has a method with that name.

        Examples
        --------
        >>> student.named("softplus")(0.0) > 0.0
        np.True_
        """
        return self._wire.send({"op": "get", "on": NAMESPACE, "name": name}, name)

    @staticmethod
    def last_of(student: Student) -> tuple[str, Any] | None:
        """Return the last value from the submission, and its name."""
        return student._wire.last

    def hold(self, value: Any, label: str = "the argument") -> StudentObject:
        """Hold a value in the child, to see later whether it was changed.

        Examples
        --------
        >>> held = student.hold(np.ones(3))
        >>> outputs = student.softplus(held)
        >>> held.read()
        array([1., 1., 1.])
        """
        return expect_object(self._wire.send({"op": "hold", "value": outgoing(value)}, label), label, "a held value")

    def list(self, iterable: Any, what: str, limit: int = 1000) -> list[Any]:
        """Return at most ``limit`` elements of any iterable.

        Raises
        ------
        StudentFault
            If it is not iterable.

        Examples
        --------
        >>> student.list(student.counting(3), "`counting(3)`")
        [0, 1, 2]
        """
        if isinstance(iterable, StudentObject):
            request = {"op": "list", "on": StudentObject.handle_of(iterable).id, "limit": limit}
            iterable = self._wire.send(request, what)
        if isinstance(iterable, (list, tuple)):
            return list(iterable[:limit])
        raise StudentFault(
            Why.WRONG, f"{what} must be something to go through, like a list, but it is {described(iterable)}."
        )

    def rewind(self, name: str, cell: str | None = None, back: int = 0) -> int:
        """Go back to the moment in a notebook when a name was defined; return how many such moments there are.

        From then on this check sees all names as they were after that cell; names that were defined later keep
        their last value. Only notebooks have such moments; for other submissions nothing changes.

        Parameters
        ----------
        name : str
        cell : str, optional
            The id of a cell with the tag ``cell:<id>``, whose own value of the name comes first; without it the last
            function or class of this name does.
        back : int
            The index of the moment, the best one first.

        Examples
        --------
        >>> student.rewind("softplus", "1.1")  # a script has no such moments
        0
        """
        request = {"op": "rewind", "name": name, "tag": None if cell is None else f"cell:{cell}", "back": back}
        moments = as_integer(self._wire.send(request, name))
        return moments if moments is not None and 0 <= moments <= MAX_MOMENTS else 0

    def rehearse(self, plan: Mapping[str, Any]) -> Mapping[str, Any]:
        """Run the program once more, up to its training; return what one iteration of it does, as unverified data.

        Parameters
        ----------
        plan : mapping
            ``args`` and ``stdin`` of the run, and the questions; see ``_child.rehearsal``.
        """
        came = self._wire.send({"op": "rehearse", **plan}, "the training")
        return came if isinstance(came, dict) else {}

    def names(self) -> Sequence[str]:
        """Return the public names that the submission has defined.

        Examples
        --------
        >>> "softplus" in student.names()
        True
        """
        names = self._wire.send({"op": "names", "on": NAMESPACE}, "the names")
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def program(self, what: str) -> Program:
        """Return an empty program, whose steps run with one request; ``what`` names it in messages.

        Examples
        --------
        >>> program = student.program("Linear(3, 2)")
        >>> layer = program.Linear(3, 2)
        >>> program.keep(layer.forward(np.ones((5, 3))))
        0
        >>> program.run()[0].shape
        (5, 2)
        """
        return Program(self._wire, what)

    def figures(self, png: bool = False) -> Sequence[Any]:
        """Return the figures that are open in the child, as maps, and close them.

        Examples
        --------
        >>> student.show_learning_curve([3.0, 2.0, 1.5])
        >>> student.figures()[0]["axes"][0]["lines"][0]["y"]
        array([3. , 2. , 1.5])
        """
        figures = self._wire.send({"op": "figures", "png": png}, "the figures")
        return figures if isinstance(figures, (list, tuple)) else ()

    def output(self) -> str:
        """Return what was printed in the child since the last time.

        Examples
        --------
        >>> student.greet()
        >>> student.output().strip()
        'hello'
        """
        text = self._wire.send({"op": "output"}, "the output")
        return text if isinstance(text, str) else ""

    @staticmethod
    def generator(seed: int) -> Generator:
        """Return a value that becomes ``numpy.random.default_rng(seed)`` in the child.

        Examples
        --------
        >>> student.Linear(3, 2, student.generator(7)).bias.value
        array([0., 0.])
        """
        return Generator(int(seed))
