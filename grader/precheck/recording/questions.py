"""The questions that a check asks of the answer key, in a form that can be recorded and asked again.

A question is identified by its content: what is asked, the arguments, and the history of the objects. Two runs of a check
ask the same question if these agree, even if one run leaves out other questions. A check that stops early, or a part that
fails, therefore does not affect the rest.

Objects that interact, such as an optimizer and its parameters, share one history: a `Group`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

from grader.precheck.recording.digest import Arguments, digest

OPERATORS = (
    *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "rpow", "matmul", "rmatmul"),
    *("neg", "pos", "abs", "lt", "le", "gt", "ge", "getitem", "setitem", "contains"),
)


class Group:
    """The shared history of some objects.

    Attributes
    ----------
    state : bytes
        A digest of all changes to them.
    members : list
        The objects themselves; empty in a replay.
    """

    def __init__(self, state: bytes, parts: list[Group] | None = None) -> None:
        self.state = state
        self.members: list[Any] = []
        self._within: tuple[Group, int] | None = None
        for place, part in enumerate(parts or []):
            part._within = (self, place)
            self.members += part.members

    def outermost(self) -> tuple[Group, str]:
        """Return the group into which this one was merged, and its place there."""
        group, place = self, ""
        while group._within is not None:
            group, number = group._within
            place = f"{number}/{place}"
        return group, place


class Book(Protocol):
    """Answers questions, either by asking the answer key and recording it, or from a recording."""

    def answer(self, question: Question) -> Any:
        """Return the answer."""
        ...


class Question:
    """One operation on one object, or on a name of the answer key.

    Attributes
    ----------
    thing : Thing
        The object of the operation.
    act : str
        ``get``, ``set``, ``call``, ``iter``, or an operator.
    arguments : Arguments
        All arguments.
    group : Group
        The group of all objects that take part.
    key : bytes
        Equal for equal questions.
    """

    def __init__(self, context: bytes, thing: Thing, act: str, name: str, args: Any, kwargs: Any) -> None:
        self.thing, self.act, self.name = thing, act, name
        groups: list[Group] = []

        def address(one: Thing) -> str:
            group, place = parts_of(one).group, ""
            if group is None:
                return f"key.{parts_of(one).name}"
            outer, place = group.outermost()
            if outer not in groups:
                groups.append(outer)
            return f"{groups.index(outer)}:{place}{parts_of(one).name}"

        own = address(thing)
        self.arguments = Arguments(args, kwargs, address, Thing)
        states = [group.state for group in groups]
        self.key = digest(context, own.encode(), act.encode(), name.encode(), self.arguments.digest, *states)
        if len(groups) == 1:
            self.group = groups[0]
        else:
            self.group = Group(digest(b"together", *states) if groups else self.key, groups)

    def words(self) -> str:
        """Return the question as it is written in a check."""
        owner = parts_of(self.thing).shown
        if self.act == "get":
            return f"{owner}.{self.name}"
        return (
            f"{owner}.{self.name} = ..."
            if self.act == "set"
            else f"{owner}(...)"
            if self.act == "call"
            else f"{self.act} of {owner}"
        )


class Parts:
    """The internals of a thing."""

    __slots__ = ("book", "group", "name", "shown")

    def __init__(self, book: Any, group: Group | None, name: str, shown: str) -> None:
        self.book, self.group, self.name, self.shown = book, group, name, shown


class Thing:
    """A stand-in for an object of the answer key, or for the key itself; every operation is a question to the book."""

    __slots__ = ("_parts",)
    # Makes NumPy leave operators between an array and a thing to the thing.
    __array_ufunc__ = None
    _parts: Parts

    def __init__(self, book: Any, group: Group | None, name: str, shown: str) -> None:
        object.__setattr__(self, "_parts", Parts(book, group, name, shown))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return ask(self, "get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        ask(self, "set", name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it."""
        return ask(self, "call", "", *args, **kwargs)

    def __iter__(self) -> Iterator[Any]:
        return iter(ask(self, "iter", ""))

    def __len__(self) -> int:
        return int(ask(self, "len", ""))

    def __bool__(self) -> bool:
        return bool(ask(self, "bool", ""))

    def __float__(self) -> float:
        return float(ask(self, "float", ""))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(ask(self, "array", ""), dtype)

    def __enter__(self) -> Any:
        return self._parts.book.enter(self)

    def __exit__(self, *exception: object) -> None:
        self._parts.book.leave(self)

    def __repr__(self) -> str:
        return f"<{self._parts.shown} of the answer key>"


def _operator(act: str) -> Callable[..., Any]:
    def apply(self: Thing, *operands: Any) -> Any:
        return ask(self, act, "", *operands)

    return apply


for _name in OPERATORS:
    setattr(Thing, f"__{_name}__", _operator(_name))


def parts_of(thing: Thing) -> Parts:
    """Return the internals of a thing without asking a question."""
    parts: Parts = object.__getattribute__(thing, "_parts")
    return parts


def ask(thing: Thing, act: str, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """Ask the thing's book a question."""
    book = parts_of(thing).book
    return book.answer(Question(book.context, thing, act, name, args, kwargs))


def fingerprint(values: list[Any]) -> bytes:
    """Return a digest of the state of objects, recursively; it is equal if nothing has changed."""
    whole, waiting, seen = hashlib.blake2b(digest_size=16), list(values), set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, (bool, int, float, complex, str, bytes, type(None))):
            whole.update(repr(value).encode())
            continue
        whole.update(f"<{type(value).__name__}>".encode())
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, (np.ndarray, np.generic)):
            whole.update(repr((value.dtype.str, value.shape)).encode() + np.ascontiguousarray(value).tobytes())
        elif isinstance(value, (list, tuple, set, frozenset)):
            waiting += [len(value), *value]
        elif isinstance(value, dict):
            waiting += [part for pair in value.items() for part in pair]
        elif isinstance(value, np.random.Generator):
            whole.update(repr(value.bit_generator.state).encode())
        elif not isinstance(value, type) and not callable(getattr(value, "__code__", None)):
            waiting += [part for pair in sorted(_attributes(value).items()) for part in pair]
    return whole.digest()


def _attributes(value: Any) -> dict[str, Any]:
    """Return the attributes of an object, including those in slots, or the closure of a function."""
    held = dict(getattr(value, "__dict__", {}))
    for kind in type(value).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            if hasattr(value, name) and not name.startswith("__"):
                held[name] = getattr(value, name)
    return held
