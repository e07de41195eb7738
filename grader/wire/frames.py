"""Frames between the judge and a fenced child, judge's side.

Every byte that arrives here may be hostile. Decoding builds plain values from a closed set
of kinds; anything that does not fit raises `ProtocolError`, and no step allocates more than the bytes that
have really arrived allow. `docs/fence.md` lists the format; the child has its own implementation.
"""

from __future__ import annotations

import builtins
import math
import re
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.wire.library_values import TAKEN_APART, made
from grader.wire.values import Callback, Generator, Handle, Ref

HEADER_BYTES = 4
NONCE_BYTES = 8
MAX_BODY_BYTES = 64 * 2**20
MAX_DEPTH = 16
MAX_VALUES = 200_000
MAX_NDIM = 8
MAX_INT_BYTES = 64
# Of a set, or of a map whose keys are no texts.
MAX_KEYS = 10_000
# Of an integer that is sent as it is.
MAX_LONG_BYTES = 2**16
# What arrays of texts and dates may hold.
_TEXT_DTYPE = re.compile(
    r"[<|](?:[US][1-9][0-9]{0,5}|[Mm]8\[(?:[0-9]{0,4}(?:Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as))?\]|[Mm]8)"
)
DTYPE_CODES = "?bBhHiIqQefdFD"
_DTYPES = {ord(code): np.dtype(code).newbyteorder("<") for code in DTYPE_CODES}
# A real number: its tag and eight bytes.
_REAL_BYTES = 9
# NumPy's own limit on the product of the dimensions also binds arrays without entries.
_MAX_EXTENT = 2**31


class ProtocolError(Exception):
    """A frame, or a message in one, does not have the agreed form."""


def encode_frame(nonce: bytes, value: Any) -> bytes:
    """Return one whole frame: length, `nonce` (8 bytes), `value`.

    Raises
    ------
    TypeError
        If the value, or a part of it, cannot be sent.
    ValueError
        If an integer, an array or the whole frame is too large.
    """
    out = bytearray(HEADER_BYTES)
    out += nonce
    _encode(out, value)
    if len(out) - HEADER_BYTES > MAX_BODY_BYTES:
        raise ValueError(f"a request may hold {MAX_BODY_BYTES} bytes, this one has {len(out) - HEADER_BYTES}")
    struct.pack_into(">I", out, 0, len(out) - HEADER_BYTES)
    return bytes(out)


def _encode(out: bytearray, value: Any) -> None:
    encode = _ENCODERS.get(type(value)) or _encoder_of(value)
    encode(out, value)


def _encoder_of(value: Any) -> Callable[[bytearray, Any], None]:
    """Return the encoder of a value of a library, or of a type that is derived from one that can be sent."""
    if type(value) in TAKEN_APART:
        return _encode_made
    for kind, encode in _ENCODERS.items():
        if isinstance(value, kind):
            return encode
    raise TypeError(
        f"a value of type {type(value).__name__} cannot be handed to a submission; numbers, arrays, texts, lists, dicts, types of NumPy and objects "
        "of the submission can"
    )


def _encode_bool(out: bytearray, value: bool) -> None:
    out += b"T" if value else b"F"


def _encode_int(out: bytearray, value: int) -> None:
    size = value.bit_length() // 8 + 1
    if size > MAX_LONG_BYTES:
        raise ValueError(f"an integer may take {MAX_LONG_BYTES} bytes, this one takes {size}")
    if size > MAX_INT_BYTES:
        out += b"I" + struct.pack(">I", size) + value.to_bytes(size, "big", signed=True)
        return
    out += b"i" + bytes([size]) + value.to_bytes(size, "big", signed=True)


def _encode_text(out: bytearray, value: str) -> None:
    raw = value.encode("utf-8", "backslashreplace")
    out += b"s" + len(raw).to_bytes(4, "big") + raw


def _encode_bytes(out: bytearray, value: bytes) -> None:
    out += b"b" + struct.pack(">I", len(value)) + value


def _encode_sequence(tag: bytes) -> Callable[[bytearray, Any], None]:
    def encode(out: bytearray, value: Any) -> None:
        out += tag + struct.pack(">I", len(value))
        for item in value:
            encode_item = _ENCODERS.get(type(item)) or _encoder_of(item)
            encode_item(out, item)

    return encode


def _encode_map(out: bytearray, value: dict[Any, Any]) -> None:
    if not all(isinstance(key, str) for key in value):
        out += b"M" + struct.pack(">I", len(value))
        for pair in value.items():
            _encode(out, pair[0])
            _encode(out, pair[1])
        return
    out += b"m" + struct.pack(">I", len(value))
    for key, item in value.items():
        out += _key(key)
        encode = _ENCODERS.get(type(item)) or _encoder_of(item)
        encode(out, item)


@lru_cache(maxsize=1024)
def _key(key: str) -> bytes:
    """Return a key as it is sent: a program's steps have the same few again and again."""
    out = bytearray()
    _encode_text(out, key)
    return bytes(out)


def _encode_array(out: bytearray, value: npt.NDArray[Any] | np.generic) -> None:
    value = np.asarray(value)
    if value.dtype.kind in "USMm" and value.dtype.itemsize and value.ndim <= MAX_NDIM:
        _encode_texts(out, value)
        return
    code = {"l": "q", "L": "Q"}.get(value.dtype.char, value.dtype.char)
    if code not in DTYPE_CODES or value.ndim > MAX_NDIM:
        raise TypeError(f"an array of {value.dtype} with {value.ndim} dimensions cannot be handed to a submission")
    out += b"a" + code.encode() + bytes([value.ndim]) + struct.pack(f">{value.ndim}Q", *value.shape)
    out += value.astype(_DTYPES[ord(code)], order="C", copy=False).tobytes()


def _encode_texts(out: bytearray, value: npt.NDArray[Any]) -> None:
    little = value.dtype.newbyteorder("<")
    word = little.str.encode()
    out += (
        b"U" + struct.pack(">I", len(word)) + word + bytes([value.ndim]) + struct.pack(f">{value.ndim}Q", *value.shape)
    )
    out += value.astype(little, order="C").tobytes()


def _encode_parts(tag: bytes) -> Callable[[bytearray, Any], None]:
    def encode(out: bytearray, value: range | slice) -> None:
        out += tag
        for part in (value.start, value.stop, value.step):
            _encode(out, part)

    return encode


def _encode_made(out: bytearray, value: Any) -> None:
    name, take = TAKEN_APART[type(value)]
    args = take(value)
    if args is None:
        raise TypeError(f"a {type(value).__name__} of this kind cannot be handed to a submission")
    out += b"L"
    _encode_text(out, name)
    _encode(out, args)


def _encode_generator(out: bytearray, value: np.random.Generator) -> None:
    out += b"G"
    _encode_text(out, type(value.bit_generator).__name__)
    _encode(out, value.bit_generator.state)


def _encode_handle(out: bytearray, value: Handle) -> None:
    out += b"h" + struct.pack(">I", value.id)
    _encode_text(out, value.type_name)


def _encode_type(out: bytearray, value: type | np.ufunc) -> None:
    module = getattr(value, "__module__", None) or "numpy"
    word = value.__name__ if module == "builtins" else f"numpy.{value.__name__}"
    if value is not (getattr(builtins, word, None) if module == "builtins" else getattr(np, value.__name__, None)):
        raise TypeError(f"{value.__name__} cannot be handed to a submission; of types, those of Python and NumPy can")
    _encode_word(out, word)


def _encode_dtype(out: bytearray, value: np.dtype[Any]) -> None:
    if value.char not in DTYPE_CODES + "lL":
        raise TypeError(f"the dtype {value} cannot be handed to a submission; those of numbers and truth values can")
    _encode_word(out, f"dtype {value.str}")


def _encode_word(out: bytearray, word: str) -> None:
    out += b"n"
    _encode_text(out, word)


# Ordered so that a type comes before those it is derived from.
_ENCODERS: dict[type, Callable[[bytearray, Any], None]] = {
    type(None): lambda out, value: out.extend(b"N"),
    np.ndarray: _encode_array,
    np.generic: _encode_array,
    bool: _encode_bool,
    int: _encode_int,
    float: lambda out, value: out.extend(b"f" + struct.pack(">d", value)),
    complex: lambda out, value: out.extend(b"c" + struct.pack(">dd", value.real, value.imag)),
    str: _encode_text,
    bytes: _encode_bytes,
    bytearray: _encode_bytes,
    list: _encode_sequence(b"l"),
    tuple: _encode_sequence(b"u"),
    dict: _encode_map,
    **dict.fromkeys(TAKEN_APART, _encode_made),
    set: _encode_sequence(b"S"),
    frozenset: _encode_sequence(b"Z"),
    range: _encode_parts(b"R"),
    slice: _encode_parts(b"P"),
    type(...): lambda out, value: out.extend(b"E"),
    np.random.Generator: _encode_generator,
    Callback: lambda out, value: out.extend((b"o" if value.is_object else b"k") + struct.pack(">I", value.id)),
    Handle: _encode_handle,
    Generator: lambda out, value: out.extend(b"g" + struct.pack(">Q", value.seed)),
    Ref: lambda out, value: out.extend(b"r" + struct.pack(">I", value.index)),
    type: _encode_type,
    np.ufunc: _encode_type,
    np.dtype: _encode_dtype,
}


def decode_body(body: bytes | bytearray) -> tuple[bytes, Any]:
    """Return the nonce and the value of one frame's body.

    Parameters
    ----------
    body : bytes-like
        Everything after the length; the caller has bounded it.

    Raises
    ------
    ProtocolError
        If the body is not a nonce and exactly one value.
    """
    if len(body) < NONCE_BYTES:
        raise ProtocolError(f"a body needs {NONCE_BYTES} bytes for its nonce and has {len(body)}")
    reader = _Reader(body, NONCE_BYTES)
    value = reader.read(0)
    if reader.position != len(body):
        raise ProtocolError(f"{len(body) - reader.position} bytes follow the value")
    return bytes(body[:NONCE_BYTES]), value


class _Reader:
    """Reads values from a buffer, counting them."""

    def __init__(self, body: bytes | bytearray, position: int) -> None:
        self._body, self._end = memoryview(body), len(body)
        self.position = position
        self._values = 0

    def read(self, depth: int) -> Any:
        """Return the next value; containers nest to `MAX_DEPTH`."""
        self._values += 1
        if self._values > MAX_VALUES:
            raise ProtocolError(f"a frame may hold {MAX_VALUES} values")
        if depth > MAX_DEPTH:
            raise ProtocolError(f"values may nest {MAX_DEPTH} deep")
        tag = self._byte()
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        read = _READERS.get(tag)
        if read is None:
            raise ProtocolError(f"no value begins with the byte {tag}")
        return read(self, depth)

    def _take(self, size: int) -> memoryview:
        end = self.position + size
        if end > self._end:
            raise ProtocolError(f"{size} bytes are announced and {self._end - self.position} are left")
        taken = self._body[self.position : end]
        self.position = end
        return taken

    def _byte(self) -> int:
        position = self.position
        if position >= self._end:
            raise ProtocolError("1 bytes are announced and 0 are left")
        self.position = position + 1
        return self._body[position]

    def _count(self) -> int:
        return int.from_bytes(self._take(4), "big")

    def read_integer(self, depth: int) -> int:
        size = self._byte()
        if not 1 <= size <= MAX_INT_BYTES:
            raise ProtocolError(f"an integer takes 1 to {MAX_INT_BYTES} bytes, not {size}")
        return int.from_bytes(self._take(size), "big", signed=True)

    def read_real(self, depth: int) -> float:
        return float(struct.unpack(">d", self._take(8))[0])

    def read_complex(self, depth: int) -> complex:
        return complex(*struct.unpack(">dd", self._take(16)))

    def read_text(self, depth: int) -> str:
        raw = self._take(self._count())
        try:
            return str(raw, "utf-8")
        except UnicodeDecodeError as error:
            raise ProtocolError("a text is not UTF-8") from error

    def read_bytes(self, depth: int) -> bytes:
        return bytes(self._take(self._count()))

    def read_list(self, depth: int) -> list[Any]:
        count = self._count()
        if count > len(self._body) - self.position:
            raise ProtocolError(f"{count} values are announced and {len(self._body) - self.position} bytes are left")
        return self._reals(count, depth) or [self.read(depth + 1) for _ in range(count)]

    def _reals(self, count: int, depth: int) -> list[float] | None:
        """Return a list that has only real numbers, such as the losses of a training; None if it needs the general reader."""
        raw = self._body[self.position : self.position + _REAL_BYTES * count]
        few_enough = self._values + count <= MAX_VALUES and depth < MAX_DEPTH
        if not few_enough or len(raw) < _REAL_BYTES * count or bytes(raw[::_REAL_BYTES]).strip(b"f"):
            return None
        self._values += count
        self.position += len(raw)
        return list(struct.unpack(">" + "xd" * count, raw))

    def read_tuple(self, depth: int) -> tuple[Any, ...]:
        return tuple(self.read_list(depth))

    def read_map(self, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for _ in range(self._count()):
            key = self._tagged_text()
            if key in result:
                raise ProtocolError("a map has one key twice")
            result[key] = self.read(depth + 1)
        return result

    def read_long(self, depth: int) -> int:
        size = self._count()
        if size > MAX_LONG_BYTES:
            raise ProtocolError(f"an integer takes at most {MAX_LONG_BYTES} bytes, not {size}")
        return int.from_bytes(self._take(size), "big", signed=True)

    def read_pairs(self, depth: int) -> dict[Any, Any]:
        count = self._few()
        result: dict[Any, Any] = {}
        for _ in range(count):
            key = self._key(depth)
            result[key] = self.read(depth + 1)
        if len(result) != count:
            raise ProtocolError("a map has one key twice")
        return result

    def read_set(self, depth: int) -> set[Any]:
        return {self._key(depth) for _ in range(self._few())}

    def read_frozenset(self, depth: int) -> frozenset[Any]:
        return frozenset(self.read_set(depth))

    def _few(self) -> int:
        """Return a count of keys: whoever chooses them can make each look-up as long as there are others."""
        count = self._count()
        if count > MAX_KEYS:
            raise ProtocolError(f"a set may hold {MAX_KEYS} values")
        return count

    def _key(self, depth: int) -> Any:
        key = self.read(depth + 1)
        try:
            hash(key)
        except TypeError:
            raise ProtocolError("a key cannot be hashed") from None
        return key

    def read_range(self, depth: int) -> range:
        parts = [self.read(depth + 1) for _ in range(3)]
        if not all(type(part) is int for part in parts) or parts[2] == 0:
            raise ProtocolError("a range needs three integers")
        return range(*parts)

    def read_slice(self, depth: int) -> slice:
        return slice(*(self.read(depth + 1) for _ in range(3)))

    def read_named(self, depth: int) -> type:
        name = self._tagged_text()
        if name not in _NAMED:
            raise ProtocolError("no type has this name")
        return _NAMED[name]

    def read_texts(self, depth: int) -> Any:
        word = self.read_text(0)
        ndim = self._byte()
        if not _TEXT_DTYPE.fullmatch(word) or ndim > MAX_NDIM:
            raise ProtocolError("an array of texts has an unknown form")
        shape = struct.unpack(f">{ndim}Q", self._take(8 * ndim))
        if math.prod(max(extent, 1) for extent in shape) > _MAX_EXTENT:
            raise ProtocolError("the dimensions of an array are too large")
        dtype = np.dtype(word)
        raw = self._take(dtype.itemsize * math.prod(shape))
        if dtype.kind == "U" and raw.nbytes and int(np.frombuffer(raw, "<u4").max()) > 0x10FFFF:
            raise ProtocolError("a text is no Unicode")
        array = np.frombuffer(raw, dtype).reshape(shape).copy()
        return array if ndim else array[()]

    def read_made(self, depth: int) -> Any:
        name, args = self._tagged_text(), self.read(depth + 1)
        try:
            return made(name, args)
        except ValueError as error:
            raise ProtocolError(f"a value of the standard library cannot be put together: {error}") from None

    def read_handle(self, depth: int) -> Handle:
        return Handle(self._count(), self._tagged_text())

    def _tagged_text(self) -> str:
        if self._byte() != ord("s"):
            raise ProtocolError("a name must be a text")
        return self.read_text(0)

    def read_array(self, depth: int) -> npt.NDArray[Any] | np.generic:
        code, ndim = self._take(2)
        if code not in _DTYPES:
            raise ProtocolError(f"no array has the dtype code {code}")
        if ndim > MAX_NDIM:
            raise ProtocolError(f"an array may have {MAX_NDIM} dimensions, not {ndim}")
        shape = struct.unpack(f">{ndim}Q", self._take(8 * ndim))
        if math.prod(max(extent, 1) for extent in shape) > _MAX_EXTENT:
            raise ProtocolError("the dimensions of an array are too large")
        dtype = _DTYPES[code]
        raw = self._take(dtype.itemsize * math.prod(shape))
        if code == ord("?") and raw.tobytes().strip(b"\x00\x01"):
            raise ProtocolError("a truth value is neither 0 nor 1")
        array = np.frombuffer(raw, dtype).reshape(shape).astype(dtype.newbyteorder("="))
        return array if ndim else array[()]


_CONSTANTS = {ord("N"): None, ord("T"): True, ord("F"): False, ord("E"): ...}
# The types that a child may name, which are ours.
_NAMED: dict[str, type] = {
    **{kind.__name__: kind for kind in (bool, bytes, complex, dict, float, int, list, object, set, str, tuple)},
    **{
        f"numpy.{name}": value
        for name, value in vars(np).items()
        if isinstance(value, type) and issubclass(value, np.generic | np.ndarray)
    },
}
_READERS: dict[int, Callable[[_Reader, int], Any]] = {
    ord("i"): _Reader.read_integer,
    ord("f"): _Reader.read_real,
    ord("c"): _Reader.read_complex,
    ord("s"): _Reader.read_text,
    ord("b"): _Reader.read_bytes,
    ord("l"): _Reader.read_list,
    ord("u"): _Reader.read_tuple,
    ord("m"): _Reader.read_map,
    ord("h"): _Reader.read_handle,
    ord("a"): _Reader.read_array,
    ord("I"): _Reader.read_long,
    ord("M"): _Reader.read_pairs,
    ord("S"): _Reader.read_set,
    ord("Z"): _Reader.read_frozenset,
    ord("R"): _Reader.read_range,
    ord("P"): _Reader.read_slice,
    ord("n"): _Reader.read_named,
    ord("U"): _Reader.read_texts,
    ord("L"): _Reader.read_made,
    ord("k"): lambda reader, depth: Callback(reader._count()),
}
