"""A socket to a fenced child that never blocks the judge.

A `Channel` sends one request and takes one reply, with one deadline for the whole reply, so that a reply that
arrives byte by byte is also cut off. While it waits, the `Drains` of the session read what the child prints.
"""

from __future__ import annotations

import math
import os
import select
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

from grader.wire.agreed import ProtocolError
from grader.wire.frames import HEADER_BYTES, MAX_BODY_BYTES, NONCE_BYTES, decode_body, encode_frame
from grader.wire.limits import KEPT_OUTPUT_BYTES, SHOWN_OUTPUT_BYTES

_MAX_LATE_FRAMES = 64
_FEW_BYTES, _MANY_BYTES = 1 << 16, 1 << 20


class EndOfFile(Exception):
    """The other side has closed its end."""


class DeadlineError(Exception):
    """No complete reply came in time."""


class Drain:
    """The reading end of one output pipe: keeps the beginning and the end, drops the rest."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.head = bytearray()
        self.tail = b""
        self.truncated = False
        self.ended = False

    def pump(self) -> None:
        """Read what the pipe holds now, without waiting."""
        try:
            chunk = os.read(self.descriptor, _MANY_BYTES)
        except BlockingIOError:
            return
        if not chunk:
            self.ended = True
        room = KEPT_OUTPUT_BYTES - len(self.head)
        self.head += chunk[:room]
        if len(chunk) > room:
            self.truncated = True
            self.tail = (self.tail + chunk[max(room, len(chunk) - SHOWN_OUTPUT_BYTES) :])[-SHOWN_OUTPUT_BYTES:]

    def taken(self) -> tuple[bytes, bytes, bool]:
        """Return the beginning, the end of the rest, and whether something between them may be lost."""
        return bytes(self.head), self.tail, self.truncated

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self.descriptor)


class Waiting:
    """Waits for one socket and empties output pipes meanwhile.

    Parameters
    ----------
    channel : socket.socket
    drains : sequence of Drain
    bell : socket.socket or None
        Another socket, which becomes readable when probably nothing more will come on `channel`.
    may_come : callable
        Called once when the bell rings: returns whether something may still come.
    """

    def __init__(
        self,
        channel: socket.socket,
        drains: Sequence[Drain] = (),
        bell: socket.socket | None = None,
        may_come: Callable[[], bool] = lambda: False,
    ) -> None:
        self._channel, self._events = channel.fileno(), select.POLLIN
        self._bell = None if bell is None else bell.fileno()
        self._may_come = may_come
        self._drains = {drain.descriptor: drain for drain in drains}
        self._poll = select.poll()
        for descriptor in (self._channel, *self._drains, *(() if self._bell is None else (self._bell,))):
            self._poll.register(descriptor, select.POLLIN)

    def until(self, events: int, deadline: float) -> None:
        """Return when the socket is ready for `events`.

        Parameters
        ----------
        events : int
            `select.POLLIN` or `select.POLLOUT`.
        deadline : float
            On the clock of `time.monotonic`, in seconds.

        Raises
        ------
        DeadlineError
            If the deadline passes first.
        EndOfFile
            If the bell rings first and nothing more may come.
        """
        if events != self._events:
            self._poll.modify(self._channel, events)
            self._events = events
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise DeadlineError
            ready = [descriptor for descriptor, _ in self._poll.poll(math.ceil(1000 * remaining))]
            for descriptor in ready:
                if descriptor in self._drains:
                    self._pump(descriptor)
            if self._channel in ready:
                return
            if self._bell is not None and self._bell in ready:
                if not self._may_come():
                    raise EndOfFile
                self._poll.unregister(self._bell)
                self._bell = None

    def _pump(self, descriptor: int) -> None:
        drain = self._drains[descriptor]
        if not drain.ended:
            drain.pump()
        if drain.ended:
            self._poll.unregister(descriptor)
            del self._drains[descriptor]


class Channel:
    """Requests and replies on one stream socket.

    Parameters
    ----------
    stream : socket.socket
        A connected stream; it is made non-blocking and closed by `close`.
    drains : sequence of Drain
        Pipes to empty while waiting.
    bell, may_come
        As for `Waiting`: they tell the end of the other side even if a forgotten process keeps this stream open.
    """

    def __init__(
        self,
        stream: socket.socket,
        drains: Sequence[Drain] = (),
        bell: socket.socket | None = None,
        may_come: Callable[[], bool] = lambda: False,
    ) -> None:
        stream.setblocking(False)
        self._stream = stream
        self._waiting = Waiting(stream, drains, bell, may_come)
        self._arrived = bytearray()
        self.late_frames = 0

    def send(self, value: Any, deadline: float, descriptors: Sequence[int] = ()) -> bytes:
        """Send `value` with descriptors; return the nonce that its reply must carry."""
        nonce = os.urandom(NONCE_BYTES)
        rest = memoryview(encode_frame(nonce, value))
        while rest:
            if time.monotonic() >= deadline:
                raise DeadlineError
            try:
                sent = socket.send_fds(self._stream, [rest], descriptors) if descriptors else self._stream.send(rest)
            except BlockingIOError:
                self._waiting.until(select.POLLOUT, deadline)
                continue
            except OSError as error:
                raise EndOfFile from error
            rest, descriptors = rest[sent:], ()
        return nonce

    def receive(self, nonce: bytes, deadline: float, max_bytes: int = MAX_BODY_BYTES) -> Any:
        """Return the value of the frame that carries `nonce`.

        Raises
        ------
        DeadlineError
            If it is not complete by the deadline.
        EndOfFile
            If the stream ends first.
        ProtocolError
            If a frame is malformed or longer than `max_bytes`, or too many carry another nonce.
        """
        while True:
            size = int.from_bytes(self._take(HEADER_BYTES, deadline), "big")
            if size > min(max_bytes, MAX_BODY_BYTES) + NONCE_BYTES:
                raise ProtocolError(f"a reply of {size} bytes is longer than the {max_bytes} that were asked for")
            body = self._take(size, deadline)
            if bytes(body[:NONCE_BYTES]) == nonce:
                return decode_body(body)[1]
            self.late_frames += 1
            if self.late_frames > _MAX_LATE_FRAMES:
                raise ProtocolError(f"more than {_MAX_LATE_FRAMES} replies belong to no request")

    def _take(self, size: int, deadline: float) -> bytearray:
        """Return `size` bytes; memory grows with the bytes that arrive, never with an announced length."""
        while (missing := size - len(self._arrived)) > 0:
            self._waiting.until(select.POLLIN, deadline)
            try:
                chunk = self._stream.recv(min(max(missing, _FEW_BYTES), _MANY_BYTES))
            except BlockingIOError:
                continue
            except OSError as error:
                raise EndOfFile from error
            if not chunk:
                raise EndOfFile
            self._arrived += chunk
        taken = self._arrived[:size]
        del self._arrived[:size]
        return taken

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()
