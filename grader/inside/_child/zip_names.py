"""The names of a zip's entries as their author saw them, for any program that wrote them.

A zip only says whether a name is marked as UTF-8. Programs of macOS and Linux write UTF-8 without that mark,
and Windows writes the code page of its language.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import PurePosixPath

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_MARKED_UTF8 = 0x800
_UNICODE_PATH = 0x7075


@dataclass(frozen=True)
class _CodePage:
    """A code page and its everyday characters with their number, by their bytes.

    ``beside_ascii`` says whether they occur next to ASCII letters in a word, like those of western Europe.
    """

    name: str
    everyday: Callable[[bytes], bool]
    count: int
    beside_ascii: bool = False


def _pairs(low: int, high: int, least_second: int = 0) -> Callable[[bytes], bool]:
    return lambda code: len(code) == 2 and low <= code[0] <= high and code[1] >= least_second


_KANA, _KANJI = _pairs(0x82, 0x83, 0x9F), _pairs(0x88, 0x97)
_CODE_PAGES = (
    _CodePage("cp950", _pairs(0xA4, 0xC6), 5401),
    _CodePage("gbk", _pairs(0xB0, 0xD7, 0xA1), 3755),
    _CodePage("cp949", _pairs(0xB0, 0xC8, 0xA1), 2350),
    _CodePage("cp932", lambda code: _KANA(code) or (len(code) == 2 and code[0] == 0x83) or _KANJI(code), 600),
    _CodePage("cp866", lambda code: 0x80 <= code[0] < 0xB0 or 0xE0 <= code[0] < 0xF0, 64),
    _CodePage("cp850", lambda code: 0x80 <= code[0] < 0xA6, 60, beside_ascii=True),
    _CodePage("cp437", lambda code: 0x80 <= code[0] < 0xA6, 60, beside_ascii=True),
)
_ASCII_COUNT, _RARE_COUNT, _ODDLY = 60, 20_000, 50


def names_of(entries: Sequence[zipfile.ZipInfo], code: Callable[[], str]) -> list[str]:
    """Return the name of each entry.

    Parameters
    ----------
    entries : sequence of ZipInfo
    code : callable
        Returns the text of the submission's code: a name that it mentions is decoded correctly. Called only if in
        doubt.
    """
    raw = [_raw(entry) for entry in entries]
    try:
        return [name if isinstance(name, str) else name.decode("utf-8") for name in raw]
    except UnicodeDecodeError:
        pass
    told = [
        name if isinstance(name, str) else _unicode_path(entry, name) for entry, name in zip(entries, raw, strict=True)
    ]
    unknown = [name for name, known in zip(raw, told, strict=True) if known is None and isinstance(name, bytes)]
    page = code_page(unknown, code) if unknown else "cp437"
    return [
        known if known is not None else bytes(name).decode(page) if isinstance(name, bytes) else name
        for name, known in zip(raw, told, strict=True)
    ]


def _raw(entry: zipfile.ZipInfo) -> str | bytes:
    """Return a marked or plain name as text, any other as the bytes in the zip."""
    name = entry.orig_filename
    return name if entry.flag_bits & _MARKED_UTF8 or name.isascii() else name.encode("cp437")


def _unicode_path(entry: zipfile.ZipInfo, raw: bytes) -> str | None:
    """Return the name in the entry's Unicode Path field, if the field belongs to this name."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and struct.unpack_from("<BL", field) == (1, zlib.crc32(raw)):
            try:
                return field[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def code_page(names: Sequence[bytes], code: Callable[[], str]) -> str:
    """Return the code page in which the code mentions the names, or else in which they are most likely."""
    text = code()
    ranked = []
    for order, page in enumerate(_CODE_PAGES):
        try:
            decoded = [name.decode(page.name) for name in names]
        except UnicodeDecodeError:
            continue
        ranked.append((_mentioned(decoded, text), -sum(_surprise(name, page) for name in decoded), -order, page.name))
    return max(ranked)[-1] if ranked else "cp437"


def _mentioned(names: Sequence[str], text: str) -> int:
    """Return how many of the names' parts occur in the text, with or without their endings."""
    parts = {part for name in names for part in re.split(r"[/\\]", name) if part and not part.isascii()}
    return sum(part in text or PurePosixPath(part).stem in text for part in parts)


def _surprise(name: str, page: _CodePage) -> float:
    """Return how unlikely a name is in a code page: the sum, over its characters, of the logarithm of the size of the character's group."""
    surprise = 0.0
    for place, character in enumerate(name):
        if character.isascii():
            # A backslash is half a letter in some code pages, and rarely intended.
            surprise += log(_RARE_COUNT if character == "\\" else _ASCII_COUNT)
            continue
        neighbours = name[max(place - 1, 0) : place] + name[place + 1 : place + 2]
        beside_ascii = any(other.isascii() and other.isalpha() for other in neighbours)
        everyday = page.everyday(character.encode(page.name))
        surprise += log(page.count if everyday else _RARE_COUNT) + log(
            1 if beside_ascii == page.beside_ascii else _ODDLY
        )
    return surprise
