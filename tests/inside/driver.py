"""A thin driver of the child's side, using the judge's own wire over socket pairs, without confinement."""

import json
import os
import select
import socket
import struct
import threading
from pathlib import Path
from typing import Any

from grader.wire.frames import decode_body, encode_frame

INSIDE = Path(__file__).parents[2] / "grader" / "inside"
PATIENCE_SECONDS = 240.0


class Gone(Exception):
    """The other end closed before it answered."""


def exchange(
    channel: socket.socket, message: Any, nonce: bytes = b"12345678", descriptors: tuple[int, ...] = ()
) -> Any:
    """Send one frame and return the value of the answer."""
    frame = encode_frame(nonce, message)
    if descriptors:
        socket.send_fds(channel, [frame], list(descriptors))
    else:
        channel.sendall(frame)
    return receive(channel, nonce)


def receive(channel: socket.socket, nonce: bytes) -> Any:
    """Return the value of the next frame, which must carry `nonce`."""
    (size,) = struct.unpack(">I", _exactly(channel, 4))
    got, value = decode_body(_exactly(channel, size))
    assert got == nonce
    return value


def _exactly(channel: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        ready, _, _ = select.select([channel], [], [], PATIENCE_SECONDS)
        if not ready:
            raise TimeoutError("no answer")
        try:
            chunk = channel.recv(size - len(got))
        except ConnectionResetError as error:
            raise Gone from error
        if not chunk:
            raise Gone
        got += chunk
    return got


class Check:
    """One check child."""

    def __init__(self, loader: socket.socket, cpu_seconds: float, wall_seconds: float | None) -> None:
        self._loader = loader
        self._own, other = socket.socketpair()
        message: dict[str, Any] = {"do": "check", "cpu_seconds": cpu_seconds}
        if wall_seconds is not None:
            message["wall_seconds"] = wall_seconds
        socket.send_fds(loader, [encode_frame(b"checkchk", message)], [other.fileno()])
        other.close()

    def __enter__(self) -> "Check":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._own.close()
        self.ended = receive(self._loader, b"checkchk")["ended"]

    def ask(self, op: str, **fields: Any) -> Any:
        """Return the reply to one request."""
        return exchange(self._own, {"op": op, **fields})

    def value(self, op: str, **fields: Any) -> Any:
        """Return the value that a request gives."""
        reply = self.ask(op, **fields)
        assert "value" in reply, reply
        return reply["value"]

    def call(self, name: str, *args: Any, on: Any = 0, **kwargs: Any) -> Any:
        """Return what a call gives."""
        return self.value("call", on=on, name=name, args=list(args), kwargs=kwargs)


class Session:
    """One loader and its scratch folder."""

    def __init__(self, control: socket.socket, folder: Path, config: dict[str, Any]) -> None:
        self.folder = folder
        self.channel, other = socket.socketpair()
        self._pipes = [os.pipe(), os.pipe()]
        self.output = [bytearray(), bytearray()]
        request = json.dumps({"folder": str(folder), "config": {"debug": True, **config}}).encode()
        socket.send_fds(control, [request], [other.fileno(), self._pipes[0][1], self._pipes[1][1]])
        other.close()
        self._drains = [threading.Thread(target=self._drain, args=(index,), daemon=True) for index in (0, 1)]
        for (_, end), drain in zip(self._pipes, self._drains, strict=True):
            os.close(end)
            drain.start()

    def _drain(self, index: int) -> None:
        while chunk := os.read(self._pipes[index][0], 65536):
            if len(self.output[index]) < 2**20:
                self.output[index].extend(chunk)
        os.close(self._pipes[index][0])

    def ask(self, **message: Any) -> Any:
        """Return the answer to a message for the loader."""
        return exchange(self.channel, message)

    def read(self, files: dict[str, str | bytes], form: str = "file", **fields: Any) -> Any:
        """Return the reading of files."""
        listed = [(path, text.encode() if isinstance(text, str) else text) for path, text in files.items()]
        fields = {"allowed_imports": ["numpy", "matplotlib"], "name": listed[0][0] if listed else "", **fields}
        return self.ask(do="read", files=listed, form=form, **fields)

    def load(self, run_name: str = "submission", cpu_seconds: float = 20.0, **fields: Any) -> Any:
        """Return how loading went."""
        return self.ask(do="load", run_name=run_name, cpu_seconds=cpu_seconds, **fields)

    def check(self, cpu_seconds: float = 10.0, wall_seconds: float | None = None) -> Check:
        """Return a new check child."""
        return Check(self.channel, cpu_seconds, wall_seconds)

    def printed(self) -> str:
        """Return everything printed, after the loader has ended."""
        self.close()
        return self.output[0].decode("utf-8", "replace")

    def close(self) -> None:
        """End the loader."""
        self.channel.close()
        for drain in self._drains:
            drain.join(PATIENCE_SECONDS)
        print(self.output[1].decode("utf-8", "replace"))
