"""Things that stay in the child, and the requests that reach them.

Nothing here trusts a type, a length or a text that the child sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.checks.labels import call_label, cut, described
from grader.outcomes import StudentFault, Why
from grader.wire.session import Ask
from grader.wire.values import Handle

# How large the value of a reply may be: far more than any check compares, and far less than what would keep a judge busy. What a
# check hands over may come back many times as large, as an array that is broadcast does.
LEAST_REPLY_BYTES, MOST_REPLY_BYTES = 4 * 2**20, 60 * 2**20
GROWTH = 16
# What is no value of the submission's choosing.
REPLY_BYTES = {"set": 2**16, "hold": 2**16, "rewind": 2**16, "names": 2**19, "output": 5 * 2**20, "figures": 20 * 2**20}
# What may be a handle, or hold one.
_HOLDERS = frozenset({Handle, list, tuple, dict})


class MissingName(StudentFault):
    """A name that the submission, or one of its objects, does not have.

    Parameters
    ----------
    name : str
    near : sequence of str
        Names that look like it.
    owner : str
        What lacks it, in the words of the check; empty for the submission itself.
    inside : str or None
        Where the submission hides it, in words.
    """

    def __init__(self, name: str, near: Sequence[str] = (), owner: str = "", inside: str | None = None) -> None:
        hint = None
        if inside is not None:
            message = f"`{name}` is defined only {inside}, where it cannot be seen from outside."
            hint = "Move it out, to the left margin of the file."
        else:
            lacks = f"`{owner}` has no `{name}`." if owner else f"`{name}` is not defined in your submission."
            words = " or ".join(f"`{word}`" for word in near)
            message = f"{lacks} Did you mean {words}?" if words else lacks
        # What stopped the loading explains a missing name of the submission, and not one of an object's.
        super().__init__(Why.MISSING, message, hint=hint, missing=None if owner else name)


def reply_bytes(request: dict[str, Any]) -> int:
    """Return how large the value of a request's reply may be, in bytes."""
    usual = min(LEAST_REPLY_BYTES + GROWTH * _size(request), MOST_REPLY_BYTES)
    return REPLY_BYTES.get(request["op"], usual)


def _size(value: Any) -> int:
    """Return how many bytes of arrays and texts a request holds."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, (list, tuple)):
        return sum(map(_size, value))
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    return len(value) if isinstance(value, str) else 8


class Wire:
    """Sends requests, gives faults the name of what was asked for, and turns warnings into remarks."""

    def __init__(self, ask: Ask, remark: Callable[[str], None] | None = None) -> None:
        self.ask = ask
        self.remark = remark or (lambda sentence: None)
        self.last: tuple[str, Any] | None = None

    def send(self, request: dict[str, Any], label: str, owner: str | Sequence[str] = "") -> Any:
        """Return the value of a reply, objects as ``StudentObject``.

        Parameters
        ----------
        request : mapping
            What the child is asked for.
        label : str
            What the request is called in messages.
        owner : str or sequence of str
            What a missing name would be missing from, empty for the submission itself; one for each step of a program.

        Raises
        ------
        StudentFault
            When a name is missing, the student's code raised, or the child is gone.
        """
        try:
            reply = self.ask(request, reply_bytes=reply_bytes(request))
        except StudentFault as fault:
            raise _labelled(fault, label) from fault
        for warning in reply.get("warnings") or ():
            self.remark(_warning_sentence(warning, label))
        if "missing" in reply:
            raise MissingName(reply["missing"], reply["near"], _of_step(owner, reply.get("step")), reply["inside"])
        value = self.wrap(reply.get("value"), label)
        self.last = (label, value)
        return value

    def wrap(self, value: Any, label: str) -> Any:
        """Replace the handles inside a decoded value by objects."""
        if isinstance(value, Handle):
            return StudentObject(self, value, label)
        if isinstance(value, (list, tuple)):
            if _HOLDERS.isdisjoint(map(type, value)):
                return value
            return type(value)(self.wrap(item, f"{label}[{index}]") for index, item in enumerate(value))
        if isinstance(value, dict):
            return {key: self.wrap(item, f"{label}[{cut(key, 40)!r}]") for key, item in value.items()}
        return value


class StudentObject:
    """An object in the child: attributes are read and assigned there, calls are made there.

    ``read_value(thing)`` and the static methods serve the few cases that attribute access cannot.
    """

    __slots__ = ("_handle", "_label", "_wire")

    def __init__(self, wire: Wire, handle: Handle, label: str) -> None:
        for name, value in (("_wire", wire), ("_handle", handle), ("_label", label)):
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._wire.send({"op": "get", "on": self._handle.id, "name": name}, f"{self._label}.{name}", self._label)

    def __setattr__(self, name: str, value: Any) -> None:
        request = {"op": "set", "on": self._handle.id, "name": name, "value": outgoing(value)}
        self._wire.send(request, f"{self._label}.{name} = …", self._label)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object in the child; return its value, objects as ``StudentObject``."""
        request = {
            "op": "call",
            "on": self._handle.id,
            "name": None,
            "args": [outgoing(value) for value in args],
            "kwargs": {key: outgoing(value) for key, value in kwargs.items()},
        }
        return self._wire.send(request, call_label(self._label, args, kwargs), self._label)

    def __repr__(self) -> str:
        return f"<{self._label}: {self._handle.type_name}>"

    def read(self) -> Any:
        """Return the value behind the handle as plain data, or an object again when it is none."""
        return self._wire.send({"op": "read", "on": self._handle.id}, self._label)

    @staticmethod
    def named(thing: StudentObject, label: str) -> StudentObject:
        """Return the same object under another name for messages."""
        return StudentObject(thing._wire, thing._handle, label)

    @staticmethod
    def handle_of(thing: StudentObject) -> Handle:
        """Return the handle of an object."""
        return thing._handle

    @staticmethod
    def label_of(thing: StudentObject) -> str:
        """Return what an object is called in messages."""
        return thing._label


def outgoing(value: Any) -> Any:
    """Replace the objects inside an argument by their handles."""
    if isinstance(value, StudentObject):
        return StudentObject.handle_of(value)
    if isinstance(value, (list, tuple)):
        return type(value)(outgoing(item) for item in value)
    if isinstance(value, dict):
        return {key: outgoing(item) for key, item in value.items()}
    return value


def expect_object(value: Any, what: str, wanted: str) -> StudentObject:
    """Return ``value`` when it is an object of the child; ``wanted`` says in messages what it must be.

    Raises
    ------
    StudentFault
        When it is plain data.
    """
    if isinstance(value, StudentObject):
        return value
    raise StudentFault(
        Why.WRONG, f"{what} must be {wanted}, but it is {described(value)}.", expected=wanted, actual=described(value)
    )


def _of_step(owner: str | Sequence[str], step: Any) -> str:
    if isinstance(owner, str):
        return owner
    return owner[step] if isinstance(step, int) and 0 <= step < len(owner) else ""


def _labelled(fault: StudentFault, label: str) -> StudentFault:
    """Return the fault with the name of what was asked for in front of its message."""
    return StudentFault(
        fault.why,
        f"`{label}`: {fault.message}",
        hint=fault.hint,
        expected=fault.expected,
        actual=fault.actual,
        frames=fault.frames,
        raised=fault.raised,
        fatal=fault.fatal,
    )


def _warning_sentence(warning: Any, label: str) -> str:
    fields = warning if isinstance(warning, dict) else {}
    text = f"{cut(fields.get('category', 'Warning'), 40)}: {cut(fields.get('message', ''), 200)}"
    line = fields.get("line")
    where = f" (line {line} of {cut(fields.get('file'), 80)})" if isinstance(line, int) and fields.get("file") else ""
    return f"`{label}` gave a warning, which costs nothing: {text}{where}."
