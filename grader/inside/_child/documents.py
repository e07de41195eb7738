"""Notebooks that are texts of Markdown: of R Markdown, Quarto, MyST and Jupytext.

Their chunks of Python are the cells; what stands between them is text. Chunks of other languages are not run.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

# Also `.md`, if its first lines or its chunks say that it is a notebook.
ENDINGS = (".rmd", ".qmd", ".md")
_KINDS = {".rmd": "an R Markdown document", ".qmd": "a Quarto document", ".md": "a notebook in Markdown"}
_HEAD = re.compile(r"\A---[ \t]*+\n(?:[^\n]*+\n){0,200}?(?:---|\.\.\.)[ \t]*+(?:\n|\Z)")
_IS_NOTEBOOK = re.compile(rb"(?m)^ *+[`~]{3,}+\{code-cell\}|^ *+jupytext:[ \t\r]*+$")
_FENCE = re.compile(r"([ \t]*+)(`{3,}+|~{3,}+)[ \t]*+([^`\n]*+)")
_MARKED = re.compile(r"\{ *+([A-Za-z][\w-]*+)[ ,]?([^}]*+)\}(.*)")
_NOT_RUN = re.compile(r"(?i)\beval *+= *+(?:FALSE|F)\b|\.noeval\b")
_NOT_RUN_OPTION = re.compile(r"(?i)#\| *+eval *+: *+(?:false|no)\b")
# The options of a cell of MyST: lines with colons, or between two lines of dashes.
_OPTIONS_OF_MYST = re.compile(r"\A(?:(?:[ \t]*+:[\w-]++:[^\n]*+\n)++|---\n(?:[^\n]*+\n){0,50}?---\n)")
_TAGS = re.compile(r"\btags\b[^\n\[]{0,20}+\[([^\]\n]{0,2000}+)\]")
# What ends a cell of text: Jupytext's marks around one, MyST's mark between two, and the first line of an answer.
_MARK = re.compile(r"(?mi)^(?:<!-- #(?:end)?region[^\n]*|\+\+\+[^\n]*|(?=(?:#{1,6} |\*\*|__)answer \d))")
_PYTHON = frozenset({"python", "python3", "ipython", "ipython3", "py"})


@dataclass
class Piece:
    """A chunk of code, or the text between two: its first line, its tags, and the language of a chunk that is not run."""

    text: str
    line: int
    is_code: bool
    tags: list[str] = field(default_factory=list)
    other: str = ""


def is_document(path: str, content: bytes) -> bool:
    """Return whether a file is such a notebook; a `.md` must say so."""
    ending = _ending(path)
    return ending in ENDINGS and (ending != ".md" or _IS_NOTEBOOK.search(content[: 2**20]) is not None)


def is_called_document(path: str) -> bool:
    """Return whether a file that was taken for a notebook is such a text."""
    return _ending(path) in ENDINGS


def kind_of(path: str) -> str:
    """Return what a text is called in sentences."""
    return _KINDS[_ending(path)]


def pieces_of(path: str, text: str) -> list[Piece]:
    """Return the chunks and texts of a document, in order."""
    head = _HEAD.match(text)
    begin = text[: head.end()].count("\n") if head else 0
    plain = _ending(path) == ".md"
    found: list[Piece] = []
    for piece in _pieces(text.split("\n")[begin:], begin + 1, plain):
        found += [piece] if piece.is_code else _texts_of(piece)
    return found


def _texts_of(piece: Piece) -> Iterator[Piece]:
    """Yield the cells of the text between two chunks."""
    marks = list(_MARK.finditer(piece.text))
    begins = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(piece.text)]
    for begin, end, mark in zip(begins, ends, ["", *(mark[0] for mark in marks)], strict=True):
        if piece.text[begin:end].strip():
            text = piece.text[begin:end].strip("\n")
            yield Piece(text, piece.line + piece.text.count("\n", 0, begin), False, _tags_in(mark))


def _pieces(lines: list[str], number: int, plain: bool) -> Iterator[Piece]:
    """Yield the pieces of lines, the first of which has a number; with `plain`, fences without braces begin cells, too."""
    outside: list[str] = []
    place = begin = 0
    while place < len(lines):
        fence = _FENCE.fullmatch(lines[place].rstrip())
        end = _end_of(lines, place, fence[2]) if fence else place
        if fence is None or end == place:
            outside.append(lines[place])
            place += 1
            continue
        chunk = _chunk(fence[3].strip(), lines[place + 1 : end], number + place + 1, plain)
        if chunk is None:
            outside += lines[place : end + 1]
        else:
            yield Piece("\n".join(outside), number + begin, False)
            yield chunk
            outside, begin = [], end + 1
        place = end + 1
    yield Piece("\n".join(outside), number + begin, False)


def _end_of(lines: list[str], place: int, fence: str) -> int:
    """Return the line that closes a fence: at least as many of its characters, alone; the last line if there is none."""
    for end in range(place + 1, len(lines)):
        line = lines[end].strip()
        if len(line) >= len(fence) and not line.strip(fence[0]):
            return end
    return len(lines)


def _chunk(words: str, lines: list[str], number: int, plain: bool) -> Piece | None:
    """Return the chunk that a fence with these words begins; None if it only shows code."""
    marked = _MARKED.fullmatch(words)
    if marked is None:
        language, _, options = words.partition(" ")
        if not plain or language.lower() not in _PYTHON:
            return None
    else:
        language, options = marked[1], f"{marked[2]} {marked[3]}"
    text = textwrap.dedent("\n".join(lines))
    if language == "code-cell":
        language = (marked[3] if marked else "").strip() or "python"
        found = _OPTIONS_OF_MYST.match(f"{text}\n")
        if found is not None:
            # Its lines stay lines, so that those below it keep their numbers.
            options += found[0]
            text = "\n" * found[0].count("\n") + text[found.end() :]
    if language.lower() not in _PYTHON:
        return Piece("", number, True, other=language)
    above = [line for line in text.split("\n")[:20] if line.startswith("#|")]
    if _NOT_RUN.search(options) or any(_NOT_RUN_OPTION.match(line) for line in above):
        return None
    return Piece(text, number, True, _tags_in("\n".join([options, *above])))


def _tags_in(options: str) -> list[str]:
    tags = _TAGS.search(options)
    listed = [tag.strip().strip("\"'") for tag in tags[1].split(",")] if tags else []
    return [tag for tag in listed if tag]


def _ending(path: str) -> str:
    return f".{path.rpartition('.')[2]}".lower()
