"""Values from the bytes of a fenced child, judge's side, all of which may be hostile.

Decoding builds plain values from a closed set of kinds; anything that does not fit raises `ProtocolError`, and no step
allocates more than the bytes that have really arrived allow.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.wire.agreed import DTYPES, MAX_INT_BYTES, MAX_LONG_BYTES, MAX_NDIM, ProtocolError
from grader.wire.library_values import made
from grader.wire.values import Callback, Handle

MAX_DEPTH = 16
MAX_VALUES = 200_000
# Of a set, or of a map whose keys are no texts.
MAX_KEYS = 10_000
# What arrays of texts and dates may hold.
_TEXT_DTYPE = re.compile(
    r"[<|](?:[US][1-9][0-9]{0,5}|[Mm]8\[(?:[0-9]{0,4}(?:Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as))?\]|[Mm]8)"
)
# A real number: its tag and eight bytes.
_REAL_BYTES = 9
# NumPy's own limit on the product of the dimensions also binds arrays without entries.
_MAX_EXTENT = 2**31


class Reader:
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

    def _read_integer(self, depth: int) -> int:
        size = self._byte()
        if not 1 <= size <= MAX_INT_BYTES:
            raise ProtocolError(f"an integer takes 1 to {MAX_INT_BYTES} bytes, not {size}")
        return int.from_bytes(self._take(size), "big", signed=True)

    def _read_real(self, depth: int) -> float:
        return float(struct.unpack(">d", self._take(8))[0])

    def _read_complex(self, depth: int) -> complex:
        return complex(*struct.unpack(">dd", self._take(16)))

    def _read_text(self, depth: int) -> str:
        raw = self._take(self._count())
        try:
            return str(raw, "utf-8")
        except UnicodeDecodeError as error:
            raise ProtocolError("a text is not UTF-8") from error

    def _read_bytes(self, depth: int) -> bytes:
        return bytes(self._take(self._count()))

    def _read_list(self, depth: int) -> list[Any]:
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

    def _read_tuple(self, depth: int) -> tuple[Any, ...]:
        return tuple(self._read_list(depth))

    def _read_map(self, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for _ in range(self._count()):
            key = self._tagged_text()
            if key in result:
                raise ProtocolError("a map has one key twice")
            result[key] = self.read(depth + 1)
        return result

    def _read_long(self, depth: int) -> int:
        size = self._count()
        if size > MAX_LONG_BYTES:
            raise ProtocolError(f"an integer takes at most {MAX_LONG_BYTES} bytes, not {size}")
        return int.from_bytes(self._take(size), "big", signed=True)

    def _read_pairs(self, depth: int) -> dict[Any, Any]:
        count = self._few()
        result: dict[Any, Any] = {}
        for _ in range(count):
            key = self._key(depth)
            result[key] = self.read(depth + 1)
        if len(result) != count:
            raise ProtocolError("a map has one key twice")
        return result

    def _read_set(self, depth: int) -> set[Any]:
        return {self._key(depth) for _ in range(self._few())}

    def _read_frozenset(self, depth: int) -> frozenset[Any]:
        return frozenset(self._read_set(depth))

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

    def _read_range(self, depth: int) -> range:
        parts = [self.read(depth + 1) for _ in range(3)]
        if not all(type(part) is int for part in parts) or parts[2] == 0:
            raise ProtocolError("a range needs three integers")
        return range(*parts)

    def _read_slice(self, depth: int) -> slice:
        return slice(*(self.read(depth + 1) for _ in range(3)))

    def _read_named(self, depth: int) -> type:
        name = self._tagged_text()
        if name not in _NAMED:
            raise ProtocolError("no type has this name")
        return _NAMED[name]

    def _read_texts(self, depth: int) -> Any:
        word = self._read_text(0)
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

    def _read_made(self, depth: int) -> Any:
        name, args = self._tagged_text(), self.read(depth + 1)
        try:
            return made(name, args)
        except ValueError as error:
            raise ProtocolError(f"a value of the standard library cannot be put together: {error}") from None

    def _read_handle(self, depth: int) -> Handle:
        return Handle(self._count(), self._tagged_text())

    def _tagged_text(self) -> str:
        if self._byte() != ord("s"):
            raise ProtocolError("a name must be a text")
        return self._read_text(0)

    def _read_array(self, depth: int) -> npt.NDArray[Any] | np.generic:
        code, ndim = self._take(2)
        if code not in DTYPES:
            raise ProtocolError(f"no array has the dtype code {code}")
        if ndim > MAX_NDIM:
            raise ProtocolError(f"an array may have {MAX_NDIM} dimensions, not {ndim}")
        shape = struct.unpack(f">{ndim}Q", self._take(8 * ndim))
        if math.prod(max(extent, 1) for extent in shape) > _MAX_EXTENT:
            raise ProtocolError("the dimensions of an array are too large")
        dtype = DTYPES[code]
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
_READERS: dict[int, Callable[[Reader, int], Any]] = {
    ord("i"): Reader._read_integer,
    ord("f"): Reader._read_real,
    ord("c"): Reader._read_complex,
    ord("s"): Reader._read_text,
    ord("b"): Reader._read_bytes,
    ord("l"): Reader._read_list,
    ord("u"): Reader._read_tuple,
    ord("m"): Reader._read_map,
    ord("h"): Reader._read_handle,
    ord("a"): Reader._read_array,
    ord("I"): Reader._read_long,
    ord("M"): Reader._read_pairs,
    ord("S"): Reader._read_set,
    ord("Z"): Reader._read_frozenset,
    ord("R"): Reader._read_range,
    ord("P"): Reader._read_slice,
    ord("n"): Reader._read_named,
    ord("U"): Reader._read_texts,
    ord("L"): Reader._read_made,
    ord("k"): lambda reader, depth: Callback(reader._count()),
}
