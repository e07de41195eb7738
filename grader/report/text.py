"""Makes untrusted text safe to show, in the same way for every report."""

from __future__ import annotations

import re

# Characters that are invisible or rearrange others: control characters, direction marks, zero-width spaces, line
# separators other than "\n", surrogates, noncharacters, and tags. The joiners U+200C and U+200D are kept, because
# Persian and many emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILE_OF_MARKS = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")


def visible(text: str) -> str:
    r"""Return ``text`` with every invisible or rearranging character escaped, as ``\x1b`` or ``\u202e``.

    Line feeds and tabs stay; ``\r\n`` and a single ``\r`` (a progress bar) become line feeds; more than four combining
    marks in a row, which would cover neighbouring lines, are cut. The result can always be encoded as UTF-8.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _PILE_OF_MARKS.sub("\\1\ufffd", text)
    return _INVISIBLE.sub(lambda match: _escape(match.group()), text)


def _escape(character: str) -> str:
    """Return a character's escape sequence as in Python."""
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def one_line(text: str) -> str:
    """Return ``text`` made visible, with every run of white space replaced by one space."""
    return " ".join(visible(text).split())


def short(text: str, limit: int = 80) -> str:
    """Return ``text`` on one line of at most ``limit`` characters, ending in an ellipsis if it was cut."""
    line = one_line(text[: 8 * limit])
    return line if len(line) <= limit and len(text) <= 8 * limit else line[: limit - 1].rstrip() + "…"


def excerpt(text: str, head: int = 12_000, tail: int = 4_000) -> str:
    """Return ``text`` made visible; if it is long, only its head and tail, with the number of characters left out."""
    if len(text) <= head + tail:
        # Escapes may have made it longer.
        text = visible(text)
    if len(text) <= head + tail:
        return text
    left_out = len(text) - head - tail
    # Cut first, so that megabytes of text are not processed to show a few lines.
    before, behind = visible(text[:head])[:head], visible(text[-tail:])[-tail:]
    return f"{before}\n\n[… {left_out:,} characters left out …]\n\n{behind}"
