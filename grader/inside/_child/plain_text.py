"""A text as its author saw it, in plain UTF-8, regardless of how it was saved.

This only serves to tell a student what the work would have earned if it had been saved this way; Python itself does
not run the original.
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from collections.abc import Iterator

from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.zip_names import code_page

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Characters that old programs append to a text, and those that a web page or a word processor leaves in it.
_PADDING = "\x00\x1a"
_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")
_DECLARATION = re.compile(r"\A((?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding)[:=]")
_WORDS = re.compile(rb"[^\s\x00-\x1f]{0,40}[\x80-\xff][^\s\x00-\x1f]{0,40}")
# In the languages of East Asia most characters are two such bytes.
_PAIR = re.compile(rb"[\x80-\xff]{2}")
MOST_WORDS = 200
_UTF8 = "utf-8-sig"


def plain(content: bytes) -> Iterator[bytes]:
    """Yield possible forms of a text in UTF-8, the likeliest first, without padding, invisible characters and a declared encoding."""
    for encoding in dict.fromkeys(_encodings(content)):
        try:
            text = content.decode(encoding).rstrip(_PADDING)
        except (UnicodeDecodeError, LookupError):
            continue
        text = _SPACES.sub(" ", _UNSEEN.sub("", text))
        yield _DECLARATION.sub(r"\1 ", text).encode("utf-8", "replace")
        if encoding == _UTF8:
            # Valid UTF-8 is not another encoding by chance.
            return


def _encodings(content: bytes) -> Iterator[str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            yield encoding
    begin = content[:2000].rstrip(b"\x00")
    for half, encoding in ((begin[::2], "utf-16-be"), (begin[1::2], "utf-16-le")):
        if half.count(0) > 0.6 * len(half) > 0:
            yield encoding
    yield _UTF8
    yield _declared(content)
    if not _PAIR.search(content):
        yield "cp1252"
    yield code_page(_WORDS.findall(content)[:MOST_WORDS], lambda: "")
    yield "latin-1"


def _declared(content: bytes) -> str:
    try:
        return tokenize.detect_encoding(io.BytesIO(content).readline)[0]
    except SyntaxError:
        return "utf-8"
