"""Renders a few lines of a student's code with colours and line numbers, some of them marked. Imports only text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from grader.report.text import visible

if TYPE_CHECKING:
    from pygments.lexer import Lexer

MOST_LINES = 40
MOST_CHARACTERS = 200
# Prefixes of Pygments token names, and their classes in the style sheet.
_CLASSES = (
    ("Comment", "c"), ("String", "s"), ("Literal.String", "s"), ("Keyword", "k"), ("Operator.Word", "k"),
    ("Literal.Number", "n"), ("Name.Function", "f"), ("Name.Class", "f"), ("Name.Decorator", "f"),
)  # fmt: skip


def code_lines(excerpt: Mapping[str, Any], most: int = MOST_LINES) -> Markup:
    """Return the lines of an excerpt as HTML: each is a span with its number, or a ``<mark>`` if it is marked.

    Parameters
    ----------
    excerpt : mapping
        ``first`` (the number of its first line), ``lines``, and ``marked`` (numbers of lines).
    most : int
        Further lines are left out.
    """
    lines = [visible(str(line))[:MOST_CHARACTERS].replace("\n", " ") for line in excerpt["lines"][:most]]
    shown = dedent("\n".join(lines)).split("\n")
    return Markup("").join(_numbered(_coloured(shown), int(excerpt["first"]), set(excerpt["marked"])))


def _numbered(lines: list[Markup], first: int, marked: Collection[int]) -> Iterator[Markup]:
    width = len(str(first + len(lines) - 1))
    for number, line in enumerate(lines, start=first):
        tag, sign = ("mark", "▸") if number in marked else ("span", " ")
        yield Markup("<{0} class='line'><span class='nr'>{1}{2}</span> {3}\n</{0}>").format(
            Markup(tag), sign, str(number).rjust(width), line
        )


def _coloured(lines: list[str]) -> list[Markup]:
    """Return every line with its tokens in spans, or plain if the lexer splits the code differently."""
    made: list[list[Markup]] = [[]]
    for kind, text in _lexer().get_tokens("\n".join(lines)):
        name = str(kind).removeprefix("Token.")
        style = next((style for prefix, style in _CLASSES if name.startswith(prefix)), None)
        for number, piece in enumerate(text.split("\n")):
            if number:
                made.append([])
            if piece:
                made[-1].append(Markup("<span class='{}'>{}</span>").format(style, piece) if style else escape(piece))
    joined = [Markup("").join(pieces) for pieces in made[: len(lines)]]
    plain = [escape(line) for line in lines]
    return joined if [line.striptags() for line in joined] == [line.striptags() for line in plain] else plain


@lru_cache(maxsize=1)
def _lexer() -> Lexer:
    """Return the lexer for Python, imported only when a page first needs it, as most pages of a good class do not."""
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False, ensurenl=False)
