"""Finds what a Markdown service would make of a text: foreign elements, links, mentions."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from tests.report.html_reader import Page

_OURS = {"h1", "h2", "h3", "p", "strong", "em", "ul", "li", "code", "pre", "br"}
_CODE = re.compile(r"<(pre|code)[^>]*>.*?</\1>", re.DOTALL)


def alive(text: str) -> list[str]:
    """Return the active parts of a text for a reader that accepts raw HTML, autolinks, mentions and formulas."""
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    page = Page(html)
    words = Page(_CODE.sub("", html)).words
    found = [*sorted(page.tags() - _OURS), *page.attributes("href"), *page.attributes("src"), *page.unclosed]
    return found + re.findall(r"[@#$<]\w*|https?:|www\.|:\w+:", words)
