"""The keyboard input of a program: the prepared lines, and then the end of the input."""

from __future__ import annotations

import builtins
import io
import sys
from typing import Any

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MESSAGE = "input() was called, but nobody is there to type an answer while the work is graded"


# Whether a program has asked for more than what was laid out; it may have gone on without.
asked_beyond: list[bool] = []


def lay_out(text: str) -> None:
    """Make `input()` and `sys.stdin` return the lines of a text, one after the other."""
    lines = text.splitlines()
    asked_beyond.clear()

    def typed(prompt: object = "", /) -> str:
        if prompt != "":
            print(prompt, end="")  # noqa: T201
        if not lines:
            asked_beyond[:] = [True]
            raise EOFError(MESSAGE)
        return lines.pop(0)

    builtins.input = typed
    if text:
        sys.stdin = _Lines(text)


class _Lines(io.StringIO):
    """A standard input without a file behind it."""

    def isatty(self, *args: Any) -> bool:
        return False
