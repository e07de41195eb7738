"""What a test and the student's process say to each other: values out and in, exceptions, call-backs, what was printed and changed.

Nothing that arrives is believed to be more than data. A function of the judge's can be called from there, with data, and nothing else of it is
to be had.
"""

from __future__ import annotations

import contextlib
import copy
import random
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.judge.foreign.changes import CHANGED_IN_PLACE, change
from grader.judge.foreign.classes import error_class, is_made, known_class, warning_class
from grader.judge.foreign.held import Held
from grader.judge.foreign.lending import is_lent, is_named_tuple, is_of_the_test, served
from grader.judge.foreign.trust import Trust
from grader.outcomes import StudentFault
from grader.wire.agreed import ProtocolError
from grader.wire.library_values import TAKEN_APART
from grader.wire.session import Ask
from grader.wire.values import Callback, Handle

NAMESPACE = 0
MAX_DEPTH = 50
_PLAIN = frozenset(
    {
        bool,
        int,
        float,
        complex,
        str,
        bytes,
        type(None),
        range,
        slice,
        type(...),
        np.ndarray,
        np.random.Generator,
        np.dtype,
    }
)


class CannotCross(Exception):
    """A value of the test has no form in which the student's process could get it."""


class Gone(Exception):
    """An object of the submission that an earlier test has got, in a process that has ended."""


class Conversation:
    """Asks the child of a test, or of one test after the other.

    Parameters
    ----------
    ask : callable
        Sends one request and returns its reply.
    trust : Trust
        Learns what was looked at.
    wrap : callable
        Makes of this conversation and a handle what stands for the object.
    carries_random : bool
        Whether the global generators are kept at one state on both sides.
    """

    def __init__(self, ask: Ask, trust: Trust, wrap: Callable[..., Any], *, carries_random: bool = False) -> None:
        self._wrap = wrap
        # Threads of a test ask one after the other.
        self._lock = threading.RLock()
        # Which of its children it asks: what came of an earlier one is gone.
        self.child = 0
        self._turn_to(ask)
        self.begin(ask, trust, carries_random=carries_random)

    def _turn_to(self, ask: Ask) -> None:
        self._ask = ask
        self.child += 1
        self._objects: dict[int, Any] = {}
        self._functions: list[Any] = []
        self._borrowed: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._held = Held()
        self._called_by: dict[str, str] = {}

    def begin(self, ask: Ask, trust: Trust, *, carries_random: bool) -> bool:
        """Begin with the next test; return whether it has another child than the one before."""
        is_new = ask is not self._ask
        if is_new:
            self._turn_to(ask)
        self.trust = trust
        self.before_call: Callable[[], None] = lambda: None
        self.after_call: Callable[[], None] = lambda: None
        # Whether the test itself catches what ends a loop.
        self.expects_stop = False
        self._states: list[Any] | None = None
        # What ended the child: whatever the test makes of it, nothing that came after is a verdict.
        self.fatal: StudentFault | None = None
        if carries_random:
            self._states = _state()
            _put(self.send({"op": "state"}))
        return is_new

    def name(self, name: str) -> Any:
        """Return what the submission calls `name`; raises KeyError when it has none."""
        self._give_held()
        reply = self._exchange({"op": "get", "on": NAMESPACE, "name": name})
        if "missing" in reply:
            raise KeyError(name)
        self.trust.observed = True
        return self._held.keep(reply.get("at"), self._value(reply), (NAMESPACE, name))

    def attribute(self, owner: Any, handle: Handle, name: str) -> Any:
        """Return an attribute of an object of the submission."""
        self._give_held()
        reply = self._exchange({"op": "get", "on": handle.id, "name": name})
        if "missing" in reply:
            raise AttributeError(f"{handle.type_name!r} object has no attribute {name!r}", name=name, obj=owner)
        value = self._value(reply)
        return value if handle.type_name == "module" else self._held.keep(reply.get("at"), value, (handle.id, name))

    def holds(self, value: Any) -> bool:
        """Return whether changes of a value in place are given to the submission."""
        return value in self._held

    def _give_held(self) -> None:
        """Let the submission see what the test has changed in lists, dicts and arrays that came from there."""
        for number, value, (owner, name) in [(n, v, p or (None, "")) for n, v, p in self._held.changed()]:
            with contextlib.suppress(Exception):
                self.send({"op": "refill", "on": number, "place": owner, "name": name, "value": self.outgoing(value)})

    def set_name(self, name: str, value: Any) -> None:
        """Give a name of the submission a value."""
        self.send({"op": "set", "on": NAMESPACE, "name": name, "value": self.outgoing(value)})

    def unset(self, name: str) -> None:
        """Make the submission forget a name."""
        self.send({"op": "unset", "name": name})

    def call(self, handle: Handle, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call an object of the submission; what it changes in place is changed in the arguments here."""
        self.before_call()
        self._give_held()
        back = any(type(value) in CHANGED_IN_PLACE or type(value) in TAKEN_APART for value in (*args, *kwargs.values()))
        request = {"op": "call", "on": handle.id, "name": None, "back": back}
        request["args"] = [self.outgoing(value) for value in args]
        request["kwargs"] = {key: self.outgoing(value) for key, value in kwargs.items()}
        reply = self._exchange(request)
        if "back" in reply:
            self._change([*args], [kwargs], self.incoming(reply["back"]))
        self.after_call()
        if "raised" in reply and not self.expects_stop:
            self._raise_unless_stop(reply)
        same = reply.get("same")
        value = self._value(reply)
        if type(same) is int and same < len(args) and type(value) is type(args[same]):
            # What a function was given and gives back is one object, as it is there.
            return args[same]
        return self._held.keep(reply.get("at"), value)

    def _raise_unless_stop(self, reply: dict[str, Any]) -> None:
        """Raise what a function has raised; one that would end a loop of the test without a word becomes an error, as in a generator."""
        error = self._error(reply)
        if not isinstance(error, StopIteration | StopAsyncIteration):
            raise error
        stopped = RuntimeError(f"it raised {type(error).__name__}")
        stopped.__dict__["_fault"] = reply["raised"]
        raise stopped

    def apply(self, name: str, *operands: Any) -> Any:
        """Apply an operator to values there."""
        self._give_held()
        return self.send({"op": "apply", "name": name, "args": [self.outgoing(each) for each in operands]})

    def about(self, handle: Handle) -> dict[str, Any]:
        """Return what the child says of an object's classes."""
        told = self.send({"op": "about", "on": handle.id})
        if not isinstance(told, dict):
            raise ProtocolError("what is told of a class is no map")

        def texts(key: str) -> list[str]:
            value = told.get(key)
            return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []

        return {
            "classes": texts("classes"),
            "own": texts("own"),
            "special": texts("special"),
            "callable": told.get("callable") is True,
        }

    def plain(self, handle: Handle) -> Any:
        """Return the data that an object holds, or what stands for it when there is none."""
        return self.send({"op": "plain", "on": handle.id})

    def send(self, request: dict[str, Any]) -> Any:
        """Return the value of a reply; raises what the student's code raised."""
        return self._value(self._exchange(request))

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        request["exact"] = True
        if self._called_by:
            request["called"], self._called_by = self._called_by, {}
        if self._states is not None:
            now = _state()
            request["random"] = True if _same(now, self._states) else now
        with self._lock:
            try:
                reply = self._ask(request)
                while "callback" in reply:
                    self._print(reply)
                    reply = self._ask({**self._called(reply), "exact": True})
            except StudentFault as fault:
                self.fatal = fault
                raise
        self._print(reply)
        for each in reply.get("warned", ()):
            warnings.warn(each["message"], warning_class(each["classes"]), stacklevel=2)
        if self._states is not None:
            if "random" in reply:
                _put(reply["random"])
            self._states = _state()
        return reply

    def _print(self, reply: dict[str, Any]) -> None:
        if printed := reply.get("printed"):
            sys.stdout.write(printed)

    def _value(self, reply: dict[str, Any]) -> Any:
        if "raised" in reply:
            raise self._error(reply)
        if "missing" in reply:
            raise AttributeError(f"there is no {reply['missing']!r}")
        return self.incoming(reply["value"])

    def _error(self, reply: dict[str, Any]) -> BaseException:
        """Return what the student's code raised, as an exception of the same class where that is known here."""
        fault = reply["raised"]
        kind = error_class(reply.get("classes", ()), fault.raised or "Exception")
        args = self.incoming(reply.get("args", []))
        args = tuple(args) if isinstance(args, list) else ()
        try:
            # So that what is made of the arguments is there: the code of an exit, the number of an error.
            error = kind(*args) if kind.__module__ == "builtins" else kind.__new__(kind)
        except (TypeError, ValueError):
            error = kind.__new__(kind)
        BaseException.args.__set__(error, args)  # type: ignore[attr-defined]
        error.__dict__["_fault"] = fault
        if type(number := reply.get("error")) is int and is_made(kind):
            error.__dict__["_there"] = self._object(Handle(number, kind.__name__))
        return error

    def _called(self, reply: dict[str, Any]) -> dict[str, Any]:
        """Call one of the test's functions for the student's code, and return the answer."""
        number, args, kwargs = reply["callback"], reply.get("args"), reply.get("kwargs")
        if number >= len(self._functions) or not isinstance(args, list) or not isinstance(kwargs, dict):
            return {"op": "answer", "error": "TypeError", "text": "there is no such function"}
        try:
            value = self._functions[number](*self.incoming(args), **self.incoming(kwargs))
            return {"op": "answer", "value": self.outgoing(value)}
        except StudentFault:
            raise
        except Exception as error:
            return {"op": "answer", "error": type(error).__name__, "text": str(error)[:1000]}

    def incoming(self, value: Any) -> Any:
        """Return decoded data with what stands for objects in place of their handles."""
        kind = type(value)
        if kind is Handle:
            return self._object(value)
        if kind is Callback:
            return self._given_back(value)
        if kind is list or kind is tuple:
            return kind([self.incoming(item) for item in value]) if _holds_more(value) else value
        if kind is dict:
            return {key: self.incoming(item) for key, item in value.items()}
        return _rebuilt(value, self.incoming) if kind in TAKEN_APART else value

    def _object(self, handle: Handle) -> Any:
        found = self._objects.get(handle.id)
        if found is None:
            found = self._objects[handle.id] = self._wrap(self, handle)
        return found

    def outgoing(self, value: Any, depth: int = 0) -> Any:
        """Return a value of the test in the form in which it is sent.

        Raises
        ------
        CannotCross
            When it has none.
        """
        kind = type(value)
        # First of all: what stands for an object says that it is of that object's class.
        handle = getattr(kind, "_handle_of", None)
        if handle is not None:
            return handle(value)
        if kind in _PLAIN or isinstance(value, np.generic):
            if kind is np.ndarray and value.dtype.kind in "OV":
                raise CannotCross(f"an array of {value.dtype}")
            return value
        if depth > MAX_DEPTH:
            raise CannotCross("a value that nests too deeply")
        if is_named_tuple(value):
            return self._borrow(value, served(value))
        if kind in TAKEN_APART:
            return _rebuilt(value, lambda item: self.outgoing(item, depth + 1))
        if isinstance(value, (list, tuple, set, frozenset)):
            made = next(base for base in (list, tuple, set, frozenset) if isinstance(value, base))
            return made([self.outgoing(item, depth + 1) for item in value])
        if isinstance(value, dict):
            return {self.outgoing(key, depth + 1): self.outgoing(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (int, float, complex, str, bytes, bytearray, np.ndarray)):
            return value
        if isinstance(value, np.ufunc) or (isinstance(value, type) and _is_named(value)):
            return value
        if is_of_the_test(value) or is_lent(value):
            return self._borrow(value, served(value))
        if (callable(value) and not isinstance(value, type)) or (
            isinstance(value, type) and known_class(_full(value)) is None
        ):
            return self._borrow(value)
        raise CannotCross(f"a value of the type {kind.__name__}")

    def _borrow(self, value: Any, function: Any = None) -> Callback:
        """Return the word for a function of the test's, or for an object that ``function`` answers for."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._functions)
            self._functions.append(function or value)
            self._borrowed.append(value)
            name = getattr(value, "__name__", None)
            if function is None and isinstance(name, str):
                self._called_by[str(number)] = name
        return Callback(number, is_object=function is not None)

    def _given_back(self, word: Callback) -> Any:
        """Return what the submission has got of the test, and gives back."""
        if word.id >= len(self._borrowed):
            raise ProtocolError("there is no such function")
        return self._borrowed[word.id]

    def _change(self, args: list[Any], kwargs: list[Any], back: Any) -> None:
        """Change the arguments of a call as the student's code has changed its copies of them."""
        if not isinstance(back, list) or len(back) != 2:
            return
        change(args, back[0])
        change(kwargs[0], back[1])


def _rebuilt(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a value of the standard library with what it holds changed."""
    if isinstance(value, dict):
        value = copy.copy(value)
        for key, item in value.items():
            value[key] = change(item)
    elif isinstance(value, deque):
        value = deque([change(item) for item in value], value.maxlen)
    return value


def _full(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_named(kind: type) -> bool:
    if kind.__module__ == "builtins":
        return kind in (bool, bytes, complex, dict, float, int, list, object, set, str, tuple)
    return getattr(np, kind.__name__, None) is kind and issubclass(kind, np.generic | np.ndarray)


def _holds_more(value: Any) -> bool:
    return any(type(item) in (Handle, Callback, list, tuple, dict) for item in value)


def _state() -> list[Any]:
    _, key, place, has_gauss, gauss = np.random.get_state()  # noqa: NPY002
    _, words, gauss_next = random.getstate()
    return [key, place, has_gauss, gauss, np.array(words, np.uint32), gauss_next]


def _put(state: Any) -> None:
    """Bring the global generators to where the child's are; what is no such state is left."""
    try:
        key, place, has_gauss, gauss, words, gauss_next = state
        np.random.set_state(("MT19937", key, int(place), int(has_gauss), float(gauss)))  # noqa: NPY002
        random.setstate((3, tuple(int(word) for word in words), gauss_next if isinstance(gauss_next, float) else None))
    except (TypeError, ValueError, OverflowError):
        raise ProtocolError("the state of a generator has not the agreed form") from None


def _same(one: list[Any], other: list[Any]) -> bool:
    return (
        one[1:4] == other[1:4]
        and one[5] == other[5]
        and bool((one[0] == other[0]).all())
        and bool((one[4] == other[4]).all())
    )
