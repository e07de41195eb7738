"""Splits code into tokens that do not depend on names, layout or the division into files.

This is our own tokenizer, because ``tokenize`` stops at the first line that is not Python, such as a notebook command.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Characters that a formatter adds or removes, and the replacements for names and texts.
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
    """The hand-in of one student or group.

    Attributes
    ----------
    key : str
        Unique among the hand-ins compared.
    name : str
        The name to show.
    texts : tuple of (str, str)
        The name and text of each file or notebook cell.
    earlier : bool
        Whether it is from an earlier class; these are compared with this class but not with each other.
    """

    key: str
    name: str
    texts: tuple[tuple[str, str], ...]
    earlier: bool = False


@dataclass(frozen=True)
class Token:
    """One token and its position: ``text`` is the index of the file or cell, and ``line`` counts from 1."""

    word: str
    text: int
    line: int


def tokens_of(texts: Sequence[tuple[str, str]], asked: frozenset[str] = frozenset()) -> list[Token]:
    """Return the tokens of all texts of a hand-in in order; ``asked`` are the required names, which are kept."""
    return [
        Token(word, number, line)
        for number, (_, text) in enumerate(texts)
        for word, line in _words(text, asked | _KEPT, _of_numpy())
    ]


def _words(text: str, kept: frozenset[str], attributes: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield the normalised form and the line of every meaningful token."""
    place, line, first, dotted = 0, 1, True, False
    while place < len(text):
        found = _TOKEN.match(text, place)
        assert found is not None  # the last alternative matches any character
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
            # A string at the beginning of a line is a docstring, or part of a longer string.
            if shown and not (kind == "text" and first):
                yield shown, at
            first, dotted = False, word == "."


def _end_of_text(text: str, place: int, quote: str) -> int:
    """Return where a string ends; a single-line one ends at the end of its line at the latest."""
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
    """Return the names of NumPy's functions and attributes; other attributes are named by students."""
    import numpy as np

    places = (np, np.ndarray, np.linalg, np.random, np.random.Generator)
    return frozenset(name for place in places for name in dir(place) if not name.startswith("_"))
