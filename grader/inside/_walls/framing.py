"""Whole frames over a socket, with the descriptors that travel along.

The socket is kept as a number and the calls are bound before a submission runs, so that patching `os` or `socket`
afterwards does not affect them.
"""

from __future__ import annotations

import _socket
import array
import os
import struct
from typing import Any

from _child import wire
from _child.channel import EndOfChannel
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_close = os.close
_array = array.array
_pack, _unpack = struct.pack, struct.unpack
_SOL_SOCKET, _SCM_RIGHTS = _socket.SOL_SOCKET, _socket.SCM_RIGHTS
_CMSG_SPACE = _socket.CMSG_SPACE(4)
_Socket = _socket.socket
_encode, _decode, _no_handles = wire.encode, wire.decode, wire.no_handles


class Channel:
    """One end of a stream socket that carries frames.

    Parameters
    ----------
    number : int
        The socket's descriptor, which this object owns from now on.
    """

    def __init__(self, number: int) -> None:
        self._socket = _Socket(fileno=number)
        self._descriptors: list[int] = []
        self._arrived = bytearray()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def receive(self) -> tuple[bytes, Any]:
        """Return nonce and value of the next frame.

        Raises
        ------
        EndOfChannel
            If there is none.
        wire.MalformedFrame
            If it does not have the agreed form.
        """
        (size,) = _unpack(">I", self._exactly(4))
        body = self._exactly(size)
        return body[: wire.NONCE_BYTES], _decode(body[wire.NONCE_BYTES :])

    def take_descriptor(self) -> int | None:
        """Return the oldest descriptor that came with a frame and has not been taken."""
        return self._descriptors.pop(0) if self._descriptors else None

    def send(self, nonce: bytes, value: Any, keep: wire.Keep = _no_handles) -> None:
        """Send `value` as the answer to the frame with this nonce."""
        body = nonce + _encode(value, keep)
        self._socket.sendall(_pack(">I", len(body)) + body)

    def _exactly(self, size: int) -> bytes:
        arrived = self._arrived
        while (missing := size - len(arrived)) > 0:
            chunk, ancillary, _, _ = self._socket.recvmsg(min(max(missing, 2**16), 2**20), _CMSG_SPACE)
            for level, kind, data in ancillary:
                if level == _SOL_SOCKET and kind == _SCM_RIGHTS:
                    self._descriptors.extend(_array("i", data[: len(data) - len(data) % 4]))
            if not chunk:
                raise EndOfChannel
            arrived += chunk
        taken = bytes(arrived[:size])
        del arrived[:size]
        return taken
