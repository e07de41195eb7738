"""Code that was typed into the text box of a learning platform, which gives it back as HTML."""

from __future__ import annotations

import html
import re

from _child.sealed import BUILTINS as __builtins__  # noqa: F401

# File names of such texts in Moodle and Canvas.
NAMES = ("onlinetext.html", "text.html")
_MAX_BYTES = 2**22
_LINE_ENDS = re.compile(r"(?i)<br ?/?>|</?(?:p|div|li|pre|h[1-6])\b[^<>]*>")
_BESIDE_A_TAG = re.compile(r"(?<=>)[ \t]*+\r?\n[ \t]*+|(?<![ \t])[ \t]*+\r?\n[ \t]*+(?=<)")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?(?:-->|\Z)", re.DOTALL)


def is_typed_in(path: str) -> bool:
    """Return whether a file has the name of a text typed into a text box."""
    return path.rpartition("/")[2].lower() in NAMES


def text_of(content: bytes) -> bytes:
    """Return the typed lines: paragraphs and line breaks end a line, and non-breaking spaces become spaces."""
    text = content[:_MAX_BYTES].decode("utf-8-sig", "replace")
    if "<pre" not in text.lower():
        text = _BESIDE_A_TAG.sub("", text)
    text = html.unescape(_TAG.sub("", _LINE_ENDS.sub("\n", text)))
    return text.replace("\u00a0", " ").replace("\r\n", "\n").encode("utf-8", "replace")
