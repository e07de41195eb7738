"""Keeps the output of a submission, up to a limit, in streams that can do everything that an interpreter's can."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

CUT = "\n[more was printed]\n"
# The size of a usual terminal: programs ask for it to draw a bar or a line across the screen.
TERMINAL_SIZE = os.terminal_size((80, 24))

_TextIOWrapper, _write = io.TextIOWrapper, io.FileIO.write
_flush = io.BufferedWriter.flush
_FILES = frozenset({io.TextIOWrapper, io.BufferedWriter})
_utf8_decoder = codecs.getincrementaldecoder("utf-8")


class Recorder(io.TextIOWrapper):
    """A text stream that keeps the first characters written to it, as text or as bytes.

    It is the interpreter's own kind of stream, so that it can be reconfigured, wrapped and detached, and its ``buffer``
    takes bytes.

    Parameters
    ----------
    max_characters : int
        The number of characters that are kept.
    under : file or None
        Also gets everything that is written.
    note : callable or None
        Takes each kept piece instead of the recorder.
    descriptor : int
        The result of ``fileno`` if there is no stream below.
    """

    def __init__(
        self,
        max_characters: int,
        under: Any = None,
        note: Callable[[str], None] | None = None,
        descriptor: int = 1,
    ) -> None:
        self._kept = _Kept(max_characters, under, note, descriptor)
        super().__init__(self._kept, "utf-8", "backslashreplace", newline="", write_through=True)
        self.mode = "w"  # type: ignore[misc]

    def take(self) -> str:
        """Return the text kept since the last call, and start again."""
        return self._kept.take()

    def write_bytes(self, data: Any) -> int:
        """Take a piece that was written to another stream."""
        return self._kept.write(data)


class _Kept(io.BufferedIOBase):
    """The bytes below a recorder, kept as text. Closing it does nothing, since wrapping it again drops the previous wrapper."""

    def __init__(self, max_characters: int, under: Any, note: Callable[[str], None] | None, descriptor: int) -> None:
        self._left = self._max = max_characters
        self._pieces: list[str] = []
        self._under = getattr(under, "buffer", None)
        self._note = note or self._pieces.append
        self._decode = _utf8_decoder("replace").decode
        self._descriptor = descriptor
        self.name = "<stdout>" if descriptor == 1 else "<stderr>"
        self.mode = "wb"

    @property
    def raw(self) -> _Kept:
        """The stream itself: nothing is buffered."""
        return self

    def write(self, data: Any, /) -> int:
        """Take one piece, as bytes."""
        data = memoryview(data).tobytes()
        if self._under is not None:
            self._under.write(data)
        if self._left > 0:
            kept = self._decode(data)[: self._left]
            self._left -= len(kept)
            if kept:
                self._note(kept if self._left else kept + CUT)
        return len(data)

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the descriptor of the stream below, or the usual one."""
        return self._descriptor if self._under is None else int(self._under.fileno())

    def flush(self) -> None:
        """Pass it on."""
        if self._under is not None:
            self._under.flush()

    def close(self) -> None:
        """Stay open."""
        self.flush()

    def take(self) -> str:
        """Return the text kept since the last call, and start again."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._left = self._max
        return text


class _Descriptor(io.FileIO):
    """The file below a stream of the interpreter. In a check, a recorder takes what reaches it: a program may have kept the stream."""

    recorder: Recorder | None = None

    def write(self, data: Any, /) -> Any:
        """Write to the recorder, if there is one, else to the file."""
        recorder = _Descriptor.recorder
        return _write(self, data) if recorder is None else recorder.write_bytes(data)


class _Lasting(io.BufferedWriter):
    """The buffer below a stream of the interpreter. Closing it only writes it out, for the same reason."""

    def close(self) -> None:
        """Flush the buffer."""
        _flush(self)


_streams: list[Any] = []


def renew_streams() -> None:
    """Make new interpreter streams after their descriptors got other files, since the old ones remember properties of the former files."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        raw = _Descriptor(number, "wb", closefd=False)
        raw.name = f"<{name}>"
        # Text is passed on at once, so that it stays in order with bytes written to the buffer below, as in a terminal.
        stream = _TextIOWrapper(
            # The same bytes on every system.
            _Lasting(raw),
            "utf-8",
            "backslashreplace",
            newline="\n",
            line_buffering=number == 2,
            write_through=True,
        )
        stream.mode = "w"  # type: ignore[misc]
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def remember_streams() -> None:
    """Keep the current streams, to flush them even if a submission replaces them."""
    os.get_terminal_size = _terminal_size
    present = [stream for stream in (sys.stdout, sys.stderr) if stream is not None]
    _streams.extend([*present, *(stream.buffer for stream in present if hasattr(stream, "buffer"))])


def record(recorder: Recorder) -> None:
    """Have this recorder take what is printed from now on, also through a stream that a program has kept."""
    sys.stdout = sys.stderr = recorder
    _Descriptor.recorder = recorder


def flush_all(namespaces: Iterable[dict[str, Any]] = ()) -> None:
    """Flush the original streams, their current replacements and the open files in ``namespaces``."""
    files = [value for names in namespaces for value in list(names.values()) if type(value) in _FILES]
    # Buffers below come last, since the layers above still write into them.
    for stream in [*files, sys.stdout, sys.stderr, *_streams]:
        try:
            stream.flush()
        except BaseException:
            continue


def _terminal_size(fd: int = 1, /) -> os.terminal_size:
    return TERMINAL_SIZE
