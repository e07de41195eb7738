"""Objects that stay in the child, and the requests that reach them.

Nothing here trusts a type, a length or a text that the child sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.checks.labels import call_label, cut, described
from grader.outcomes import StudentFault, Why
from grader.wire.session import Ask
from grader.wire.values import Handle, Ref

# How large the value of a reply may be: far more than any check compares, and far less than would keep a judge busy. A
# value that a check sends may come back many times as large, for example after broadcasting.
LEAST_REPLY_BYTES, MOST_REPLY_BYTES = 4 * 2**20, 60 * 2**20
GROWTH = 16
# Types that are not values of the submission's choosing.
REPLY_BYTES = {"set": 2**16, "hold": 2**16, "rewind": 2**16, "names": 2**19, "output": 5 * 2**20, "figures": 20 * 2**20}
# What may be a handle, or hold one.
_OF_EIGHT_BYTES = frozenset({int, float, bool, type(None), Ref, Handle})
_HOLDERS = frozenset({Handle, list, tuple, dict})


class MissingName(StudentFault):
    """A name that the submission, or one of its objects, does not have.

    Parameters
    ----------
    name : str
    near : sequence of str
        Names that look like it.
    owner : str
        The object that lacks it, in the words of the check; empty for the submission itself.
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
        # An error that stopped the loading explains a missing name of the submission, not one of an object.
        super().__init__(Why.MISSING, message, hint=hint, missing=None if owner else name)


def reply_bytes(request: dict[str, Any]) -> int:
    """Return how large the value of a request's reply may be, in bytes."""
    usual = min(LEAST_REPLY_BYTES + GROWTH * _size(request), MOST_REPLY_BYTES)
    return REPLY_BYTES.get(request["op"], usual)


def _size(value: Any) -> int:
    """Return how many bytes of arrays and texts a request holds."""
    # A program has tens of thousands of values; most are of these types.
    if type(value) in _OF_EIGHT_BYTES:
        return 8
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, (list, tuple)):
        return sum(map(_size, value))
    return value.nbytes if isinstance(value, np.ndarray) else 8


class Wire:
    """Sends requests, adds the name of the request to faults, and turns warnings into remarks."""

    def __init__(self, ask: Ask, remark: Callable[[str], None] | None = None) -> None:
        self.ask = ask
        self.remark = remark or (lambda sentence: None)
        self.last: tuple[str, Any] | None = None

    def send(self, request: dict[str, Any], label: str, owner: str | Sequence[str] = "") -> Any:
        """Return the value of a reply, objects as ``StudentObject``.

        Parameters
        ----------
        request : mapping
            The request to the child.
        label : str
            The name of the request in messages.
        owner : str or sequence of str
            The object that would lack a missing name, empty for the submission itself; one for each step of a program.

        Raises
        ------
        StudentFault
            If a name is missing, the student's code raised, or the child is gone.
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
        if type(value) in _CONTAINERS and request["op"] != "program":
            place = Place(self, request["on"], request["name"], label) if request["op"] == "get" else None
            value = kept_as(value, label, place)
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
    """An object in the child: attributes are read and assigned there, and calls are made there.

    Entries are read and assigned as well, ``thing[key] = value``, if its class has them. The methods below hide
    attributes with the same names; use ``Student.named`` or a program to reach those.

    Examples
    --------
    >>> net = student.Net(np.float32)
    >>> net.params["W"].dtype
    dtype('float32')
    >>> net.params["W"] = np.ones((2, 3))
    >>> net.total()
    6.0
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

    def __getitem__(self, key: Any) -> Any:
        return self._wire.send(
            {"op": "apply", "name": "getitem", "args": [self._handle, outgoing(key)]},
            f"{self._label}[{cut(repr(key), 40)}]",
        )

    def __setitem__(self, key: Any, value: Any) -> None:
        self._wire.send(
            {"op": "apply", "name": "setitem", "args": [self._handle, outgoing(key), outgoing(value)]},
            f"{self._label}[{cut(repr(key), 40)}] = …",
        )

    # Python would ask for one entry after the other without an end; use ``student.list`` to iterate.
    __iter__ = None

    def __repr__(self) -> str:
        return f"<{self._label}: {self._handle.type_name}>"

    def read(self) -> Any:
        """Return the value behind the handle as plain data, or as an object again if it is not plain data.

        Examples
        --------
        >>> student.hold([1, 2]).read()
        [1, 2]
        """
        return self._wire.send({"op": "read", "on": self._handle.id}, self._label)

    @staticmethod
    def named(thing: StudentObject, label: str) -> StudentObject:
        """Return the same object under another name for messages.

        Examples
        --------
        >>> layer = StudentObject.named(student.Linear(3, 2), "the first layer")
        >>> layer.slope
        Traceback (most recent call last):
        grader.checks.objects.MissingName: `the first layer` has no `slope`.
        """
        return StudentObject(thing._wire, thing._handle, label)

    @staticmethod
    def handle_of(thing: StudentObject) -> Handle:
        """Return the handle of an object."""
        return thing._handle

    @staticmethod
    def label_of(thing: StudentObject) -> str:
        """Return the name of an object in messages."""
        return thing._label


@dataclass(frozen=True)
class Place:
    """The place of a list or a dict in the child: an attribute of an object, or a name, and the keys from there."""

    wire: Wire
    on: int
    name: str
    label: str
    keys: tuple[Any, ...] = ()

    def below(self, key: Any) -> Place:
        """Return the place of an entry."""
        return replace(self, keys=(*self.keys, key))

    def put(self, value: Any) -> None:
        """Assign a value at this place."""
        steps: list[dict[str, Any]] = [{"op": "get", "on": self.on, "name": self.name}]
        for key in self.keys[:-1]:
            steps.append({"op": "apply", "name": "getitem", "args": [Ref(len(steps) - 1), key]})
        steps.append({"op": "apply", "name": "setitem", "args": [Ref(len(steps) - 1), self.keys[-1], outgoing(value)]})
        label = self.label + "".join(f"[{cut(repr(key), 40)}]" for key in self.keys)
        self.wire.send({"op": "program", "steps": steps, "keep": []}, f"{label} = …")


class _KeptDict(dict[str, Any]):
    """A dict of the submission: an assigned entry is also assigned in the child, and a missing one is the student's fault.

    ``place`` is None for the result of a call: that is a copy, and belongs to the check.
    """

    place: Place | None
    label: str

    def __missing__(self, key: Any) -> Any:
        raise _no_entry(
            self.label, key, f"its keys are {', '.join(map(repr, list(self)[:8]))}" if self else "it is empty"
        )

    def __setitem__(self, key: str, value: Any) -> None:
        if self.place is not None:
            self.place.below(key).put(value)
        super().__setitem__(key, value)

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


class _KeptList(list[Any]):
    """A list of the submission, like ``_KeptDict``."""

    place: Place | None
    label: str

    def __getitem__(self, key: Any) -> Any:
        try:
            return super().__getitem__(key)
        except IndexError:
            raise _no_entry(self.label, key, f"its length is {len(self)}") from None

    def __setitem__(self, key: Any, value: Any) -> None:
        if self.place is not None:
            if isinstance(key, slice):
                raise TypeError("entries of a submission's list are assigned one by one")
            self.place.below(key).put(value)
        super().__setitem__(key, value)

    def __reduce__(self) -> Any:
        return list, (list(self),)


# Their names in messages.
_KeptDict.__name__, _KeptList.__name__ = "dict", "list"
_CONTAINERS = frozenset({dict, list, tuple})


def _no_entry(label: str, key: Any, others: str) -> StudentFault:
    return StudentFault(
        Why.WRONG,
        f"`{label}` has no entry {cut(repr(key), 40)}; {cut(others, 200)}.",
        expected=f"an entry {cut(repr(key), 40)}",
    )


def kept_as(value: Any, label: str, place: Place | None = None) -> Any:
    """Return a list or a dict, and those in it, so that assigning an entry also assigns it in the child, if it has a place there."""
    if type(value) not in _CONTAINERS or (type(value) is tuple and _CONTAINERS.isdisjoint(map(type, value))):
        return value
    if isinstance(value, tuple):
        return tuple(
            kept_as(item, f"{label}[{number}]", place and place.below(number)) for number, item in enumerate(value)
        )
    kept: _KeptDict | _KeptList
    if isinstance(value, dict):
        kept = _KeptDict(
            {
                key: kept_as(item, f"{label}[{cut(key, 40)!r}]", place and place.below(key))
                for key, item in value.items()
            }
        )
    elif _CONTAINERS.isdisjoint(map(type, value)):
        kept = _KeptList(value)
    else:
        kept = _KeptList(
            kept_as(item, f"{label}[{number}]", place and place.below(number)) for number, item in enumerate(value)
        )
    kept.place, kept.label = place, label
    return kept


def outgoing(value: Any) -> Any:
    """Replace the objects inside an argument by their handles."""
    if isinstance(value, StudentObject):
        return StudentObject.handle_of(value)
    if isinstance(value, list):
        return [outgoing(item) for item in value]
    if isinstance(value, tuple):
        return type(value)(outgoing(item) for item in value)
    if isinstance(value, dict):
        return {key: outgoing(item) for key, item in value.items()}
    return value


def expect_object(value: Any, what: str, wanted: str) -> StudentObject:
    """Return ``value`` if it is an object of the child; ``wanted`` says in messages what it must be.

    Raises
    ------
    StudentFault
        If it is plain data.

    Examples
    --------
    >>> expect_object(student.softplus(0.0), "`softplus(0)`", "a layer")
    Traceback (most recent call last):
    grader.outcomes.StudentFault: `softplus(0)` must be a layer, but it is the number 0.69314718.
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
    """Return the fault with the name of the request in front of its message."""
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
