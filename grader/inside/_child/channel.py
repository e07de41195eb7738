"""The interface of a channel of frames; a socket behind the fence and pipes at home implement it."""

from __future__ import annotations

from typing import Any, Protocol

from _child import wire
from _child.sealed import BUILTINS as __builtins__  # noqa: F401


class EndOfChannel(Exception):
    """The other side has closed the channel."""


class Channel(Protocol):
    """Requests come in, answers go out; each answer carries the nonce of its request."""

    def receive(self) -> tuple[bytes, Any]:
        """Return nonce and value of the next request; raise `EndOfChannel` if there is none."""

    def send(self, nonce: bytes, value: Any, keep: wire.Keep = ...) -> None:
        """Send `value` as the answer to the request with this nonce."""
