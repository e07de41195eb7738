"""Digests of plain data, the same on every system and in every run."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.errors import AssignmentError


class NotPlain(AssignmentError):
    """A check passes something to the answer key that cannot be recorded, such as a function."""


def digest(*pieces: bytes) -> bytes:
    """Return a 16-byte digest of pieces of bytes in order."""
    whole = hashlib.blake2b(digest_size=16)
    for piece in pieces:
        whole.update(struct.pack(">Q", len(piece)))
        whole.update(piece)
    return whole.digest()


class Arguments:
    """The arguments of one question.

    Attributes
    ----------
    digest : bytes
        Equal for equal arguments.
    generators : list of numpy.random.Generator
        The random generators among them, from which the answer key may draw.
    """

    def __init__(self, args: Any, kwargs: Any, address: Callable[[Any], str], thing: type) -> None:
        self.args, self.kwargs = args, kwargs
        self.generators: list[np.random.Generator] = []
        self._address, self._thing = address, thing
        self.digest = digest(*self._pieces([list(args), kwargs]))

    def _pieces(self, value: Any) -> list[bytes]:
        kind = type(value)
        if isinstance(value, self._thing):
            return [b"thing", self._address(value).encode()]
        if value is None or kind in (bool, str):
            return [kind.__name__.encode(), repr(value).encode()]
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
            # Numbers of different types are equal if their values are.
            return self._pieces(value.item()) if value.ndim == 0 else _array(np.asarray(value))
        if kind in (int, float):
            return [b"number", struct.pack(">d", value)] if abs(value) < 2**53 else [b"number", repr(value).encode()]
        if kind is complex:
            return [b"complex", struct.pack(">dd", value.real, value.imag)]
        if isinstance(value, (list, tuple)):
            return [b"list", digest(*(piece for item in value for piece in self._pieces(item)))]
        if kind is dict:
            pairs = [[str(key).encode(), *self._pieces(item)] for key, item in sorted(value.items())]
            return [b"map", digest(*(piece for pair in pairs for piece in pair))]
        if isinstance(value, (type, np.dtype, np.ufunc)):
            return [b"type", str(getattr(value, "__name__", value)).encode()]
        if kind is slice or value is Ellipsis:
            return [b"slice", repr(value).encode()]
        if isinstance(value, np.random.Generator):
            self.generators.append(value)
            return [b"generator", repr(value.bit_generator.state).encode()]
        raise NotPlain(f"it passes a {kind.__name__} to the answer key, which cannot be recorded")


def _array(value: np.ndarray) -> list[bytes]:
    """Return the pieces of an array; every type of real numbers is converted to float64."""
    plain = np.ascontiguousarray(value, np.complex128 if value.dtype.kind == "c" else np.float64)
    return [b"array", repr(plain.shape).encode(), plain.tobytes()]
