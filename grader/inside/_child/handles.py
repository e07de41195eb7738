"""The objects of a submission that stay in the child, each behind a number."""

from __future__ import annotations

from typing import Any

import numpy as np

from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.wire import Handle, Ref, Seed

_name_of = type.__dict__["__name__"].__get__
_module_of = type.__dict__["__module__"].__get__
_ndarray, _default_rng = np.ndarray, np.random.default_rng
_ARRAY_KINDS = {
    "O": "object",
    "U": "text",
    "S": "bytes",
    "V": "records",
    "M": "dates",
    "m": "time spans",
    "T": "text",
}


class UnknownHandle(Exception):
    """A request names an object or a result that does not exist."""


class Handles:
    """Numbers for objects; one object has one number as long as this exists. Number 0 is the namespace."""

    def __init__(self, namespace: Any) -> None:
        self._objects: list[Any] = [namespace]
        self._numbers: dict[int, int] = {id(namespace): 0}

    def keep(self, value: Any) -> tuple[int, str]:
        """Return the number of `value` and the name of its type."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        return number, type_name(value)

    def is_kept(self, value: Any) -> bool:
        """Return whether an object has a number."""
        return id(value) in self._numbers

    def get(self, number: int) -> Any:
        """Return the object with this number.

        Raises
        ------
        UnknownHandle
            When there is none.
        """
        if not 0 <= number < len(self._objects):
            raise UnknownHandle(f"there is no object {number} in this check")
        return self._objects[number]

    def resolve(self, value: Any, results: list[Any] | None = None) -> Any:
        """Return a request's value with its handles, seeds and references replaced by objects, generators and earlier results."""
        kind = type(value)
        if kind is list:
            return [self.resolve(item, results) for item in value]
        if kind is tuple:
            return tuple([self.resolve(item, results) for item in value])
        if kind is dict:
            return {key: self.resolve(item, results) for key, item in value.items()}
        if kind is Handle:
            return self.get(value.id)
        if kind is Seed:
            return _default_rng(value.seed)
        if kind is Ref:
            if results is None or not 0 <= value.index < len(results):
                raise UnknownHandle(f"there is no result {value.index} in this program")
            return results[value.index]
        return value


def type_name(value: Any) -> str:
    """Return the name of a value's type, with the type of the elements for arrays that cannot be sent."""
    kind = type(value)
    name = str(_name_of(kind))[:200]
    module = _module_of(kind) if type(kind) is type else None
    if type(module) is str and module.partition(".")[0] == "numpy" and not name.startswith("numpy."):
        name = f"numpy.{name}"
    if kind is _ndarray:
        return f"numpy.ndarray of {_ARRAY_KINDS.get(value.dtype.kind, value.dtype.name)}"
    if kind is int:
        return f"int of {value.bit_length()} bits"
    return name
