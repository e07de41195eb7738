r"""A grader's comment as safe HTML: Markdown without raw HTML, links and images, formulas as MathML: REPORTED. Imports nothing but text.

Formulas stand between single or double dollar signs. One that cannot be converted, or whose conversion holds anything
but plain MathML, is shown as it was written.
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
    """Return a comment as HTML that holds no script, no link, no image and no request."""
    return Markup(_markdown().render(visible(text[:MOST_CHARACTERS])))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """Return the converter; what an element could load or lead to is switched off.

    Most pages have no comment, so what converts one is imported when there is one; it takes as long as all other reports.
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


def _inline(_: Any, tokens: Sequence[Token], place: int, *__: Any) -> str:
    return _formula(tokens[place].content, "inline", "$")


def _block(_: Any, tokens: Sequence[Token], place: int, *__: Any) -> str:
    return _formula(tokens[place].content, "block", "$$")


def _formula(latex: str, display: str, mark: str) -> str:
    """Return a formula as MathML, or as code when it has no safe conversion."""
    from latex2mathml.converter import convert

    written = f"<code>{escape(mark + latex.strip() + mark)}</code>"
    try:
        mathml = convert(latex, display=display)
        tree = ElementTree.fromstring(mathml)
    except Exception:  # the converter raises whatever its parser meets
        return written
    return _plain(mathml) if all(map(_is_plain, tree.iter())) else written


def _is_plain(element: ElementTree.Element) -> bool:
    name = element.tag.removeprefix(_MATHML)
    return element.tag.startswith(_MATHML) and name in _ELEMENTS and element.attrib.keys() <= _ATTRIBUTES


def _plain(mathml: str) -> str:
    """Return MathML on one line; its name space is the page's own business."""
    return re.sub(r" xmlns=\"[^\"]*+\"", "", mathml, count=1)


def _lower(state: Any) -> None:
    """Make headings of a comment smaller than those of the page."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 3, 6)}"
