r"""All output to the terminal: untrusted text is made harmless, and a closed terminal does not stop grading.

Control characters, direction marks and line feeds in names are escaped, as ``\x1b`` or ``\n``; in a GitHub job no line
is taken for a command. May not import any stage.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
import warnings
from typing import Any, TextIO

from grader.errors import GraderError


class Output(io.TextIOWrapper):
    """A standard stream that may have no reader: what cannot be written is dropped, and ``lost`` holds the error."""

    lost: OSError | None = None

    def write(self, text: str) -> int:
        """Write text, dropping what cannot be written."""
        try:
            return super().write(text)
        except OSError as error:
            return self._lose(error) or len(text)

    def flush(self) -> None:
        """Flush the stream, dropping what cannot be written."""
        try:
            super().flush()
        except OSError as error:
            self._lose(error)

    def _lose(self, error: OSError) -> int:
        self.lost = self.lost or error
        # What is still in the buffers goes there now, and at exit too.
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), self.fileno())
        return 0


def open_streams() -> None:
    """Make the standard streams usable even if some were closed; call it before anything opens a file."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        _open_descriptor(number, name)
        if name != "stdin":
            _wrap(name)
    warnings.showwarning = _show_warning


def _open_descriptor(number: int, name: str) -> None:
    """Open a descriptor that was closed, so that no file of ours becomes a standard stream."""
    try:
        os.fstat(number)
    except OSError:
        nowhere = os.open(os.devnull, os.O_RDWR)
        if nowhere != number:
            os.dup2(nowhere, number)
            os.close(nowhere)
        os.set_inheritable(number, True)
    if getattr(sys, name) is None:
        setattr(sys, name, open(os.devnull, "r" if number == 0 else "w", encoding="utf-8"))  # noqa: SIM115


def _wrap(name: str) -> None:
    stream = getattr(sys, name)
    if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, Output):
        return
    encoding, at_once = stream.encoding, stream.line_buffering
    wrapped = Output(stream.detach(), encoding=encoding, errors="backslashreplace", line_buffering=at_once)
    setattr(sys, name, wrapped)
    setattr(sys, f"__{name}__", wrapped)


def closed_streams(status: int) -> int:
    """Flush and return ``status``, or 3 instead of 0 if some output could not be written.

    A reader that closed the pipe, such as ``head``, had all it wanted and changes nothing.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    lost = getattr(sys.stdout, "lost", None)
    if lost is None or lost.errno == errno.EPIPE:
        return status
    complain(f"Some output could not be printed: {lost.strerror}. The files are complete.")
    return status or 3


def complain(*lines: str, by: str = "grader") -> None:
    """Print lines to standard error, each on one line."""
    first, *others = [harmless(line) for line in lines] or [""]
    _print("".join(f"{line}\n" for line in (f"{by}: {first}", *others)), sys.stderr)


def say(*lines: object) -> None:
    """Print lines to standard output, each on one line."""
    _print("".join(f"{harmless(str(line))}\n" for line in lines), sys.stdout)


def remark(text: str) -> None:
    """Print a line that is not an error to standard error."""
    _print(f"{harmless(text)}\n", sys.stderr)


def lines_of(error: GraderError) -> list[str]:
    """Return the lines of an error, safe to print."""
    return [harmless(str(line)) for line in error.args]


def harmless(text: str) -> str:
    """Return text as one line without invisible characters, escape sequences or commands to a GitHub job."""
    if not (text.isascii() and text.isprintable()):
        from grader.report.text import visible

        text = visible(text).replace("\n", "\\n").replace("\t", " ")
    if os.environ.get("GITHUB_ACTIONS") == "true":
        text = text.replace("##[", "## [")
        if text.lstrip().startswith("::"):
            text = f"| {text}"
    return text


def _print(text: str, stream: Any) -> None:
    """Print text to a stream that may be closed, full, or unable to show it."""
    if stream is None:
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    with contextlib.suppress(OSError, ValueError):
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning like all other output, without the source line."""
    remark(f"{filename}:{lineno}: {category.__name__}: {message}")
