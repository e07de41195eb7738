"""Reads a page as a browser would: its elements and its text."""

from __future__ import annotations

from html.parser import HTMLParser

_EMPTY = {"meta", "img", "br", "link", "input", "hr"}
_SELF_CLOSING_IN_SVG = {"rect", "line", "circle", "path"}


class Page(HTMLParser):
    """A page, read once.

    Attributes
    ----------
    elements : list of (tag, attributes)
    words : str
        All text outside of ``<style>`` and ``<script>``, its white space collapsed.
    unclosed : list of str
        Tags that were opened and not closed, or closed and not opened.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.unclosed: list[str] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self.feed(text)
        self.close()
        self.unclosed += self._open
        self.words = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag, attrs):
        """Keep an element and remember that it is open."""
        self.elements.append((tag, dict(attrs)))
        if tag not in _EMPTY | _SELF_CLOSING_IN_SVG:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Keep an element that closes itself."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Close the innermost element, or note a mismatch."""
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unclosed.append("/" + tag)

    def handle_data(self, data):
        """Keep text."""
        if not {"style", "script"} & set(self._open):
            self._words.append(data)

    def tags(self) -> set[str]:
        """Return the names of all elements."""
        return {tag for tag, _ in self.elements}

    def attributes(self, name: str) -> list[str]:
        """Return the values of an attribute in all elements."""
        return [value or "" for _, attributes in self.elements for key, value in attributes.items() if key == name]
