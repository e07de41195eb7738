"""What carries frames to whoever asks and back; a socket behind the fence and pipes at home are two of the kind."""

from __future__ import annotations

from typing import Any, Protocol

from _child import wire
from _child.sealed import BUILTINS as __builtins__  # noqa: F401


class EndOfChannel(Exception):
    """Nobody asks any more."""


class Channel(Protocol):
    """Requests come in, answers go out; each answer carries the nonce of its request."""

    def receive(self) -> tuple[bytes, Any]:
        """Return nonce and value of the next request; raise `EndOfChannel` when there is none."""

    def send(self, nonce: bytes, value: Any, keep: wire.Keep = ...) -> None:
        """Send `value` as the answer to the request with this nonce."""
