"""The code of a hand-in as tokens that say what it does, however it is named, laid out, and divided over files.

Own, as ``tokenize`` gives up at the first line that is no Python, and a notebook's cells have commands that are none.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# What a formatter adds and takes away, and what a name or a text is replaced by.
_DROPPED = frozenset("(),;:\\")
NAME, TEXT = "name", "text"
_TOKEN = re.compile(
    r"(?P<blank>[ \t\f\r]+|#[^\n]*+)"
    r"|(?P<line>\n)"
    "|(?P<text>[rRbBuUfFtT]{0,2}(?:'''|\"\"\"|'|\"))"
    r"|(?P<number>\.?\d(?:[eE][+-]|[\w.])*+)"
    r"|(?P<name>[^\W\d]\w*+)"
    r"|(?P<sign>\*\*|//|->|<<|>>|[=!<>]=|.)",
    re.DOTALL,
)
_KEPT = frozenset(keyword.kwlist) | frozenset(name for name in dir(builtins) if not name.startswith("_"))


@dataclass(frozen=True)
class Work:
    """What one student or group handed in.

    Attributes
    ----------
    key : str
        Different for each hand-in that is compared.
    name : str
        What to call it.
    texts : tuple of (str, str)
        Each file, or cell of a notebook, and its text.
    earlier : bool
        Whether it is of an earlier class: such are compared with this class, and not with one another.
    """

    key: str
    name: str
    texts: tuple[tuple[str, str], ...]
    earlier: bool = False


@dataclass(frozen=True)
class Token:
    """One token: what is compared, and where it stands; ``text`` is the number of the file or cell, ``line`` counts from 1."""

    word: str
    text: int
    line: int


def tokens_of(texts: Sequence[tuple[str, str]], asked: frozenset[str] = frozenset()) -> list[Token]:
    """Return the tokens of all texts of a hand-in, one after the other; ``asked`` are names that nobody can choose."""
    return [
        Token(word, number, line)
        for number, (_, text) in enumerate(texts)
        for word, line in _words(text, asked | _KEPT, _of_numpy())
    ]


def _words(text: str, kept: frozenset[str], attributes: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield what is compared, and its line, of every token but those that say nothing."""
    place, line, first, dotted = 0, 1, True, False
    while place < len(text):
        found = _TOKEN.match(text, place)
        assert found is not None  # the last sign is any character
        kind, word, at = found.lastgroup, found[0], line
        place = found.end()
        if kind == "text":
            end = _end_of_text(text, place, word.lstrip("rRbBuUfFtT"))
            line += text.count("\n", place, end)
            place = end
        if kind == "line":
            line, first = line + 1, True
        elif kind != "blank":
            shown = _shown(str(kind), word, attributes if dotted else kept)
            # A text at the beginning of a line is a docstring, or a part of a longer text.
            if shown and not (kind == "text" and first):
                yield shown, at
            first, dotted = False, word == "."


def _end_of_text(text: str, place: int, quote: str) -> int:
    """Return where a text ends; one of a single line ends there at the latest."""
    if len(quote) == 3:
        found = text.find(quote, place)
        return len(text) if found < 0 else found + 3
    while place < len(text) and text[place] != "\n":
        if text[place] == quote:
            return place + 1
        place += 2 if text[place] == "\\" else 1
    return min(place, len(text))


def _shown(kind: str, word: str, kept: frozenset[str]) -> str:
    if kind == "name":
        return word if word in kept else NAME
    if kind == "text":
        return TEXT
    if kind == "number":
        try:
            return repr(float(word.replace("_", "")))
        except ValueError:
            return word
    return "" if word in _DROPPED else word


@lru_cache(maxsize=1)
def _of_numpy() -> frozenset[str]:
    """Return what NumPy's functions, arrays and generators are called; other attributes have names that a student gave."""
    import numpy as np

    places = (np, np.ndarray, np.linalg, np.random, np.random.Generator)
    return frozenset(name for place in places for name in dir(place) if not name.startswith("_"))
