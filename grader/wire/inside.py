"""The packages of a student's process, imported into this one, and requests to them over both ends of the wire."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.wire.agreed import ProtocolError
from grader.wire.faults import answer_of, from_protocol
from grader.wire.frames import HEADER_BYTES, NONCE_BYTES, decode_body, encode_frame
from grader.wire.limits import limited

INSIDE = str(Path(__file__).parents[1] / "inside")
_NONCE = bytes(NONCE_BYTES)


@contextmanager
def packages_inside() -> Iterator[None]:
    """Let the block import `_child` and `_home`; their folder is on the search path only inside the block."""
    sys.path.insert(0, INSIDE)
    try:
        yield
    finally:
        sys.path.remove(INSIDE)


def exchange(
    answer: Callable[[bytes], bytes], request: Mapping[str, Any], reply_bytes: int | None = None
) -> dict[str, Any]:
    """Return the reply to a request that is answered in this process.

    Parameters
    ----------
    answer : callable
        Takes an encoded request and returns the encoded reply.
    request : mapping
        As a check sends it.
    reply_bytes : int, optional
        The maximum size of the reply's value.

    Raises
    ------
    StudentFault
        If the code raised, or its answer does not have the agreed form.
    KeyboardInterrupt
        If a person interrupted the code.
    """
    frame = encode_frame(_NONCE, limited(dict(request), reply_bytes))
    try:
        _, reply = decode_body(_NONCE + answer(frame[HEADER_BYTES + NONCE_BYTES :]))
        if reply.get("raised", {}).get("type") == "KeyboardInterrupt":
            raise KeyboardInterrupt
        return answer_of(reply, request)
    except ProtocolError as problem:
        raise from_protocol(problem, fatal=True) from None
