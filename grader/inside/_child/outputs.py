"""The output of the cells of a notebook, as capped data."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from _child.faults import without_addresses
from _child.printing import CUT
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

MAX_STREAM = 90_000
MAX_TEXT = 250_000
MAX_IMAGE_BYTES = 4 * 2**20
MAX_ITEMS = 100
TEXTS = ("text/plain", "text/markdown", "text/latex")
IMAGES = ("image/png", "image/jpeg")

_b64decode = base64.b64decode


class Budget:
    """How much more output all cells of a notebook together may produce, in bytes."""

    def __init__(self, max_bytes: int = 20 * 2**20) -> None:
        self._left = max_bytes

    def spend(self, size: int) -> bool:
        """Return whether `size` more bytes fit, and count them."""
        if size > self._left:
            return False
        self._left -= size
        return True


class CellOutputs:
    """The outputs of one cell in the order in which they came.

    Parameters
    ----------
    budget : Budget
        Shared by all cells.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._items: list[dict[str, Any]] = []
        self._pieces: list[str] = []
        self._stream: str | None = None
        self._left = {"stdout": MAX_STREAM, "stderr": MAX_STREAM}

    def print(self, name: str, text: str) -> None:
        """Add text to the stream `name`."""
        left = self._left[name]
        if left <= 0:
            return
        kept = text[:left]
        self._left[name] = left - len(kept)
        if self._stream != name:
            self._close_stream()
            self._stream = name
        self._pieces.append(kept if self._left[name] > 0 else kept + CUT)

    def display(self, output_type: str, data: dict[str, Any]) -> None:
        """Add something shown: `data` has one entry a MIME type."""
        self._close_stream()
        kept = {mime: value for mime in (*TEXTS, *IMAGES) if (value := _kept(mime, data.get(mime))) is not None}
        size = sum(len(value) for value in kept.values())
        if kept and len(self._items) < MAX_ITEMS and self._budget.spend(size):
            self._items.append({"output_type": output_type, "name": None, "text": None, "data": kept})

    def clear(self) -> None:
        """Drop all outputs so far, as `clear_output` does."""
        self._items.clear()
        self._pieces.clear()
        self._stream = None

    def items(self) -> list[dict[str, Any]]:
        """Return the outputs so far."""
        self._close_stream()
        return list(self._items)

    def _close_stream(self) -> None:
        name, self._stream = self._stream, None
        text = without_overwritten("".join(self._pieces))
        self._pieces.clear()
        if name is not None and text and len(self._items) < MAX_ITEMS and self._budget.spend(len(text)):
            self._items.append({"output_type": "stream", "name": name, "text": text, "data": None})


def without_overwritten(text: str) -> str:
    """Return `text` as a terminal shows it, going back to the line's start at each carriage return."""
    if "\r" not in text:
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def _kept(mime: str, value: Any) -> str | bytes | None:
    if mime in TEXTS:
        return without_addresses(value[:MAX_TEXT]) if type(value) is str else None
    if type(value) is str:
        try:
            value = _b64decode(value)
        except (binascii.Error, ValueError):
            return None
    return value if type(value) is bytes and len(value) <= MAX_IMAGE_BYTES else None
