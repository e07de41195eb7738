"""What a student's code may do with an object of a test that it was handed: its public attributes, its operators, and nothing else."""

from __future__ import annotations

import io
import operator
import random
import sys
from collections.abc import Callable, ItemsView, Iterator, KeysView, ValuesView
from pathlib import Path
from typing import Any

import numpy as np

_OPERATORS: dict[str, Callable[..., Any]] = {
    **{
        name: getattr(operator, name)
        for name in (
            *("getitem", "setitem", "delitem", "contains", "abs", "neg", "eq", "ne", "lt", "le", "gt", "ge"),
            *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"),
        )
    },
    **{kind.__name__: kind for kind in (len, iter, next, bool, str, repr, int, float)},
    "radd": lambda value, other: other + value,
    "rsub": lambda value, other: other - value,
    "rmul": lambda value, other: other * value,
    "rtruediv": lambda value, other: other / value,
    "enter": lambda value: type(value).__enter__(value),
    "exit": lambda value, *exception: type(value).__exit__(value, None, None, None),
}


# Modules whose classes are only ways of writing a class.
_BASES = frozenset({"enum", "abc", "typing", "collections.abc"})


def is_of_the_test(value: Any) -> bool:
    """Return whether a test, or a file of the author's, has defined the class of an object, and those that it is derived from."""
    return all(
        kind is object or kind.__module__ in _BASES or issubclass(kind, BaseException) or _is_own(kind)
        for kind in type(value).__mro__
    ) and _is_own(type(value))


def _is_own(kind: type) -> bool:
    if kind.__module__ == "__main__":
        return True
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return isinstance(file, str) and Path(file).is_relative_to(Path.cwd())


def is_named_tuple(value: Any) -> bool:
    """Return whether a value is a tuple of a class with names for its items, which code may use."""
    return isinstance(value, tuple) and hasattr(type(value), "_fields") and _is_own(type(value))


def is_lent(value: Any) -> bool:
    """Return whether an object of a library may be lent: one that is gone through, read from, or drawn from, and does nothing else."""
    if isinstance(value, (io.StringIO, io.BytesIO, random.Random, np.random.RandomState)) or _is_mock(value):
        return True
    is_passed = isinstance(value, (KeysView, ItemsView, ValuesView, Iterator))
    return is_passed and type(value).__module__ in _ITERATORS


def _is_mock(value: Any) -> bool:
    # Where nobody has imported them, there are none.
    mock = sys.modules.get("unittest.mock")
    return mock is not None and isinstance(value, mock.NonCallableMock)


_ITERATORS = frozenset({"builtins", "itertools", "collections", "collections.abc"})


def served(value: Any) -> Callable[..., Any]:
    """Return what does to an object what a student's code asks for."""

    def serve(name: Any, *args: Any, **kwargs: Any) -> Any:
        if name == "call":
            return value(*args, **kwargs)
        if name in ("getattr", "setattr"):
            # A generator could tell of the frame that it runs in.
            inner = type(value).__module__ in _ITERATORS and args[0] not in ("send", "throw", "close")
            if not isinstance(args[0], str) or args[0].startswith("_") or inner:
                raise AttributeError("there is no such attribute")
            return getattr(value, args[0]) if name == "getattr" else setattr(value, args[0], args[1])
        if not isinstance(name, str) or name not in _OPERATORS:
            raise TypeError("there is no such operator")
        return _OPERATORS[name](value, *args)

    return serve
