"""Values as bytes for a fenced child, judge's side; ``docs/fence.md`` lists the format."""

from __future__ import annotations

import builtins
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.wire.agreed import DTYPE_CODES, DTYPES, MAX_INT_BYTES, MAX_LONG_BYTES, MAX_NDIM
from grader.wire.library_values import TAKEN_APART
from grader.wire.values import Callback, Generator, Handle, Ref


def encode(out: bytearray, value: Any) -> None:
    """Append a value; raise ``TypeError`` if it, or a part of it, cannot be sent, and ``ValueError`` if it is too large."""
    of_type = _ENCODERS.get(type(value)) or _encoder_of(value)
    of_type(out, value)


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
    def encode_items(out: bytearray, value: Any) -> None:
        out += tag + struct.pack(">I", len(value))
        for item in value:
            encode_item = _ENCODERS.get(type(item)) or _encoder_of(item)
            encode_item(out, item)

    return encode_items


def _encode_map(out: bytearray, value: dict[Any, Any]) -> None:
    if not all(isinstance(key, str) for key in value):
        out += b"M" + struct.pack(">I", len(value))
        for pair in value.items():
            encode(out, pair[0])
            encode(out, pair[1])
        return
    out += b"m" + struct.pack(">I", len(value))
    for key, item in value.items():
        out += _key(key)
        encode_item = _ENCODERS.get(type(item)) or _encoder_of(item)
        encode_item(out, item)


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
    out += value.astype(DTYPES[ord(code)], order="C", copy=False).tobytes()


def _encode_texts(out: bytearray, value: npt.NDArray[Any]) -> None:
    little = value.dtype.newbyteorder("<")
    word = little.str.encode()
    out += (
        b"U" + struct.pack(">I", len(word)) + word + bytes([value.ndim]) + struct.pack(f">{value.ndim}Q", *value.shape)
    )
    out += value.astype(little, order="C").tobytes()


def _encode_parts(tag: bytes) -> Callable[[bytearray, Any], None]:
    def encode_ends(out: bytearray, value: range | slice) -> None:
        out += tag
        for part in (value.start, value.stop, value.step):
            encode(out, part)

    return encode_ends


def _encode_made(out: bytearray, value: Any) -> None:
    name, take = TAKEN_APART[type(value)]
    args = take(value)
    if args is None:
        raise TypeError(f"a {type(value).__name__} of this kind cannot be handed to a submission")
    out += b"L"
    _encode_text(out, name)
    encode(out, args)


def _encode_generator(out: bytearray, value: np.random.Generator) -> None:
    out += b"G"
    _encode_text(out, type(value.bit_generator).__name__)
    encode(out, value.bit_generator.state)


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
