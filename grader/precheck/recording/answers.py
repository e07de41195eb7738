"""Recorded answers of the answer key: plain trees in JSON, and arrays in ``.npz``.

There is no pickle and no code, so a file that was tampered with can at worst give wrong numbers.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

VERSION = 1
NUMERIC = "biufc"


@dataclass
class Answer:
    """The answer to one question.

    Attributes
    ----------
    value : object
        A tree: plain values, ``{"array": ...}``, ``{"thing": n}`` for an object, ``{"raised": ...}``.
    changes : bool
        Whether the question changed the objects.
    generators : list
        The states of the random generators among the arguments afterwards.
    """

    value: Any
    changes: bool = False
    generators: list[Any] = field(default_factory=list)


class Pool:
    """All arrays of a recording, joined into one row per dtype; equal arrays are kept once."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[np.ndarray]] = {}
        self._places: dict[tuple[str, tuple[int, ...], bytes], list[Any]] = {}
        self._lengths: dict[str, int] = {}

    def add(self, array: np.ndarray) -> list[Any]:
        """Add an array, and return its place: dtype, offset and shape."""
        code = array.dtype.str
        flat = np.ascontiguousarray(array).ravel()
        key = (code, array.shape, flat.tobytes())
        if key not in self._places:
            offset = self._lengths.get(code, 0)
            self._pieces.setdefault(code, []).append(flat)
            self._lengths[code] = offset + flat.size
            self._places[key] = [code, offset, list(array.shape)]
        return self._places[key]

    def rows(self) -> dict[str, np.ndarray]:
        """Return the rows by dtype."""
        return {code: np.concatenate(pieces) for code, pieces in self._pieces.items()}


def array_at(rows: dict[str, np.ndarray], place: list[Any]) -> np.ndarray:
    """Return a copy of the array at a place."""
    code, offset, shape = place
    size = int(np.prod(shape, dtype=np.int64))
    return rows[code][offset : offset + size].reshape(shape).copy()


def pack(document: dict[str, Any], pool: Pool) -> bytes:
    """Return a recording as the bytes of one ``.npz`` file."""
    text = json.dumps({"version": VERSION, **document}, separators=(",", ":")).encode("ascii")
    buffer = io.BytesIO()
    np.savez_compressed(buffer, document=np.frombuffer(text, np.uint8), **pool.rows())  # type: ignore[arg-type]
    return buffer.getvalue()


def unpack(content: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return the document and the rows of a recording; raise ``ValueError`` if the bytes are not one."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        rows = {name: archive[name] for name in archive.files}
    document = json.loads(rows.pop("document").tobytes())
    if document.get("version") != VERSION:
        raise ValueError("the recording has another version")
    return document, rows
