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

from _child import pandas_values
from _child.lent import Borrowed, Lent
from _child.library_values import MADE, TAKEN_APART
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

NONCE_BYTES = 8
MAX_BYTES = 64 * 2**20 - 4096
MAX_VALUES = 150_000
# The judge accepts 16 levels; a reply's own maps and lists take up to four of them.
MAX_DEPTH = 12
MAX_INT_BYTES = 64
# Of a set, or of a map whose keys are no texts.
MAX_KEYS = 10_000
# Of an integer that must arrive as it is.
MAX_LONG_BYTES = 2**16
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
_pack, _unpack_from, _from_bytes = struct.pack, struct.unpack_from, int.from_bytes
_random, _Generator = np.random, np.random.Generator
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


@dataclass(frozen=True)
class Callback:
    """A request's word for a function, or an object, that stays with the judge."""

    id: int
    is_object: bool = False


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

_NAMES = {id(value): name for name, value in _NAMED.items() if isinstance(value, type)}

Keep = Callable[[Any], tuple[int, str]]


def no_handles(value: Any) -> tuple[int, str]:
    """Refuse to keep an object: for messages that consist of plain data."""
    raise TypeError(f"a {type(value).__name__} is no plain data")


def encode(value: Any, keep: Keep = no_handles, *, max_bytes: int = MAX_BYTES, exact: bool = False) -> bytes:
    """Return the bytes of `value`, handing to `keep` each part that must stay here.

    Parameters
    ----------
    value : object
        Anything.
    keep : callable
        Takes an object and returns its handle: a number and the name of its type.
    max_bytes : int
        Largest number of bytes of the result.
    exact : bool
        Whether types must arrive as they are: then sets and texts in arrays are sent, too, and nothing as what it only resembles.

    Raises
    ------
    ValueTooLarge
        If the bytes or the number of values exceed the limits of an answer.
    """
    writer = (_ExactWriter if exact else _Writer)(keep, max_bytes)
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
        # A metaclass of the student's could answer for its class in the look-up.
        write = self.writer_of(kind) if type(kind) is type else _Writer.handle
        write(self, value, depth)

    def writer_of(self, kind: type) -> Callable[[Any, Any, int], None]:
        """Return what writes values of exactly this type."""
        return _WRITERS.get(kind, _Writer.derived)

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


class _ExactWriter(_Writer):
    """Appends values so that each arrives with its own type, or stays here."""

    def write(self, value: Any, depth: int) -> None:
        """Append one value at nesting level `depth`."""
        if id(type(value)) in _TAKEN_APART:
            self.made(value, depth)
        else:
            super().write(value, depth)

    def writer_of(self, kind: type) -> Callable[[Any, Any, int], None]:
        """Return what writes values of exactly this type."""
        return _EXACT_WRITERS.get(kind, _Writer.handle)

    def integer(self, value: int, depth: int) -> None:
        size = value.bit_length() // 8 + 1
        if size <= MAX_INT_BYTES:
            super().integer(value, depth)
        elif size > MAX_LONG_BYTES:
            self.handle(value, depth)
        else:
            self.raw(b"I", value.to_bytes(size, "big", signed=True))

    def map(self, value: dict[Any, Any], depth: int) -> None:
        items = list(_items(value))
        if all(type(key) is str for key, _ in items):
            super().map(value, depth)
            return
        if depth >= MAX_DEPTH or len(items) > MAX_KEYS or not all(_is_plain_key(key) for key, _ in items):
            self.handle(value, depth)
            return
        self.reserve(2 * len(items))
        self.out += b"M" + _pack(">I", len(items))
        for key, item in items:
            self.write(key, depth + 1)
            self.write(item, depth + 1)

    def members(self, value: Any, depth: int) -> None:
        items = list(value)
        if depth >= MAX_DEPTH or len(items) > MAX_KEYS or not all(_is_plain_key(item) for item in items):
            self.handle(value, depth)
            return
        self.reserve(len(items))
        self.out += (b"S" if type(value) is set else b"Z") + _pack(">I", len(items))
        for item in items:
            self.write(item, depth + 1)

    def interval(self, value: range, depth: int) -> None:
        self.out += b"R"
        for part in (value.start, value.stop, value.step):
            self.integer(part, depth)

    def array(self, value: Any, depth: int) -> None:
        dtype = value.dtype
        if dtype.char in _NARROWED or dtype.kind not in _CODED:
            self.handle(value, depth)
        elif dtype.kind in "biufc":
            super().array(value, depth)
        elif value.ndim > MAX_NDIM or dtype.itemsize == 0:
            self.handle(value, depth)
        else:
            little = _newbyteorder(dtype, "<")
            self.reserve(value.size * dtype.itemsize + 100)
            self.raw(b"U", _str_of(little).encode())
            self.out += bytes((value.ndim,)) + _pack(f">{value.ndim}Q", *value.shape)
            self.out += _tobytes(_astype(value, little))

    def made(self, value: Any, depth: int) -> None:
        """Append a value of the standard library as what it is made of."""
        name, take = TAKEN_APART[type(value)]
        args = take(value)
        if args is None or depth >= MAX_DEPTH:
            self.handle(value, depth)
        else:
            self.out += b"L"
            self.raw(b"s", name.encode())
            self.write(args, depth + 1)

    def borrowed(self, value: Any, depth: int) -> None:
        self.out += b"k" + _pack(">I", _getattribute(value, "_number"))

    def named(self, value: type, depth: int) -> None:
        name = _NAMES.get(id(value))
        if name is None:
            self.handle(value, depth)
        else:
            self.out += b"n"
            self.raw(b"s", name.encode())

    def ellipsis(self, value: Any, depth: int) -> None:
        self.out += b"E"

    def part(self, value: slice, depth: int) -> None:
        self.out += b"P"
        for each in (value.start, value.stop, value.step):
            self.write(each, depth + 1)


_TEXT_SCALARS = (np.str_, np.bytes_, np.datetime64, np.timedelta64)
_CODED = frozenset("biufcUSMm")
_newbyteorder = np.dtype.newbyteorder
_str_of = np.dtype.str.__get__
_EXACT_WRITERS: dict[type, Callable[[Any, Any, int], None]] = {
    type(None): _Writer.constant,
    bool: _Writer.constant,
    int: _ExactWriter.integer,
    float: _Writer.real,
    complex: _Writer.complex,
    str: _Writer.text,
    bytes: _Writer.octets,
    list: _Writer.sequence,
    tuple: _Writer.sequence,
    dict: _ExactWriter.map,
    set: _ExactWriter.members,
    frozenset: _ExactWriter.members,
    range: _ExactWriter.interval,
    slice: _ExactWriter.part,
    type(...): _ExactWriter.ellipsis,
    type: _ExactWriter.named,
    _ndarray: _ExactWriter.array,
    Held: _Writer.held,
    Encoded: _Writer.encoded,
    Borrowed: _ExactWriter.borrowed,
    Lent: _ExactWriter.borrowed,
    **dict.fromkeys(_SCALARS, _Writer.scalar),
    **dict.fromkeys(_TEXT_SCALARS, _Writer.scalar),
}
# By identity: some of these have a metaclass, and what a student's does when it is looked up is theirs.
_TAKEN_APART = set(map(id, TAKEN_APART))


def know_libraries() -> None:
    """Take up the classes of libraries that are imported by now."""
    TAKEN_APART.update(pandas_values.take_apart())
    _TAKEN_APART.update(map(id, TAKEN_APART))


_KEYS = frozenset((type(None), bool, int, float, complex, str, bytes, *_SCALARS, *_TEXT_SCALARS))


def _is_plain_key(value: Any) -> bool:
    """Tell whether hashing and comparing a value runs no code of the student's."""
    kind = type(value)
    if kind is tuple or kind is frozenset:
        return all(_is_plain_key(item) for item in value)
    return kind in _KEYS


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
    try:
        value, end = _read(body, 0)
    except (IndexError, struct.error, ValueError) as error:
        raise MalformedFrame("a request is cut short") from error
    if end != len(body):
        raise MalformedFrame("bytes follow a request")
    return value


# Each reader takes the whole request and the place behind a value's tag, and returns the value and the place behind it: a
# program has thousands of values, and an object that remembers where it is takes three times as long.
def _read(body: bytes, at: int) -> tuple[Any, int]:
    """Return the value at a place of a request that the judge wrote, and the place behind it."""
    read = _READERS.get(body[at])
    if read is None:
        raise MalformedFrame(f"no value begins with {body[at : at + 1]!r}")
    return read(body, at + 1)


def _until(body: bytes, end: int) -> int:
    """Return the end of what was announced, which must be there."""
    if end > len(body):
        raise MalformedFrame("a request is cut short")
    return end


def _read_integer(body: bytes, at: int) -> tuple[int, int]:
    end = _until(body, at + 1 + body[at])
    return _from_bytes(body[at + 1 : end], "big", signed=True), end


def _read_real(body: bytes, at: int) -> tuple[float, int]:
    return _unpack_from(">d", body, at)[0], at + 8


def _read_complex(body: bytes, at: int) -> tuple[complex, int]:
    return complex(*_unpack_from(">dd", body, at)), at + 16


def _read_octets(body: bytes, at: int) -> tuple[bytes, int]:
    end = _until(body, at + 4 + _unpack_from(">I", body, at)[0])
    return body[at + 4 : end], end


def _read_text(body: bytes, at: int) -> tuple[str, int]:
    octets, end = _read_octets(body, at)
    return octets.decode("utf-8"), end


def _read_list(body: bytes, at: int) -> tuple[list[Any], int]:
    (count,), at = _unpack_from(">I", body, at), at + 4
    values = []
    for _ in range(count):
        value, at = _read(body, at)
        values.append(value)
    return values, at


def _read_tuple(body: bytes, at: int) -> tuple[tuple[Any, ...], int]:
    values, end = _read_list(body, at)
    return tuple(values), end


def _read_map(body: bytes, at: int) -> tuple[dict[str, Any], int]:
    (count,), at = _unpack_from(">I", body, at), at + 4
    values: dict[str, Any] = {}
    for _ in range(count):
        key, at = _read_key(body, at)
        values[key], at = _read(body, at)
    return values, at


def _read_key(body: bytes, at: int) -> tuple[str, int]:
    key, end = _read(body, at)
    if not isinstance(key, str):
        raise MalformedFrame("a key is no text")
    return key, end


def _read_named(body: bytes, at: int) -> tuple[Any, int]:
    name, end = _read_key(body, at)
    if name not in _NAMED:
        raise MalformedFrame(f"nothing is called {name!r}")
    return _NAMED[name], end


def _read_handle(body: bytes, at: int) -> tuple[Handle, int]:
    (number,) = _unpack_from(">I", body, at)
    _, end = _read(body, at + 4)
    return Handle(number), end


def _read_seed(body: bytes, at: int) -> tuple[Seed, int]:
    return Seed(_unpack_from(">Q", body, at)[0]), at + 8


def _read_ref(body: bytes, at: int) -> tuple[Ref, int]:
    return Ref(_unpack_from(">I", body, at)[0]), at + 4


def _read_array(body: bytes, at: int) -> tuple[Any, int]:
    code, ndim = body[at], body[at + 1]
    shape, at = _unpack_from(f">{ndim}Q", body, at + 2), at + 2 + 8 * ndim
    size = 1
    for extent in shape:
        size *= extent
    dtype = _DTYPES.get(code)
    if dtype is None:
        raise MalformedFrame(f"no array has the dtype code {code}")
    end = _until(body, at + size * dtype.itemsize)
    flat = _frombuffer(body[at:end], dtype).reshape(shape)
    array = _astype(flat, dtype.newbyteorder("="))
    return (array if ndim else array[()]), end


def _read_pairs(body: bytes, at: int) -> tuple[dict[Any, Any], int]:
    (count,), at = _unpack_from(">I", body, at), at + 4
    pairs: dict[Any, Any] = {}
    for _ in range(count):
        key, at = _read(body, at)
        pairs[key], at = _read(body, at)
    return pairs, at


def _read_set(body: bytes, at: int) -> tuple[set[Any], int]:
    values, end = _read_list(body, at)
    return set(values), end


def _read_frozenset(body: bytes, at: int) -> tuple[frozenset[Any], int]:
    values, end = _read_list(body, at)
    return frozenset(values), end


def _three(body: bytes, at: int) -> tuple[list[Any], int]:
    values = []
    for _ in range(3):
        value, at = _read(body, at)
        values.append(value)
    return values, at


def _read_range(body: bytes, at: int) -> tuple[range, int]:
    values, end = _three(body, at)
    return range(*values), end


def _read_slice(body: bytes, at: int) -> tuple[slice, int]:
    values, end = _three(body, at)
    return slice(*values), end


def _read_large(body: bytes, at: int) -> tuple[int, int]:
    octets, end = _read_octets(body, at)
    return _from_bytes(octets, "big", signed=True), end


def _read_texts(body: bytes, at: int) -> tuple[Any, int]:
    octets, at = _read_octets(body, at)
    dtype, ndim = np.dtype(octets.decode()), body[at]
    shape, at = _unpack_from(f">{ndim}Q", body, at + 1), at + 1 + 8 * ndim
    size = 1
    for extent in shape:
        size *= extent
    end = _until(body, at + size * dtype.itemsize)
    array = _frombuffer(body[at:end], dtype).reshape(shape).copy()
    return (array if ndim else array[()]), end


def _read_made(body: bytes, at: int) -> tuple[Any, int]:
    name, at = _read_key(body, at)
    args, end = _read(body, at)
    return (pandas_values.made(name, args) if name.startswith("pandas.") else MADE[name](*args)), end


def _read_generator(body: bytes, at: int) -> tuple[Any, int]:
    name, at = _read(body, at)
    state, end = _read(body, at)
    bits = getattr(_random, name)(0)
    bits.state = state
    return _Generator(bits), end


def _read_callback(body: bytes, at: int, *, is_object: bool = False) -> tuple[Callback, int]:
    return Callback(_unpack_from(">I", body, at)[0], is_object=is_object), at + 4


_READERS: dict[int, Callable[[bytes, int], tuple[Any, int]]] = {
    ord("N"): lambda body, at: (None, at),
    ord("T"): lambda body, at: (True, at),
    ord("F"): lambda body, at: (False, at),
    ord("i"): _read_integer,
    ord("f"): _read_real,
    ord("c"): _read_complex,
    ord("s"): _read_text,
    ord("b"): _read_octets,
    ord("l"): _read_list,
    ord("u"): _read_tuple,
    ord("m"): _read_map,
    ord("a"): _read_array,
    ord("h"): _read_handle,
    ord("g"): _read_seed,
    ord("r"): _read_ref,
    ord("n"): _read_named,
    ord("k"): _read_callback,
    ord("o"): lambda body, at: _read_callback(body, at, is_object=True),
    ord("M"): _read_pairs,
    ord("S"): _read_set,
    ord("Z"): _read_frozenset,
    ord("R"): _read_range,
    ord("P"): _read_slice,
    ord("E"): lambda body, at: (..., at),
    ord("I"): _read_large,
    ord("U"): _read_texts,
    ord("G"): _read_generator,
    ord("L"): _read_made,
}
