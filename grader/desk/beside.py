"""Renders an answer next to a nearly identical one, with the differing words marked. Pure."""

from __future__ import annotations

import difflib
import re

from markupsafe import Markup

from grader.report.comment import comment

_BEGIN, _END = "\ue000", "\ue001"
_NO_MARKS = str.maketrans("", "", _BEGIN + _END)


def beside(one: str, other: str) -> Markup:
    """Return the other answer rendered, with the words marked that the first does not have."""
    ours, theirs = (re.findall(r"\s+|\S+", text.translate(_NO_MARKS))[:2000] for text in (one, other))
    pieces = []
    for tag, _, _, start, end in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        pieces += [piece if tag == "equal" else _marked(piece) for piece in theirs[start:end]]
    return Markup(str(comment("".join(pieces))).replace(_BEGIN, "<mark>").replace(_END, "</mark>"))


def _marked(piece: str) -> str:
    """Return a word between marks that no student can write; surrounding characters may be Markdown and are kept."""
    word = piece.strip("*_#>`~.,;:!?()[]{}\"'-")
    return piece.replace(word, f"{_BEGIN}{word}{_END}", 1) if word.isalpha() else piece
