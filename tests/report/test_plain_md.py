"""Tests that words of strangers are nothing but words in Markdown."""

from __future__ import annotations

import pytest

from grader.report.plain_md import fenced, prose, span
from tests.report import factory
from tests.report.markdown_reader import alive

TRICKS = [
    "1. a list", "- a list", "+ another", "* one more", "# title", "#12 and GH-7", "    code", "> quoted", "a\n===", "a\n---",
    "[x]: http://example.invalid", "![a](b)", "<b>bold</b>", "**bold** _it_ ~~out~~", "a|b\n-|-", "$x$ and $$y$$", "@all",
    "www.example.invalid http://example.invalid me@example.invalid", ":smile: :+1:", "&lt;b&gt; &#60;", "\\*not\\*",
    "`one` ``two`` ```three```", "a ` b", "``", "- [ ] to do", "<!-- x -->", "s005.py", "```\nfence\n```", "~~~\nfence",
    "[[wiki]]", "{{x}}", "==mark==", "^up^", "term\n: definition", "*[ABBR]: x", "[^1]", "\t- nested", "deadbeef0",
]  # fmt: skip


def test_prose_keeps_sentences_and_code():
    """Words and numbers stay, what is between backticks is code, and so is what is not plainly a word."""
    assert prose("`bias.grad` should be 0.88939935 at index 2 (of 5), not -0.5.") == (
        "`bias.grad` should be 0.88939935 at index 2 (of 5), not -0.5."
    )
    assert prose("s008.py, line 65: '(' was never closed (`return float(`).") == (
        "`s008.py`, line 65: `'('` was never closed (`return float(`)."
    )
    assert prose("x <b>y</b> [1, 2] z\nnext") == "x `<b>y</b> [1, 2]` z  \nnext"


@pytest.mark.parametrize("text", [*factory.HOSTILE, *TRICKS])
def test_prose_of_hostile_text_is_inert(text):
    """No element beyond paragraphs and code, no link, no mention, no formula, on whatever line it stands."""
    for whole in (prose(text), f"* {prose(text)}", f"### {prose(text)}", f"**wrong**: {prose(text)}"):
        assert alive(whole) == []
        whole.encode("utf-8")


@pytest.mark.parametrize("text", [*factory.HOSTILE, *TRICKS, "````\n`````\n"])
def test_fenced_text_cannot_end_its_fence(text):
    """The block is one block, and what follows it is no part of it."""
    whole = f"{fenced(text)}\n\nbehind"
    assert alive(whole) == []
    assert whole.endswith("\n\nbehind")
    assert fenced("a\n```\nb") == "````text\na\n```\nb\n````"


def test_span_is_one_span():
    """A backtick becomes an apostrophe, and what is long is cut."""
    assert span("a`b") == "`a'b`"
    assert span("x" * 400, 10) == "`xxxxxxxxx…`"
    assert span("") == ""


@pytest.mark.parametrize(
    "text",
    ["[x](http://example.invalid)", "<b>x</b>", "# @all", "a | b\n--|--\nc | d", "![x](y.png)", "$x$", "www.x.y"],
)
def test_markdown_as_it_came_is_alive(text):
    """The control: put into a page as they are, the same words are links, elements, mentions and formulas."""
    assert alive(text) != []
