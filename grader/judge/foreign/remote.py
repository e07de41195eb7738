"""An object that stays in the student's process, as a test meets it: whatever Python can do with it is asked for there.

What can be compared here is compared here: an object is first asked for the data that it holds. Where it has none, it answers
for itself, and the verdict says so.
"""

from __future__ import annotations

import ast
import contextlib
import operator
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from inspect import Parameter, Signature
from itertools import chain, islice
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from grader.judge.foreign.classes import error_class, known_class, nearest_class, passes_as_data, stand_in, told_class
from grader.judge.foreign.conversation import CannotCross, Conversation, Gone
from grader.outcomes import Decided
from grader.wire.values import Handle

# Compared by being the same, with nobody's code.
_BY_IDENTITY = frozenset({"function", "type", "module", "builtin_function_or_method", "method", "generator"})
_FUNCTIONS = frozenset({"function", "builtin_function_or_method", "method"})
# Methods whose answer is a comparison that the object has made.
_COMPARING = frozenset(
    {"equals", "identical", "eq", "ne", "lt", "le", "gt", "ge", "isin", "all", "any", "allclose", "issubset"}
    | {"issuperset", "isdisjoint", "difference", "symmetric_difference", "startswith", "endswith", "is_integer"}
    | {name for name in dir(str) if name.startswith("is")}
)
# What tells two values apart, as a comparison does, where an object does it with another one.
_DIFFERENCES = frozenset(
    {"sub", "isub", "truediv", "itruediv", "floordiv", "ifloordiv", "mod", "imod", "xor", "ixor", "divmod"}
)
# How deep, and among how many items, an object of the submission is looked for in a value of a test.
MOST_WITHIN, MOST_ITEMS = 4, 10_000
_REFUSED = (
    "__array",
    "__reduce",
    "__getstate__",
    "__setstate__",
    "__length_hint__",
    "__index__",
)


class Remote:
    """What stands for one object of the submission."""

    __slots__ = ("__weakref__", "_about", "_child", "_conversation", "_number")

    def __init__(self, conversation: Conversation, handle: Handle) -> None:
        told = {"_conversation": conversation, "_number": handle, "_child": conversation.child, "_about": None}
        for name, value in told.items():
            object.__setattr__(self, name, value)

    @property
    def _handle(self) -> Handle:
        if self._child != self._conversation.child:
            raise Gone("an object that an earlier test has got is used again, and the submission has gone on since")
        return self._number

    def _handle_of(self) -> Handle:
        return self._handle

    def _told(self) -> dict[str, Any]:
        if self._about is None:
            object.__setattr__(self, "_about", self._conversation.about(self._handle))
        return self._about

    def _known_class(self) -> Any:
        """Return the first of the object's classes that we have, else one with the same operators, so that `isinstance` is right about it."""
        told = self._told()
        return told_class(told["classes"]) or stand_in(told["classes"], told["special"])

    __class__ = property(_known_class)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(_REFUSED):
            raise AttributeError(name)
        if name in _COMPARING or self._overrides(name):
            self._conversation.trust.lower(Decided.BY_OBJECT)
        value = self._conversation.attribute(self, self._handle, name)
        if self._handle.type_name == "module" and is_remote(value):
            # A function of a library, as the submission has it: what it finds equal need not be.
            self._conversation.trust.lower(Decided.BY_OBJECT)
        return value

    def _overrides(self, name: str) -> bool:
        """Return whether a class of the submission answers in the place of a text, a list or an array, as which it passes."""
        if self._handle.type_name in _BY_IDENTITY:
            return False
        classes = self._told()["classes"]
        base = nearest_class(classes)
        return base is not None and _full(base) != classes[0] and passes_as_data(base) and hasattr(base, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._conversation.apply("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._conversation.apply("delattr", self, name)

    def __dir__(self) -> Any:
        return self._conversation.apply("dir", self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object where it is."""
        return self._conversation.call(self._handle, args, kwargs)

    def __iter__(self) -> Iterator[Any]:
        value = plain(self)
        return iter(value) if not is_remote(value) else _iterated(self._conversation.apply("iter", self))

    def __next__(self) -> Any:
        return self._conversation.apply("next", self)

    def __contains__(self, item: Any) -> bool:
        mine, other = plain(self), plain(item)
        if not is_remote(mine) and not is_remote(other):
            return other in mine
        self._conversation.trust.lower(Decided.BY_OBJECT)
        return bool(self._conversation.apply("contains", self, item))

    def __bool__(self) -> bool:
        if self._handle.type_name in _BY_IDENTITY:
            return True
        value = plain(self)
        if not is_remote(value):
            return bool(value)
        self._conversation.trust.lower(Decided.BY_OBJECT)
        return bool(self._conversation.apply("bool", self))

    def __hash__(self) -> int:
        if self._handle.type_name in _BY_IDENTITY:
            return hash(("object of the submission", self._handle.id))
        value = plain(self)
        return hash(value) if not is_remote(value) else int(self._conversation.apply("hash", self))

    def __copy__(self) -> Any:
        return self._conversation.apply("copy", self)

    def __deepcopy__(self, memo: Any) -> Any:
        return self._conversation.apply("deepcopy", self)

    def __mro_entries__(self, bases: Any) -> Any:
        raise CannotCross("a class that is derived from one of the submission's")

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        value = plain(self)
        if not is_remote(value):
            return np.array(value, dtype)
        # Element by element: an array of objects, one that holds nothing but numbers, or whatever can be gone through.
        items = [plain(item) for item in _iterated(self._conversation.apply("iter", self))]
        if any(is_remote(item) for item in items):
            made = np.empty(len(items), object)
            made[:] = items
            return made
        return np.array(items, dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        values = [plain(each) for each in inputs]
        if not any(is_remote(each) for each in values):
            return getattr(ufunc, method)(*values, **kwargs)
        name = _OF_UFUNC.get(ufunc.__name__)
        if method != "__call__" or name is None:
            return getattr(ufunc, method)(*[np.asarray(each) if is_remote(each) else each for each in values], **kwargs)
        return _operated(self._conversation, name, *inputs)

    def __instancecheck__(self, instance: Any) -> bool:
        own = self._told()["own"]
        names = _classes_of(instance)
        return bool(own) and own[0] in names

    def __subclasscheck__(self, kind: Any) -> bool:
        own = self._told()["own"]
        names = kind._told()["own"] if is_remote(kind) else [_full(each) for each in kind.__mro__]
        return bool(own) and own[0] in names

    def __enter__(self) -> Any:
        return self._conversation.attribute(self, self._handle, "__enter__")()

    def __exit__(self, *exception: Any) -> Any:
        return self._conversation.attribute(self, self._handle, "__exit__")(None, None, None)

    def __index__(self) -> int:
        return int(self._conversation.apply("index", self))

    def __format__(self, spec: str) -> str:
        if self._overrides("__format__"):
            self._conversation.trust.lower(Decided.BY_OBJECT)
        return str(self._conversation.apply("format", self, spec))


class RemoteFunction(Remote):
    """What stands for a function: libraries take what has these for a list of functions, or for a table."""

    __slots__ = ()

    @property
    def __signature__(self) -> Any:
        told = self._conversation.send({"op": "signature", "on": self._handle.id})
        return Signature([_parameter(*each) for each in told])

    __iter__ = __next__ = __len__ = __contains__ = __getitem__ = __reversed__ = __array__ = __fspath__ = None  # type: ignore[assignment]


def _parameter(name: Any, kind: Any, default: Any) -> Parameter:
    kinds = (
        *(Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL),
        *(Parameter.KEYWORD_ONLY, Parameter.VAR_KEYWORD),
    )
    return Parameter(name, kinds[kind], default=default[0] if default else Parameter.empty)


def holds_remote(value: Any, depth: int = MOST_WITHIN) -> bool:
    """Return whether a value is an object of the submission, or something of a test's that holds one: a list, an object, a function."""
    if is_remote(value):
        return True
    if depth == 0 or isinstance(value, ModuleType):
        return False
    if isinstance(value, FunctionType):
        held: Iterable[Any] = chain(value.__defaults__ or (), (value.__kwdefaults__ or {}).values(), _enclosed(value))
    elif isinstance(value, dict):
        held = chain(value.keys(), value.values())
    elif isinstance(value, list | tuple | set | frozenset | deque):
        held = value
    else:
        held = getattr(value, "__dict__", {}).values()
    return any(holds_remote(each, depth - 1) for each in islice(held, MOST_ITEMS))


def _enclosed(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # nothing yet
            yield cell.cell_contents


def is_remote(value: Any) -> bool:
    """Return whether a value stands for an object of the submission; what it says of its class is another matter."""
    return type(value) is Remote or type(value) is RemoteFunction


def _iterated(iterator: Any) -> Iterator[Any]:
    while True:
        try:
            yield next(iterator)
        except StopIteration:
            return


def plain(value: Any) -> Any:
    """Return the data that an object of the submission holds; any other value as it is."""
    if not is_remote(value) or value._handle.type_name in _BY_IDENTITY:
        return value
    found = value._conversation.plain(value._handle)
    return value if is_remote(found) or _holds_objects(found) else found


def _holds_objects(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(is_remote(item) or _holds_objects(item) for item in value)
    if isinstance(value, dict):
        return any(is_remote(item) or _holds_objects(item) for item in value.values())
    return False


def wrap(conversation: Conversation, handle: Handle) -> Any:
    """Return what stands for an object: for a class of exceptions, a class that can be caught."""
    made = (RemoteFunction if handle.type_name in _FUNCTIONS else Remote)(conversation, handle)
    if handle.type_name == "type":
        own = made._told()["own"]
        if "builtins.BaseException" in own:
            return error_class(own, own[0])
        if own and (known := known_class(own[0])) is not None:
            return known
    return made


def class_of(value: Any) -> Any:
    """Return the class of a value: our own where an object of the submission has one that we know, else its class there."""
    if not is_remote(value):
        return type(value)
    told = value._told()["classes"]
    known = known_class(told[0]) if told else None
    # Not what its attribute `__class__` says, which may be anything.
    return known or value._conversation.apply("type", value)


def _classes_of(value: Any) -> list[str]:
    if is_remote(value):
        return list(value._told()["classes"])
    return [_full(kind) for kind in type(value).__mro__]


def _full(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _compare(name: str, here: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def method(self: Remote, other: Any) -> Any:
        same = is_remote(other) and other._handle.id == self._handle.id
        if self._handle.type_name in _BY_IDENTITY and name in ("eq", "ne"):
            return same is (name == "eq")
        mine, theirs = plain(self), plain(other)
        if not is_remote(mine) and not is_remote(theirs):
            return here(mine, theirs)
        self._conversation.trust.lower(Decided.BY_OBJECT)
        return self._conversation.apply(name, self, other)

    return method


def _operated(conversation: Conversation, name: str, *operands: Any) -> Any:
    """Have an operator applied there. An object that is handed what it is compared with, as in `abs(x - 2)`, decides."""
    if name in _COMPARISONS or name in _DIFFERENCES or any(not is_remote(each) for each in operands):
        conversation.trust.lower(Decided.BY_OBJECT)
    return conversation.apply(name, *operands)


def _binary(name: str) -> Callable[[Any, Any], Any]:
    return lambda self, other, *more: _operated(self._conversation, name, self, other, *more)


def _reflected(name: str) -> Callable[[Any, Any], Any]:
    return lambda self, other: _operated(self._conversation, name, other, self)


def _unary(name: str) -> Callable[..., Any]:
    def method(self: Remote, *more: Any) -> Any:
        if self._overrides(f"__{name}__") and (name in _SHOWN or is_remote(plain(self))):
            self._conversation.trust.lower(Decided.BY_OBJECT)
        value = self._conversation.apply(name, self, *more)
        if name == "repr" and _looks_like_data(value):
            self._conversation.trust.lower(Decided.BY_OBJECT)
        return value

    return method


_SHOWN = frozenset({"repr", "str"})


def _looks_like_data(shown: Any) -> bool:
    """Return whether an object shows itself as the number, the text or the list that it is not."""
    try:
        ast.literal_eval(shown)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return isinstance(shown, str) and shown.startswith(("array(", "nan", "inf", "-inf"))
    return True


_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
_ARITHMETIC = (
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "mod",
    "matmul",
    "lshift",
    "rshift",
    "and",
    "or",
    "xor",
    "pow",
)
_ALONE = (
    *("neg", "pos", "abs", "invert", "len", "repr", "str", "int", "float", "complex", "round", "reversed"),
    *("trunc", "floor", "ceil", "bytes", "getitem", "delitem", "setitem", "fspath"),
)
_OF_UFUNC = {
    "equal": "eq", "not_equal": "ne", "less": "lt", "less_equal": "le", "greater": "gt", "greater_equal": "ge",
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "floor_divide": "floordiv",
    "remainder": "mod", "power": "pow", "matmul": "matmul", "bitwise_and": "and_", "bitwise_or": "or_",
}  # fmt: skip


def _methods() -> Iterator[tuple[str, Any]]:
    """Yield the names of Python's operators, and what asks for each."""
    for name in _COMPARISONS:
        yield name, _compare(name, getattr(operator, name))
    for name in _ARITHMETIC:
        word = f"{name}_" if name in ("and", "or") else name
        yield name, _binary(word)
        yield f"r{name}", _reflected(word)
        yield f"i{name}", _binary(f"i{name}")
    yield "divmod", _binary("divmod")
    yield "rdivmod", _reflected("divmod")
    for name in _ALONE:
        yield name, _unary(name)


def _said(name: str) -> property:
    """Return what lets an object say this of itself, where Python would say it of our class."""

    def say(self: Remote) -> Any:
        return self.__getattr__(name)

    return property(say)


for _name in ("__doc__", "__module__"):
    setattr(Remote, _name, _said(_name))
    setattr(RemoteFunction, _name, _said(_name))
for _name, _method in _methods():
    setattr(Remote, f"__{_name}__", _method)
