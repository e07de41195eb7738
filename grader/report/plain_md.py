"""Writes untrusted text as Markdown so that none of it is markup, a link, a mention or a formula. Imports only text.

Every service reads Markdown its own way, and escapes are not undone alike everywhere. So nothing is escaped: a word that
could have a meaning in any of them is put into a code span.
"""

from __future__ import annotations

import re
from itertools import groupby

from grader.report.text import excerpt, one_line, visible

# Letters, digits and punctuation; any other character makes the word code.
_PLAIN = re.compile(r"[\"'(]{0,3}+[^\W_]++(?:[-.,;:/%+='\"\u2019\u2212][^\W_]++)*+[.,;:!?)'\"\u2019%]*+")
_SIGN = re.compile(r"[,;:.=/%+()\u2212\u2013-]|\)[.,;:]|\(?[+\u2212-]?\d[\d.,/%]*+\)?[.,;:]?")
# Words that some service turns into links, mentions or pictures: addresses, file and site names, commits, `:smile:`.
_LINKED = re.compile(
    r"(?i)www\.|://|:\w[\w+-]*:|\bgh-\d|[^\W_]\.[^\W\d_]{2,}|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b"
)
_LISTED = re.compile(r"\d{1,9}[.)]")
_SPAN = re.compile(r"`([^`\n]+)`")


def span(text: str, limit: int = 300) -> str:
    """Return ``text`` as one code span; a backtick, which would end it, becomes an apostrophe."""
    line = one_line(text).replace("`", "'")
    line = line if len(line) <= limit else f"{line[: limit - 1]}\u2026"
    return f"`{line}`" if line else ""


def prose(text: str, head: int = 1_000, tail: int = 300) -> str:
    """Return our sentences with untrusted words in them; text between backticks and every doubtful word become code."""
    lines = excerpt(text, head, tail).split("\n")
    return "  \n".join(line for line in map(_prose_line, lines) if line)


def fenced(text: str, head: int = 900, tail: int = 300) -> str:
    """Return ``text`` as a code block with its lines kept, closed by a fence that the text cannot contain."""
    shown = excerpt(text, head, tail).rstrip()
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    return f"{fence}text\n{shown}\n{fence}"


def _prose_line(line: str) -> str:
    pieces = _SPAN.split(line)
    # Every other piece was between backticks.
    made = [span(piece) if number % 2 else _words(piece) for number, piece in enumerate(pieces)]
    return _joined(made, pieces)


def _joined(made: list[str], pieces: list[str]) -> str:
    """Return the pieces joined with their original spaces; spans that would touch are kept apart."""
    text = ""
    for words, piece in zip(made, pieces, strict=True):
        apart = text and (piece[:1].isspace() or text[-1:].isspace() or (text.endswith("`") and words.startswith("`")))
        text = f"{text.rstrip()} {words}" if apart and words else text + words
        text += " " if words and piece[-1:].isspace() else ""
    return text.strip()


def _words(text: str) -> str:
    """Return the words unchanged, except that neighbouring doubtful ones share a code span."""
    words = visible(text).split()
    doubtful = [not _is_plain(word, first=number == 0) for number, word in enumerate(words)]
    groups = groupby(zip(doubtful, words, strict=True), key=lambda pair: pair[0])
    said = ((is_code, " ".join(word for _, word in group)) for is_code, group in groups)
    return " ".join(_span_with_end(words) if is_code else words for is_code, words in said)


def _span_with_end(words: str) -> str:
    """Return words as a code span, followed by their final punctuation."""
    bare = words.rstrip(".,;:!?")
    return span(bare) + words[len(bare) :] if bare else span(words)


def _is_plain(word: str, *, first: bool) -> bool:
    begins_a_list = first and (_LISTED.fullmatch(word) or word[0] in "-+*=\u2212")
    plain = _PLAIN.fullmatch(word) or _SIGN.fullmatch(word)
    return bool(plain) and not begins_a_list and len(word) <= 60 and not _LINKED.search(word)
