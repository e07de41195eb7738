"""The figures drawn by a submission, shown only if they are valid PNG images."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_FIGURES = 12
MOST_BYTES = 2 * 2**20
MOST_BYTES_OF_A_PAGE = 8 * 2**20
MOST_PIXELS = 6000
_MAGIC = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    """One figure as a page shows it: a data URI, or a sentence on why there is none.

    Attributes
    ----------
    uri : str or None
        ``data:image/png;base64,...``, made from bytes that were decoded and verified.
    width, height : int
        Pixels, read from the image itself; zero without an image.
    problem : str or None
        Why the figure is not shown.
    """

    uri: str | None
    width: int = 0
    height: int = 0
    problem: str | None = None
    size_bytes: int = 0


def picture(encoded: Any) -> Picture:
    """Return one figure from its entry in a record.

    Parameters
    ----------
    encoded : str or anything
        Base64 text of a PNG image; anything else becomes a sentence.
    """
    if not isinstance(encoded, str):
        return Picture(None, problem="This figure could not be drawn as an image.")
    if len(encoded) > MOST_BYTES * 4 // 3 + 4:
        return Picture(None, problem=f"This figure is larger than {MOST_BYTES // 2**20} MiB and is not shown.")
    try:
        content = base64.b64decode(encoded.encode("ascii", "replace"), validate=True)
    except binascii.Error:
        return Picture(None, problem="This figure is not valid base64 text and is not shown.")
    size = _size(content)
    if size is None:
        return Picture(None, problem="This figure is not a PNG image and is not shown.")
    if not (0 < size[0] <= MOST_PIXELS and 0 < size[1] <= MOST_PIXELS):
        return Picture(None, problem=f"This figure measures {size[0]} x {size[1]} pixels and is not shown.")
    uri = "data:image/png;base64," + base64.b64encode(content).decode("ascii")
    return Picture(uri, *size, size_bytes=len(content))


def _size(content: bytes) -> tuple[int, int] | None:
    """Return the width and height from the header of a PNG image, or None if it has none."""
    if len(content) < 33 or not content.startswith(_MAGIC):
        return None
    length, kind, width, height = struct.unpack(">I4sII", content[8:24])
    return (width, height) if (length, kind) == (13, b"IHDR") else None


def pictures(figures: Iterable[Mapping[str, Any]]) -> list[Picture]:
    """Return the figures for a page: the first ones as images, the rest as one sentence."""
    shown: list[Picture] = []
    left_out = used = 0
    for figure in figures:
        new = picture(figure.get("png"))
        if len(shown) >= MOST_FIGURES or used + new.size_bytes > MOST_BYTES_OF_A_PAGE:
            left_out += 1
        else:
            shown.append(new)
            used += new.size_bytes
    if left_out:
        noun = "figure is" if left_out == 1 else "figures are"
        shown.append(
            Picture(None, problem=f"{left_out} more {noun} not shown, because this page has reached its limit.")
        )
    return shown
