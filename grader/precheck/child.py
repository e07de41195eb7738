"""Exchanges frames with a student's process on the student's machine, on every system.

It uses two pipes and one thread: to wait with a time limit is to wait for a queue. The frames are the same as in the
fence and are read with the same care.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Any

from grader.precheck.starting import OUTPUTS, Started
from grader.wire.agreed import ProtocolError
from grader.wire.frames import HEADER_BYTES, MAX_BODY_BYTES, NONCE_BYTES, decode_body, encode_frame
from grader.wire.limits import KEPT_OUTPUT_BYTES, SHOWN_OUTPUT_BYTES, Output, output_of

_SETTLE_SECONDS = 10.0


class ChildEnded(Exception):
    """The process has ended; ``status`` is its exit status as given by `subprocess`."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exit status {status}")
        self.status = status


class ChildSilent(Exception):
    """The process did not answer in time and was killed."""


class Child:
    """One process with a student's code.

    Parameters
    ----------
    started : Started
        The process and the folder of its files.
    """

    def __init__(self, started: Started) -> None:
        self._started, self._process = started, started.process
        self._outputs = [Path(started.folder, name) for name in OUTPUTS]
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(_stream(self._process.stdout),), daemon=True).start()

    def _read(self, stream: IO[bytes]) -> None:
        """Put complete frames into the queue, and None at the end."""
        with contextlib.suppress(OSError, ValueError):
            while len(head := stream.read(HEADER_BYTES)) == HEADER_BYTES:
                size = int.from_bytes(head, "big")
                if size > MAX_BODY_BYTES + NONCE_BYTES:
                    break
                body = stream.read(size)
                if len(body) < size:
                    break
                self._frames.put(body)
        self._frames.put(None)

    def send(self, request: dict[str, Any]) -> bytes:
        """Send one request, and return the nonce that its answer will carry."""
        nonce = os.urandom(NONCE_BYTES)
        stdin = _stream(self._process.stdin)
        try:
            stdin.write(encode_frame(nonce, request))
            stdin.flush()
        except OSError:
            raise ChildEnded(self._status()) from None
        return nonce

    def receive(self, seconds: float) -> tuple[bytes, Any]:
        """Return the nonce and the value of the next frame.

        Raises
        ------
        ChildEnded
            If there is none, because the process has ended.
        ChildSilent
            If it does not arrive in time; the process is then killed.
        grader.wire.agreed.ProtocolError
            If it does not have the agreed form.
        """
        try:
            body = self._frames.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise ChildSilent from None
        if body is None:
            raise ChildEnded(self._status())
        return decode_body(body)

    def ask(self, request: dict[str, Any], seconds: float) -> Any:
        """Send one request and return its answer."""
        nonce = self.send(request)
        deadline = time.monotonic() + seconds
        while True:
            came, value = self.receive(max(0.0, deadline - time.monotonic()))
            if came == nonce:
                return value

    def output(self) -> Output:
        """Return what was printed so far."""
        stdout, stderr = (_take(path) for path in self._outputs)
        return output_of(stdout, stderr)

    @property
    def gone(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    def _status(self) -> int:
        try:
            return self._process.wait(_SETTLE_SECONDS)
        except subprocess.TimeoutExpired:
            self.close()
            raise ProtocolError("the process closed its end") from None

    def close(self) -> None:
        """Kill the process, and remove its files."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                _stream(stream).close()

    def remove(self) -> None:
        """Kill the process, and remove its files."""
        self._started.remove()


def _take(path: Path) -> tuple[bytes, bytes, bool]:
    """Return the beginning and the end of a file, and whether something between them is left out."""
    if not path.exists():
        return b"", b"", False
    with open(path, "rb") as file:
        head = file.read(KEPT_OUTPUT_BYTES)
        left = os.fstat(file.fileno()).st_size - len(head)
        file.seek(max(len(head), len(head) + left - SHOWN_OUTPUT_BYTES))
        tail = file.read(SHOWN_OUTPUT_BYTES)
    return head, tail, left > len(tail)


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
