"""Answers what the tests of another tool ask, which run with the judge: any operator, exact types, call-backs, changed arguments.

As in all of this package, nothing that is said here is believed by the judge; it compares.
"""

from __future__ import annotations

import builtins
import inspect
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from _child import entropy
from _child.answering import Answers
from _child.asserted import run_asserted
from _child.channel import Channel, EndOfChannel
from _child.handles import Handles
from _child.lent import Borrowed, Lent
from _child.operators import ALL
from _child.printing import flush_all
from _child.sealed import BUILTINS
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.wire import MAX_BYTES, Callback, Encoded, Held, MalformedFrame, ValueTooLarge, encode, know_libraries

MAX_FILE_BYTES = 8 * 2**20
MAX_CLASSES = 40
MAX_KEPT, MAX_CHANGED = 2000, 10_000
_CHANGEABLE = frozenset({list, dict, set, tuple, bytearray, np.ndarray})
_remove, _makedirs, _dirname, _open_file = os.remove, os.makedirs, os.path.dirname, open
_compile, _eval, _exec = compile, eval, exec
_mro = type.__dict__["__mro__"].__get__
_module_of, _qualname_of = type.__dict__["__module__"].__get__, type.__dict__["__qualname__"].__get__
_flags_of, _MADE_BY_CODE = type.__dict__["__flags__"].__get__, 1 << 9
_open, _read, _close, _RDONLY, _exit = os.open, os.read, os.close, os.O_RDONLY, os._exit
_import, _signature = __import__, inspect.signature
_ERRORS: dict[str, Any] = {
    name: kind for name, kind in BUILTINS.items() if isinstance(kind, type) and issubclass(kind, Exception)
}


class Borrowing(Handles):
    """Handles, and functions that stay with the judge."""

    def __init__(self, namespace: Any, call: Callable[[int, tuple[Any, ...], dict[str, Any]], Any]) -> None:
        super().__init__(namespace)
        self._call = call
        self._borrowed: dict[int, Any] = {}
        # What functions are called where they are.
        self.called: dict[str, str] = {}

    def resolve(self, value: Any, results: list[Any] | None = None) -> Any:
        """Return a request's value with objects and functions in place of the words for them."""
        if type(value) is Callback:
            kind = Lent if value.is_object else Borrowed
            if value.id not in self._borrowed:
                self._borrowed[value.id] = made = kind(self._call, value.id)
                if isinstance(made, Borrowed):
                    made.name(self.called.get(str(value.id), "function"))
            return self._borrowed[value.id]
        return super().resolve(value, results)


class Tested(Answers):
    """The state of one test: as of a check, and a conversation that goes both ways."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        know_libraries()
        self._handles = Borrowing(self._namespace, self._call_back)
        self._channel: Channel | None = None
        self._nonce = b""
        self._replaced: dict[tuple[str, str], Any] = {}
        self._kept = 0

    def serve(self, channel: Channel) -> None:
        """Answer requests until the judge closes the channel."""
        self.begin()
        self._channel = channel
        while True:
            self._nonce, request = self._next()
            self._reply(self.answer(request))

    def _next(self) -> tuple[bytes, Any]:
        assert self._channel is not None
        try:
            return self._channel.receive()
        except EndOfChannel:
            # Also from inside a function of the student's, which shall not go on by itself.
            _exit(0)

    def _reply(self, reply: dict[str, Any]) -> None:
        assert self._channel is not None
        self._channel.send(self._nonce, reply, self._handles.keep)

    def _call_back(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Have the judge call one of its functions; answer what that function asks meanwhile."""
        asked = {"args": self._exact(list(args)), "kwargs": self._exact(kwargs), "printed": self._printed()}
        self._reply({"callback": number, **asked})
        while True:
            self._nonce, request = self._next()
            if request["op"] != "answer":
                self._reply(self.answer(request))
            elif "error" in request:
                raise _ERRORS.get(request["error"], RuntimeError)(request["text"])
            else:
                return self._handles.resolve(request["value"])

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to one request, with what was printed and changed meanwhile."""
        self._handles.called.update(request.pop("called", {}))  # type: ignore[attr-defined]
        carried = request.pop("random", None)
        if type(carried) is list:
            entropy.put(carried)
        before = entropy.state() if carried else None
        reply = super().answer(request)
        warned = [(self._warned.get(each["category"]), each["message"]) for each in reply.pop("warnings", ())]
        if warned:
            reply["warned"] = [{"classes": _chain(kind or UserWarning), "message": text} for kind, text in warned]
        reply["printed"] = self._printed()
        if before is not None and _differ(before, after := entropy.state()):
            reply["random"] = after
        return reply

    def _one(self, request: dict[str, Any]) -> dict[str, Any]:
        resolved = self._handles.resolve(request)
        given = [resolved.get("args", []), resolved.get("kwargs", {})] if request.get("back") else None
        before = self._body(given) if given else b""
        reply: dict[str, Any] = {}
        try:
            value = self._perform(resolved)
            reply["value"] = self._sendable(value, request.get("reply_bytes"))
            if request["op"] == "call" and type(value) not in _SIMPLE and (same := _place(value, resolved)) is not None:
                reply["same"] = same
            if request["op"] in ("get", "call") and (number := self._number_of(value)) is not None:
                reply["at"] = number
        except BaseException as error:
            reply = self._failure(error)
        if given is not None and (after := self._body(given)) != before:
            reply["back"] = Encoded(after)
        return reply

    def _number_of(self, value: Any) -> int | None:
        """Return the number of a list, dict or array that a test may change; None for what is too large, or comes too late."""
        kind = type(value)
        if kind not in _CHANGEABLE or (value.size if kind is _ndarray else len(value)) > MAX_CHANGED:
            return None
        if not self._handles.is_kept(value):
            if self._kept == MAX_KEPT:
                return None
            self._kept += 1
        return self._handles.keep(value)[0]

    def _body(self, given: list[Any]) -> bytes:
        """Return arguments as bytes; of what is too much to be sent back, no change is seen."""
        try:
            return self._exact(given).body
        except ValueTooLarge:
            return b""

    def _perform(self, request: dict[str, Any]) -> Any:
        operation = _OPERATIONS.get(request.get("op", ""))
        return super()._perform(request) if operation is None else operation(self, request)

    def apply(self, request: dict[str, Any]) -> Any:
        """Apply an operator, whichever Python has."""
        operator = ALL.get(request["name"])
        if operator is None:
            raise MalformedFrame(f"there is no operator {request['name']!r}")
        return operator(*request["args"])

    def unset(self, request: dict[str, Any]) -> None:
        """Forget a name."""
        for names in self._namespace.dictionaries():
            names.pop(request["name"], None)

    def about(self, request: dict[str, Any]) -> Any:
        """Return the names of the classes of an object, and of a class those that it is derived from."""
        subject = self._subject(request)
        own = _chain(subject) if isinstance(subject, type) else []
        kind = type(subject)
        special = sorted({name for each in _mro(kind)[:MAX_CLASSES] for name in _names_of(each) if name in _SPECIAL})
        special = [name for name in special if name != "__hash__" or _looked_up(kind, name) is not None]
        return {"classes": _chain(kind), "own": own, "special": special, "callable": callable(subject)}

    def plain(self, request: dict[str, Any]) -> Any:
        """Return an object as the data that it holds, or the object again."""
        return Encoded(encode(_base_data(self._subject(request)), self._handles.keep, exact=True))

    def signature(self, request: dict[str, Any]) -> Any:
        """Return the parameters of a function: the name of each, its kind, and its default value in a list of its own."""
        found = _signature(self._subject(request)).parameters.values()
        return [[each.name, int(each.kind), [] if each.default is each.empty else [each.default]] for each in found]

    def write(self, request: dict[str, Any]) -> None:
        """Write a file that a test has written, or remove it."""
        name, content = str(request["name"]), request["content"]
        if content is None:
            _remove(name)
            return
        _makedirs(_dirname(name) or ".", exist_ok=True)
        with _open_file(name, "wb") as file:
            file.write(content)

    def patch(self, request: dict[str, Any]) -> None:
        """Put something in the place of what a module has under a name, or put that back."""
        module, name = str(request["module"]), str(request["name"])
        owner = sys.modules.get(module) or _import(module, fromlist=("",))
        own = self._replaced.setdefault((module, name), getattr(owner, name))
        setattr(owner, name, request.get("value", own))
        if (module, name) == ("sys", "stdin"):
            self._ask_stdin(typed="value" in request)

    def _ask_stdin(self, *, typed: bool) -> None:
        """Have `input` read what a test has put in the place of the keyboard, as Python does."""
        own = self._replaced.setdefault(("builtins", "input"), builtins.input)

        def read(prompt: object = "", /) -> str:
            line = str(sys.stdin.readline())
            if not line:
                raise EOFError("the input has no more lines")
            return line.removesuffix("\n")

        builtins.input = read if typed else own

    def evaluate(self, request: dict[str, Any]) -> Any:
        """Run a text that the test has got from the submission, or code that was made of one."""
        source, given = request["source"], request.get("names")
        if request["kind"] == "compile":
            return _compile(source, "<text>", request["mode"])
        names = self._namespace.dictionaries()[0] if given is None else given
        value = _eval(source, names) if request["kind"] == "eval" else _exec(source, names)
        # Of names that came with the text, those that it has bound go back.
        return value if given is None else [value, {key: each for key, each in given.items() if key != "__builtins__"}]

    def refill(self, request: dict[str, Any]) -> None:
        """Change a list, dict or array in place as the test has changed its copy; what holds it gets another one where that cannot be."""
        if not _refilled(self._handles.get(request["on"]), request["value"]) and request["place"] is not None:
            self.set({"on": request["place"], "name": request["name"], "value": request["value"]})

    def file(self, request: dict[str, Any]) -> Any:
        """Return what a file holds that the submission has written, None where there is none."""
        try:
            number = _open(str(request["name"]), _RDONLY)
        except (OSError, ValueError):
            return None
        try:
            pieces = []
            while piece := _read(number, 2**20):
                pieces.append(piece)
                if len(pieces) * 2**20 > MAX_FILE_BYTES:
                    return None
            return b"".join(pieces)
        except OSError:
            return None
        finally:
            _close(number)

    def module(self, request: dict[str, Any]) -> Any:
        """Return a module that the submission has handed in, or may import."""
        name = str(request["name"])
        _import(name)
        return sys.modules[name]

    def asserted(self, request: dict[str, Any]) -> Any:
        """Run the text that a student has of a test right here; return what it asserted."""
        names = self._namespace.dictionaries()[0]
        translate = getattr(self._replay, "_translate", str)
        return run_asserted(translate(str(request["text"])), names, str(request["name"]))

    def state(self, request: dict[str, Any]) -> Any:
        """Return where the global generators stand."""
        return entropy.state()

    def _printed(self) -> str:
        flush_all(self._namespace.dictionaries())
        return self._output.take()

    def _exact(self, value: Any) -> Encoded:
        return Encoded(encode(value, self._handles.keep, exact=True))

    def _sendable(self, value: Any, reply_bytes: Any) -> Encoded:
        limit = min(reply_bytes, MAX_BYTES) if type(reply_bytes) is int else MAX_BYTES
        if type(value) is Encoded:
            return value
        try:
            return Encoded(encode(value, self._handles.keep, max_bytes=limit, exact=True))
        except ValueTooLarge:
            # What is too large to be sent whole is asked for in parts.
            return Encoded(encode(Held(value), self._handles.keep))

    def _failure(self, error: BaseException) -> dict[str, Any]:
        reply = super()._failure(error)
        if "raised" in reply:
            reply["classes"] = _chain(type(error))
            reply["error"] = self._handles.keep(error)[0]
            try:
                reply["args"] = self._exact(list(BaseException.args.__get__(error)))  # type: ignore[attr-defined]
            except (ValueTooLarge, RecursionError):
                reply["args"] = []
        return reply


def _place(value: Any, request: dict[str, Any]) -> int | None:
    """Return which argument of a call its result is; None for another object."""
    return next((number for number, each in enumerate(request.get("args", ())) if each is value), None)


def _refilled(old: Any, new: Any) -> bool:
    """Make `old` hold what `new` holds; return whether that could be."""
    kind = type(old)
    if kind is not type(new):
        return False
    if kind is _ndarray:
        if old.shape != new.shape or old.dtype != new.dtype or not old.flags.writeable:
            return False
        old[...] = new
    elif kind is list:
        both = min(len(old), len(new))
        old[:] = [*(one if _refilled(one, other) else other for one, other in zip(old, new, strict=False)), *new[both:]]
    elif kind is dict:
        kept = {key: old[key] if key in old and _refilled(old[key], item) else item for key, item in new.items()}
        old.clear()
        old.update(kept)
    elif kind is set or kind is bytearray:
        old.clear()
        old.update(new) if kind is set else old.extend(new)
    elif kind is tuple and len(old) == len(new):
        return all(
            _refilled(one, other) or one is other or _is_same(one, other) for one, other in zip(old, new, strict=True)
        )
    else:
        return False
    return True


def _is_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and type(one) in _SIMPLE and one == other


_SIMPLE = frozenset({bool, int, float, complex, str, bytes, type(None)})


def _base_data(value: Any) -> Any:
    """Return the data below a class that is derived from a plain one and compares, counts and is gone through as that."""
    kind = type(value)
    if type(kind) is not type or kind in _BASES:
        return value
    kinds = _mro(kind)
    base = next((each for each in kinds if each in _BASES), None)
    if base is None or any(not _OWN.isdisjoint(_names_of(each)) for each in kinds[: kinds.index(base)]):
        return _view(value, _ndarray) if base is _ndarray and kind.__module__.startswith("numpy") else value
    return _view(value, _ndarray) if base is _ndarray else _BASES[base](value)


_names_of = type.__dict__["__dict__"].__get__
_SPECIAL = frozenset(
    {"__call__", "__iter__", "__next__", "__len__", "__contains__", "__getitem__", "__reversed__", "__hash__"}
    | {"__enter__", "__exit__", "__await__", "__aiter__", "__anext__", "send", "throw", "close"}
    | {"__int__", "__float__", "__complex__", "__index__", "__bytes__", "__abs__", "__round__", "__fspath__"}
)
_ndarray, _view = np.ndarray, np.ndarray.view
_OWN = frozenset(
    {"__eq__", "__iter__", "__getitem__", "__len__", "__contains__", "__bool__", "__lt__", "__array_finalize__"}
)
_BASES: dict[type, Callable[[Any], Any]] = {
    list: lambda value: list(list.__iter__(value)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    dict: lambda value: {key: dict.__getitem__(value, key) for key in list(dict.keys(value))},
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    str: lambda value: str.__str__(value),
    int: lambda value: int.__int__(value),
    float: lambda value: float.__float__(value),
    _ndarray: lambda value: value,
}


def _looked_up(kind: type, name: str) -> Any:
    """Return what a class has under a name, asking none of its own code."""
    return next((_names_of(each)[name] for each in _mro(kind) if name in _names_of(each)), None)


def _chain(kind: type) -> list[str]:
    """Return the full names of a class and of those that it is derived from; none that Python code has made is a builtin."""
    names = []
    for each in _mro(kind)[:MAX_CLASSES]:
        module, name = _module_of(each), _qualname_of(each)
        if module == "builtins" and _flags_of(each) & _MADE_BY_CODE and BUILTINS.get(str(name)) is not each:
            module = "__main__"
        names.append(f"{module if type(module) is str else '?'}.{name}"[:300])
    return names


def _differ(before: list[Any], after: list[Any]) -> bool:
    return any(
        (one != other) if type(one) is not type(before[0]) else bool((one != other).any())
        for one, other in zip(before, after, strict=True)
    )


_OPERATIONS: dict[str, Callable[[Tested, dict[str, Any]], Any]] = {
    "apply": Tested.apply,
    "unset": Tested.unset,
    "about": Tested.about,
    "plain": Tested.plain,
    "file": Tested.file,
    "signature": Tested.signature,
    "write": Tested.write,
    "patch": Tested.patch,
    "evaluate": Tested.evaluate,
    "refill": Tested.refill,
    "module": Tested.module,
    "asserted": Tested.asserted,
    "state": Tested.state,
}
