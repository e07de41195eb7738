"""Classes by their names: what an object in the student's process says of its own is looked up among those that we have."""

from __future__ import annotations

import builtins
import enum
import sys
import types
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

# Where classes lie whose names may be looked up: nothing of the student's can be called so.
LIBRARIES = frozenset(
    {"builtins", "numpy", "collections", "decimal", "fractions", "datetime", "pandas", "scipy", "enum", "io", "re"}
    | {"pathlib", "json", "random", "string", "queue", "threading", "itertools", "functools", "matplotlib", "sklearn"}
    | {
        "zipfile",
        "csv",
        "urllib",
        "socket",
        "ast",
        "tokenize",
        "subprocess",
        "unittest",
        "statistics",
        "sympy",
        "networkx",
    }
)
# What Python asks a class for to tell whether its objects can be called, counted, gone through and so on.
SPECIAL = frozenset(
    {"__call__", "__iter__", "__next__", "__len__", "__contains__", "__getitem__", "__reversed__", "__hash__"}
    | {"__enter__", "__exit__", "__await__", "__aiter__", "__anext__", "send", "throw", "close"}
    | {"__int__", "__float__", "__complex__", "__index__", "__bytes__", "__abs__", "__round__", "__fspath__"}
)
_TYPES = {kind.__name__: kind for kind in vars(types).values() if isinstance(kind, type)}


def known_class(name: str) -> type | None:
    """Return our own class of a full name, such as `collections.OrderedDict`; None for one that we do not have.

    Exceptions are known wherever they come from, other classes only where an object of them is data: a test may call what a submission
    says that its class is, and then it is called here.
    """
    found = _looked_up(name)
    return found if found is not None and (issubclass(found, BaseException) or _is_data(found)) else None


def _is_data(kind: type) -> bool:
    root = kind.__module__.partition(".")[0]
    if root == "numpy":
        return issubclass(kind, np.generic | np.ndarray | np.dtype) and not issubclass(kind, np.memmap)
    if root == "pandas":
        return kind.__name__ in _TABLES
    return root in _DATA


_DATA = frozenset({"builtins", "types", "collections", "decimal", "fractions", "datetime", "enum", "re"})
_TABLES = frozenset(
    {
        "DataFrame",
        "Series",
        "Index",
        "RangeIndex",
        "MultiIndex",
        "DatetimeIndex",
        "Timestamp",
        "Timedelta",
        "Categorical",
    }
)


def _looked_up(name: str) -> type | None:
    root, *inner = name.split(".")
    if root not in LIBRARIES and root not in sys.stdlib_module_names:
        return None
    if root == "builtins" and len(inner) == 1:
        found: Any = getattr(builtins, inner[0], None) or _TYPES.get(inner[0])
        return found if isinstance(found, type) else None
    for end in range(len(inner), 0, -1):
        found = sys.modules.get(".".join([root, *inner[: end - 1]]))
        for part in inner[end - 1 :]:
            found = getattr(found, part, None) if found is not None else None
        if isinstance(found, type):
            return found
    return None


def nearest_class(names: Sequence[str]) -> type | None:
    """Return the first of some classes that we have, `object` left out."""
    return next((kind for kind in map(known_class, names) if kind is not None and kind is not object), None)


def told_class(names: Sequence[str]) -> type | None:
    """Return the first of some classes that `isinstance` may be told of: nobody calls it, so it may be one that computes, too."""
    for name in names:
        kind = known_class(name)
        if kind is None and name.partition(".")[0] in _COMPUTING and ".io." not in name:
            kind = _looked_up(name)
        if kind is not None and kind is not object:
            return kind
    return None


_COMPUTING = frozenset({"scipy", "sklearn", "sympy", "networkx"})


@cache
def _stand_in(name: str, module: str, special: frozenset[str]) -> type:
    return type(name, (), {"__module__": module, **dict.fromkeys(special, _asked_there)})


def _asked_there(*args: Any) -> None:
    """Stand for an operator that a class of the submission has."""


def stand_in(names: Sequence[str], special: Sequence[str]) -> type:
    """Return a class that is called as the first of some and has these of Python's operators; no object of it is ever made."""
    module, _, name = (names[0] if names else "object").rpartition(".")
    return _stand_in(name if name.isidentifier() else "object", module, frozenset(special) & SPECIAL)


def passes_as_data(kind: type) -> bool:
    """Return whether what derives from a class is taken for a plain value: a number, a text, a container, an array or a table."""
    return kind.__name__ in _TABLES or (issubclass(kind, _VALUES) and not issubclass(kind, enum.Enum))


_VALUES = (str, bytes, bytearray, list, tuple, dict, set, frozenset, int, float, complex, np.ndarray, np.generic)


def error_class(names: Sequence[str], name: str) -> type[BaseException]:
    """Return a class of exceptions: ours where it is known, else one of that name below the nearest that is."""
    first = known_class(names[0]) if names else getattr(builtins, name, None)
    if isinstance(first, type) and issubclass(first, BaseException):
        return first
    base = next(
        (kind for kind in map(known_class, names) if isinstance(kind, type) and issubclass(kind, Exception)), Exception
    )
    return _own(names[0] if names else name, base)


def _own(name: str, base: type[Exception]) -> type[Exception]:
    """Return the one class of this name."""
    if (name, base) not in _MADE:
        module, _, last = name.rpartition(".")
        fields = {"__module__": module or "__main__"}
        _MADE[name, base] = type(last if last.isidentifier() else "Error", (_Theirs, base), fields)
    return _MADE[name, base]


class _Theirs:
    """What an exception of the submission's class can tell beyond its arguments is asked for there."""

    def __init__(self, *args: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        there = self.__dict__.get("_there")
        if there is None or name.startswith("__"):
            raise AttributeError(name)
        return getattr(there, name)

    def __str__(self) -> str:
        there = self.__dict__.get("_there")
        return super().__str__() if there is None else str(there)


def is_made(kind: type) -> bool:
    """Return whether a class of exceptions stands for one of the submission's."""
    return issubclass(kind, _Theirs)


def warning_class(names: Sequence[str]) -> type[Warning]:
    """Return the class of a warning by the names of its classes."""
    found = error_class(names, "UserWarning")
    return found if issubclass(found, Warning) else UserWarning


_MADE: dict[tuple[str, Any], type[Exception]] = {}
