"""Keeps what a submission prints, up to a limit: CONFINED. Imports the standard library only."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

from _fenced.sealed import BUILTINS as __builtins__  # noqa: F401

CUT = "\n[more was printed]\n"


class Recorder(io.TextIOBase):
    """A text stream that keeps the first characters written to it.

    Parameters
    ----------
    max_characters : int
        How many are kept.
    under : file or None
        Gets everything that is written, too.
    note : callable or None
        Takes each kept piece instead of the recorder.
    """

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, max_characters: int, under: Any = None, note: Callable[[str], None] | None = None) -> None:
        self._left = max_characters
        self._max = max_characters
        self._pieces: list[str] = []
        self._under = under
        self._note = note or self._pieces.append

    def write(self, text: str, /) -> int:
        """Take one piece of text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._under is not None:
            self._under.write(text)
        if self._left > 0:
            kept = str(text[: self._left])
            self._left -= len(kept)
            self._note(kept if self._left else kept + CUT)
        return len(text)

    def writable(self) -> bool:
        """Return True."""
        return True

    def isatty(self) -> bool:
        """Return False."""
        return False

    def fileno(self) -> int:
        """Return the descriptor of the stream below, if there is one."""
        if self._under is None:
            raise io.UnsupportedOperation("this stream has no file descriptor")
        return int(self._under.fileno())

    def flush(self) -> None:
        """Pass it on."""
        if self._under is not None:
            self._under.flush()

    def take(self) -> str:
        """Return what was kept since the last call, and begin anew."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._left = self._max
        return text


_streams: list[Any] = []


def remember_streams() -> None:
    """Keep the streams that the process began with, to be flushed whatever a submission puts in their place."""
    _streams[:] = [stream for stream in (sys.stdout, sys.stderr) if stream is not None]


def flush_all() -> None:
    """Write out what the first streams and their present substitutes still hold."""
    for stream in [sys.stdout, sys.stderr, *_streams]:
        try:
            stream.flush()
        except BaseException:
            continue
