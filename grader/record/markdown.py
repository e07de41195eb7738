"""A student's Markdown with nothing in it that a browser would run, load or be led to.

The executed notebook is opened in Jupyter and turned into pages by tools that take HTML in a Markdown cell as it is. Which text such a tool
reads as HTML, a link or a formula is its own affair, so nothing is parsed here: a space is put wherever one of them could begin.
"""

from __future__ import annotations

import re

_PLAIN_TAGS = "b|i|u|s|em|strong|sub|sup|br|hr|code|kbd|small|mark|p"
# A browser begins a tag only where a letter or one of three marks follows at once.
_TAG = re.compile(rf"<(?=[A-Za-z/!?])(?!/?(?:{_PLAIN_TAGS})[ ]?/?>)", re.IGNORECASE)
_IMAGE = re.compile(r"!(?=\[)")
# Inline links, and the definitions of others, that lead anywhere but to the web or within the page.
_LINK = re.compile(r"\](?=\()(?!\((?:https?://|#))|\](?=:)(?!: *https?://)", re.IGNORECASE)
_NUMBERED = re.compile(r"&(?=#)")
_FORMULA = re.compile(r"\\(?=(?:href|url|style|class|cssId|require|bbox|unicode|mmlToken|data|html[A-Z])(?![a-z]))")
_DIAGRAM = re.compile(r"([`~]{3}[ \t]*+)mermaid", re.IGNORECASE)


def harmless(text: str) -> str:
    """Return Markdown that is shown as it was, but for HTML other than plain emphasis, images and links to anything but the web."""
    text = _TAG.sub("< ", text)
    text = _NUMBERED.sub("& ", text)
    text = _IMAGE.sub("! ", text)
    text = _LINK.sub("] ", text)
    text = _FORMULA.sub(r"\\ ", text)
    return _DIAGRAM.sub(r"\1text", text)
