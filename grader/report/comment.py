r"""Renders comments, questions and answers as safe HTML: Markdown without raw HTML, links or images. Imports only text.

Formulas, between single or double dollar signs, become MathML. One that cannot be converted, or whose conversion
contains anything but plain MathML, is shown as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from markupsafe import Markup, escape

from grader.report.text import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MOST_CHARACTERS = 20_000
# Limits for one text; the rest is shown as it was written, so that no text takes seconds.
MOST_FORMULAS, MOST_OF_A_FORMULA = 150, 1000
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = frozenset(
    [
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "mstyle",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mtable",
        "mtr",
        "mtd",
        "mpadded",
        "mphantom",
        "menclose",
        "mmultiscripts",
        "mprescripts",
        "none",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "display",
        "mathvariant",
        "stretchy",
        "fence",
        "separator",
        "form",
        "largeop",
        "movablelimits",
        "accent",
        "accentunder",
        "linethickness",
        "displaystyle",
        "scriptlevel",
        "minsize",
        "maxsize",
        "lspace",
        "rspace",
        "width",
        "height",
        "depth",
        "voffset",
        "columnalign",
        "rowspacing",
        "columnspacing",
        "columnlines",
        "rowlines",
        "notation",
        "symmetric",
        "mathsize",
    ]
)


def comment(text: str) -> Markup:
    """Return a text as HTML without scripts, links, images or requests."""
    return Markup(_markdown().render(visible(text[:MOST_CHARACTERS]), {"formulas": 0}))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """Return the converter, with links and everything that loads something switched off.

    It is imported for the first comment, as most pages have none and the import takes as long as all other reports.
    """
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    converter = MarkdownIt("commonmark", {"html": False}).enable("table")
    converter.disable(["link", "image", "autolink", "reference", "html_inline", "html_block"])
    converter.use(dollarmath_plugin, allow_space=False, allow_labels=False, double_inline=True)
    converter.add_render_rule("math_inline", _inline)
    converter.add_render_rule("math_inline_double", _block)
    converter.add_render_rule("math_block", _block)
    converter.core.ruler.push("headings below ours", _lower)
    return converter


def _inline(_: Any, tokens: Sequence[Token], place: int, __: Any, env: dict[str, int]) -> str:
    return _formula(tokens[place].content, "inline", "$", env)


def _block(_: Any, tokens: Sequence[Token], place: int, __: Any, env: dict[str, int]) -> str:
    return _formula(tokens[place].content, "block", "$$", env)


def _formula(latex: str, display: str, mark: str, env: dict[str, int]) -> str:
    """Return a formula as MathML, or as code if it has no safe conversion."""
    from latex2mathml.converter import convert

    written = f"<code>{escape(mark + latex.strip() + mark)}</code>"
    env["formulas"] += 1
    if env["formulas"] > MOST_FORMULAS or len(latex) > MOST_OF_A_FORMULA:
        return written
    try:
        mathml = convert(latex, display=display)
        tree = ElementTree.fromstring(mathml)
    except Exception:  # the converter lets all its parser's errors through
        return written
    return _plain(mathml) if all(map(_is_plain, tree.iter())) else written


def _is_plain(element: ElementTree.Element) -> bool:
    name = element.tag.removeprefix(_MATHML)
    return element.tag.startswith(_MATHML) and name in _ELEMENTS and element.attrib.keys() <= _ATTRIBUTES


def _plain(mathml: str) -> str:
    """Return MathML on one line, without its namespace, and with blocks that the keyboard can scroll."""
    mathml = re.sub(r" xmlns=\"[^\"]*+\"", "", mathml, count=1)
    return mathml.replace('display="block"', 'display="block" tabindex="0"', 1)


def _lower(state: Any) -> None:
    """Lower the headings of a text below those of the page, without skipping a level."""
    level = 3
    for token in state.tokens:
        if token.type == "heading_open":
            level = min(int(token.tag[1]) + 3, level + 1, 6)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
