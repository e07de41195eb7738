"""What a child of the fence would send of a value: the same data, and the same word for what stays there. CHECKED; imports NumPy only.

The child's own encoder trusts no class and runs none of its methods; this one is for trusted code and keeps to the same rules.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

MAX_INT_BITS = 511
MAX_DEPTH = 12
MAX_NDIM = 8
CODES = {(np.dtype(code).kind, np.dtype(code).itemsize): code for code in "?bBhHiIqQefdFD"}
NARROWED = {"g": "d", "G": "D"}
ROWS: tuple[type, ...] = (range, deque, type({}.keys()), type({}.values()), type({}.items()))
METHODS = (FunctionType, classmethod, staticmethod, property)
HARMLESS = frozenset(
    ("__new__", "__init__", "__repr__", "__str__", "__getnewargs__", "__replace__", "_make", "_replace", "_asdict")
)
ARRAY_KINDS = {
    "O": "object",
    "U": "text",
    "S": "bytes",
    "V": "records",
    "M": "dates",
    "m": "time spans",
    "T": "text",
}
Keep = Callable[[Any], Any]


def as_sent(value: Any, keep: Keep, depth: int = 0) -> Any:
    """Return a value as the judge gets it; ``keep`` takes what stays behind and returns the word for it."""
    kind = type(value)
    if value is None or kind in (bool, float, complex, bytes):
        return value
    if kind is str:
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if kind is int:
        return value if value.bit_length() <= MAX_INT_BITS else keep(value)
    if kind is np.ndarray or isinstance(value, np.generic) or (kind is array and value.typecode not in "uw"):
        numbers = _numbers(np.array(value))
        return keep(value) if numbers is None else numbers
    contents = list(value) if kind in ROWS else _contents(value)
    if contents is None or depth >= MAX_DEPTH:
        return keep(value)
    if isinstance(contents, dict):
        return {as_sent(key, keep): as_sent(item, keep, depth + 1) for key, item in contents.items()}
    return type(contents)(as_sent(item, keep, depth + 1) for item in contents)


def type_name(value: Any) -> str:
    """Return the name of a value's type as the child gives it, with what it holds for arrays that cannot be sent."""
    kind = type(value)
    name = kind.__name__[:200]
    if kind is np.ndarray:
        return f"numpy.ndarray of {ARRAY_KINDS.get(value.dtype.kind, value.dtype.name)}"
    if kind is int:
        return f"int of {value.bit_length()} bits"
    return f"numpy.{name}" if kind.__module__.partition(".")[0] == "numpy" and not name.startswith("numpy.") else name


def _numbers(value: np.ndarray) -> Any:
    """Return a fresh array of numbers of the wire's types, a scalar where it has no axes; None where it holds something else."""
    code = CODES.get((value.dtype.kind, value.dtype.itemsize)) or NARROWED.get(value.dtype.char)
    if code is None or value.ndim > MAX_NDIM:
        return None
    return np.array(value, dtype=np.dtype(code), order="C")[()]


def _contents(value: Any) -> Any:
    """Return the elements of a list, a tuple or a dict, or of a class derived from one that adds no methods; None of anything else."""
    kinds = type(value).__mro__
    base = next((kind for kind in kinds if kind in (tuple, list, dict)), None)
    if base is None or type(type(value)) is not type or not all(map(_holds_data, kinds[: kinds.index(base)])):
        return None
    if getattr(value, "__dict__", None):
        return None
    if base is dict and not all(type(key) is str for key in value):
        return None
    return base(value)


def _holds_data(kind: type) -> bool:
    return not any(isinstance(item, METHODS) and name not in HARMLESS for name, item in vars(kind).items())
