"""Frames between the judge and this child, child's side.

Only values whose type is exactly a plain one are encoded, and only by code that is not Python, so that
encoding never runs a student's method: anything else is sent as a handle and stays here.
"""

from __future__ import annotations

import struct
from array import array as typed_array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, GetSetDescriptorType, NoneType
from typing import Any

import numpy as np

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

NONCE_BYTES = 8
MAX_BYTES = 64 * 2**20 - 4096
MAX_VALUES = 150_000
# The judge accepts 16 levels; a reply's own maps and lists take up to four of them.
MAX_DEPTH = 12
MAX_INT_BYTES = 64
MAX_NDIM = 8
DTYPE_CODES = "?bBhHiIqQefdFD"

_DTYPES = {ord(code): np.dtype(code).newbyteorder("<") for code in DTYPE_CODES}
_CODES = {(np.dtype(code).kind, np.dtype(code).itemsize): code for code in DTYPE_CODES}
# Types wider than float64, on machines that have them, are sent as float64.
_NARROWED = {char: code for char, code in (("g", "d"), ("G", "D")) if np.dtype(char).itemsize > np.dtype(code).itemsize}
_SCALARS = frozenset(
    kind
    for kind in np.sctypeDict.values()
    if (np.dtype(kind).kind, np.dtype(kind).itemsize) in _CODES or np.dtype(kind).char in _NARROWED
)
_ndarray, _generic, _dtype = np.ndarray, np.generic, np.dtype
_tobytes, _view, _astype = np.ndarray.tobytes, np.ndarray.view, np.ndarray.astype
_frombuffer, _not_equal, _uint8, _asarray = np.frombuffer, np.not_equal, np.dtype("u1"), np.array
_pack, _unpack = struct.pack, struct.unpack
_REALS = frozenset((float,))
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_items, _mro = dict.items, type.__dict__["__mro__"].__get__
_BASES = frozenset((tuple, list, dict))
_iterate: dict[type, Callable[[Any], Any]] = {tuple: tuple.__iter__, list: list.__iter__}
_names_of, _getattribute = type.__dict__["__dict__"].__get__, object.__getattribute__
_METHODS = frozenset((FunctionType, classmethod, staticmethod, property))
# Attributes of a named tuple, or of any class that only defines how it is made and shown.
_HARMLESS = frozenset(
    ("__new__", "__init__", "__repr__", "__str__", "__getnewargs__", "__replace__", "_make", "_replace", "_asdict")
)


class ValueTooLarge(Exception):
    """A value is larger than an answer may be, or holds too many values."""


class MalformedFrame(Exception):
    """A request does not have the agreed form."""


@dataclass(frozen=True)
class Held:
    """Sent as a handle even if its value could be sent."""

    value: Any


@dataclass(frozen=True)
class Encoded:
    """A value that is already encoded."""

    body: bytes


@dataclass(frozen=True)
class Handle:
    """A request's reference to an object that is kept here."""

    id: int


@dataclass(frozen=True)
class Seed:
    """A request's placeholder for `numpy.random.default_rng(seed)`."""

    seed: int


@dataclass(frozen=True)
class Ref:
    """A request's reference to the result of an earlier step of the same program."""

    index: int


# The types and elementwise functions that a request may name, as they were before a submission ran.
_NAMED: dict[str, Any] = {
    **{kind.__name__: kind for kind in (bool, bytes, complex, dict, float, int, list, object, set, str, tuple)},
    **{
        f"numpy.{name}": value
        for name, value in vars(np).items()
        if isinstance(value, np.ufunc) or (isinstance(value, type) and issubclass(value, np.generic | np.ndarray))
    },
    **{f"dtype {np.dtype(code).str}": np.dtype(code) for code in DTYPE_CODES},
}

Keep = Callable[[Any], tuple[int, str]]


def no_handles(value: Any) -> tuple[int, str]:
    """Refuse to keep an object: for messages that consist of plain data."""
    raise TypeError(f"a {type(value).__name__} is no plain data")


def encode(value: Any, keep: Keep = no_handles, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Return the bytes of `value`; call `keep` for each part that must stay here.

    Parameters
    ----------
    value : object
        Anything.
    keep : callable
        Takes an object and returns its handle: a number and the name of its type.
    max_bytes : int
        Largest number of bytes of the result.

    Raises
    ------
    ValueTooLarge
        If the bytes or the number of values exceed the limits of an answer.
    """
    writer = _Writer(keep, max_bytes)
    writer.write(value, 0)
    return bytes(writer.out)


class _Writer:
    """Appends values to a buffer, counting them."""

    def __init__(self, keep: Keep, max_bytes: int) -> None:
        self.out = bytearray()
        self._keep = keep
        self._max_bytes = max_bytes
        self._values = 0

    def write(self, value: Any, depth: int) -> None:
        """Append one value at nesting level `depth`."""
        self._values += 1
        if self._values > MAX_VALUES:
            raise ValueTooLarge(f"the value has more than {MAX_VALUES} parts")
        kind = type(value)
        # A student's metaclass could interfere with the look-up.
        write = _WRITERS.get(kind, _Writer.derived) if type(kind) is type else _Writer.handle
        write(self, value, depth)

    def reserve(self, size: int) -> None:
        """Check that `size` more bytes fit."""
        if len(self.out) + size > self._max_bytes:
            large = self._max_bytes >= 2**20
            limit = f"{self._max_bytes / 2**20:.0f} MiB" if large else f"{self._max_bytes} bytes"
            raise ValueTooLarge(f"the value takes more than {limit}")

    def constant(self, value: bool | None, depth: int) -> None:
        self.out += b"N" if value is None else b"T" if value else b"F"

    def integer(self, value: int, depth: int) -> None:
        size = value.bit_length() // 8 + 1
        if size > MAX_INT_BYTES:
            self.handle(value, depth)
        else:
            self.out += b"i" + bytes((size,)) + value.to_bytes(size, "big", signed=True)

    def real(self, value: float, depth: int) -> None:
        self.out += b"f" + _pack(">d", value)

    def complex(self, value: complex, depth: int) -> None:
        self.out += b"c" + _pack(">dd", value.real, value.imag)

    def text(self, value: str, depth: int) -> None:
        self.reserve(len(value))
        self.raw(b"s", value.encode("utf-8", "backslashreplace"))

    def octets(self, value: bytes, depth: int) -> None:
        self.raw(b"b", value)

    def raw(self, tag: bytes, value: bytes) -> None:
        self.reserve(len(value) + 5)
        self.out += tag + _pack(">I", len(value))
        self.out += value

    def sequence(self, value: list[Any] | tuple[Any, ...], depth: int) -> None:
        if depth >= MAX_DEPTH:
            self.handle(value, depth)
            return
        items = value[:]
        self.reserve(len(items) + 5)
        self.out += (b"l" if type(value) is list else b"u") + _pack(">I", len(items))
        if frozenset(map(type, items)) == _REALS:
            self.reals(items)
            return
        for item in items:
            self.write(item, depth + 1)

    def reals(self, items: list[float] | tuple[float, ...]) -> None:
        self._values += len(items)
        if self._values > MAX_VALUES:
            raise ValueTooLarge(f"the value has more than {MAX_VALUES} parts")
        self.reserve(9 * len(items))
        self.out += b"".join([b"f" + _pack(">d", item) for item in items])

    def map(self, value: dict[Any, Any], depth: int) -> None:
        items = list(_items(value))
        keys = [key.encode("utf-8", "backslashreplace") for key, _ in items if type(key) is str]
        if depth >= MAX_DEPTH or len(keys) != len(items) or len(frozenset(keys)) != len(items):
            self.handle(value, depth)
            return
        self.out += b"m" + _pack(">I", len(items))
        for key, (_, item) in zip(keys, items, strict=True):
            self.raw(b"s", key)
            self.write(item, depth + 1)

    def array(self, value: Any, depth: int) -> None:
        dtype = value.dtype
        code = _CODES.get((dtype.kind, dtype.itemsize)) or _NARROWED.get(dtype.char)
        if code is None or value.ndim > MAX_NDIM:
            self.handle(value, depth)
            return
        self.reserve(value.size * _DTYPES[ord(code)].itemsize + 70)
        if code == "?":
            value = _asarray(_not_equal(_view(value, _uint8), 0))
        elif dtype.byteorder == ">" or dtype.char in _NARROWED:
            value = _astype(value, _DTYPES[ord(code)])
        self.out += b"a" + code.encode() + bytes((value.ndim,)) + _pack(f">{value.ndim}Q", *value.shape)
        self.out += _tobytes(value)

    def scalar(self, value: Any, depth: int) -> None:
        self.array(_asarray(value), depth)

    def buffer(self, value: typed_array[Any], depth: int) -> None:
        numbers: Any = _asarray(value)
        if numbers.dtype.kind == "U":
            self.handle(value, depth)
        else:
            self.array(numbers, depth)

    def row(self, value: Any, depth: int) -> None:
        # A range is checked before it is expanded; the others are already in memory.
        if len(value) > MAX_VALUES:
            raise ValueTooLarge(f"the value has more than {MAX_VALUES} parts")
        self.sequence(list(value), depth)

    def derived(self, value: Any, depth: int) -> None:
        """Append a value whose class is derived from tuple, list or dict: as data, unless the class has its own methods."""
        kinds = _mro(type(value))
        base = next((kind for kind in kinds if kind in _BASES), None)
        own = all(map(_holds_data, kinds[: kinds.index(base)])) if base else False
        if base is None or not own or _has_attributes(value):
            self.handle(value, depth)
        elif base is dict:
            self.map(value, depth)
        else:
            self.sequence(base(_iterate[base](value)), depth)

    def handle(self, value: Any, depth: int) -> None:
        number, type_name = self._keep(value)
        self.out += b"h" + _pack(">I", number)
        self.text(type_name, depth)

    def held(self, value: Held, depth: int) -> None:
        self.handle(value.value, depth)

    def encoded(self, value: Encoded, depth: int) -> None:
        self.reserve(len(value.body))
        self.out += value.body


_WRITERS: dict[type, Callable[[_Writer, Any, int], None]] = {
    type(None): _Writer.constant,
    bool: _Writer.constant,
    int: _Writer.integer,
    float: _Writer.real,
    complex: _Writer.complex,
    str: _Writer.text,
    bytes: _Writer.octets,
    list: _Writer.sequence,
    tuple: _Writer.sequence,
    dict: _Writer.map,
    range: _Writer.row,
    deque: _Writer.row,
    **dict.fromkeys(_VIEWS, _Writer.row),
    typed_array: _Writer.buffer,
    _ndarray: _Writer.array,
    Held: _Writer.held,
    Encoded: _Writer.encoded,
    **dict.fromkeys(_SCALARS, _Writer.scalar),
}


def _holds_data(kind: type) -> bool:
    """Return whether a class adds no methods to those of the container from which it is derived."""
    names = _names_of(kind)
    plain = type(names.get("__dict__")) in (NoneType, GetSetDescriptorType)
    return plain and not any(type(names[name]) in _METHODS and name not in _HARMLESS for name in names)


def _has_attributes(value: Any) -> bool:
    """Return whether a value has attributes besides its elements; its classes hold only data."""
    try:
        return bool(_getattribute(value, "__dict__"))
    except AttributeError:
        return False


def decode(body: bytes) -> Any:
    """Return the value that `body` holds; handles, seeds and references are not resolved.

    Raises
    ------
    MalformedFrame
        If `body` is not exactly one value.
    """
    reader = _Reader(body)
    try:
        value = reader.read()
    except (IndexError, struct.error, ValueError) as error:
        raise MalformedFrame("a request is cut short") from error
    if reader.position != len(body):
        raise MalformedFrame("bytes follow a request")
    return value


class _Reader:
    """Reads values that the judge wrote from a buffer."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.position = 0

    def take(self, size: int) -> bytes:
        taken = self.body[self.position : self.position + size]
        if len(taken) != size:
            raise MalformedFrame("a request is cut short")
        self.position += size
        return taken

    def count(self) -> int:
        return int(_unpack(">I", self.take(4))[0])

    def read(self) -> Any:
        """Return the next value."""
        tag = self.take(1)
        read = _READERS.get(tag)
        if read is None:
            raise MalformedFrame(f"no value begins with {tag!r}")
        return read(self)

    def integer(self) -> int:
        return int.from_bytes(self.take(self.take(1)[0]), "big", signed=True)

    def text(self) -> str:
        return self.take(self.count()).decode("utf-8")

    def list(self) -> list[Any]:
        return [self.read() for _ in range(self.count())]

    def map(self) -> dict[str, Any]:
        return {self.key(): self.read() for _ in range(self.count())}

    def key(self) -> str:
        key = self.read()
        if not isinstance(key, str):
            raise MalformedFrame("a key is no text")
        return key

    def named(self) -> Any:
        name = self.key()
        if name not in _NAMED:
            raise MalformedFrame(f"nothing is called {name!r}")
        return _NAMED[name]

    def handle(self) -> Handle:
        number = self.count()
        self.read()
        return Handle(number)

    def array(self) -> Any:
        code, ndim = self.take(2)
        shape = _unpack(f">{ndim}Q", self.take(8 * ndim))
        size = 1
        for extent in shape:
            size *= extent
        dtype = _DTYPES.get(code)
        if dtype is None:
            raise MalformedFrame(f"no array has the dtype code {code}")
        flat = _frombuffer(self.take(size * dtype.itemsize), dtype).reshape(shape)
        array = _astype(flat, dtype.newbyteorder("="))
        return array if ndim else array[()]


_READERS: dict[bytes, Callable[[_Reader], Any]] = {
    b"N": lambda reader: None,
    b"T": lambda reader: True,
    b"F": lambda reader: False,
    b"i": _Reader.integer,
    b"f": lambda reader: _unpack(">d", reader.take(8))[0],
    b"c": lambda reader: complex(*_unpack(">dd", reader.take(16))),
    b"s": _Reader.text,
    b"b": lambda reader: reader.take(reader.count()),
    b"l": _Reader.list,
    b"u": lambda reader: tuple(reader.list()),
    b"m": _Reader.map,
    b"a": _Reader.array,
    b"h": _Reader.handle,
    b"g": lambda reader: Seed(_unpack(">Q", reader.take(8))[0]),
    b"r": lambda reader: Ref(reader.count()),
    b"n": _Reader.named,
}
