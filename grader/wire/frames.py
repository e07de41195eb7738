"""Frames between the judge and a fenced child, judge's side; the child has its own implementation.

`docs/fence.md` lists the format. Every byte that arrives here may be hostile; see ``decoding``.
"""

from __future__ import annotations

import struct
from typing import Any

from grader.wire.agreed import ProtocolError
from grader.wire.decoding import Reader
from grader.wire.encoding import encode

HEADER_BYTES = 4
NONCE_BYTES = 8
MAX_BODY_BYTES = 64 * 2**20


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
    encode(out, value)
    if len(out) - HEADER_BYTES > MAX_BODY_BYTES:
        raise ValueError(f"a request may hold {MAX_BODY_BYTES} bytes, this one has {len(out) - HEADER_BYTES}")
    struct.pack_into(">I", out, 0, len(out) - HEADER_BYTES)
    return bytes(out)


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
    reader = Reader(body, NONCE_BYTES)
    value = reader.read(0)
    if reader.position != len(body):
        raise ProtocolError(f"{len(body) - reader.position} bytes follow the value")
    return bytes(body[:NONCE_BYTES]), value
