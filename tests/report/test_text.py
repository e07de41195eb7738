"""Tests of how text of strangers is made harmless."""

from __future__ import annotations

import pytest

from grader.report.text import excerpt, one_line, short, visible
from tests.report.factory import HOSTILE


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\x00b\x7f\x85", "a\\x00b\\x7f\\x85"),
        ("abc\u202egrade\u2066", "abc\\u202egrade\\u2066"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\ufffe\uffff", "\\ufffe\\uffff"),
        ("\u2028", "\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("👩\u200d🚀 é ü שלום", "👩\u200d🚀 é ü שלום"),
    ],
)
def test_visible_writes_out_what_cannot_be_seen(text, seen):
    """Control, bidirectional and invisible characters are written out; letters, emoji, tabs and lines stay."""
    assert visible(text) == seen


def test_visible_cuts_piles_of_combining_marks():
    """More than four marks on one letter would cover the neighbouring lines, so they are cut."""
    assert visible("Z" + "\u0301" * 100 + "a") == "Z" + "\u0301" * 4 + "\ufffda"


@pytest.mark.parametrize("text", HOSTILE)
def test_one_line_is_one_line_of_text_that_encodes(text):
    """Whatever comes in, one line comes out, and it encodes as UTF-8."""
    line = one_line(text)
    line.encode("utf-8")
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


def test_short_says_that_something_was_cut():
    """A text that is too long ends in an ellipsis and is exactly as long as allowed."""
    assert short("x" * 10_000, 10) == "xxxxxxxxx…"
    assert short("just right", 10) == "just right"
    assert short(" " * 500 + "x", 10) == "…"


def test_excerpt_keeps_head_and_tail():
    """The middle of a long text is left out, and how much is said."""
    text = "a" * 30 + "b" * 1000 + "c" * 20
    assert excerpt(text, 30, 20) == "a" * 30 + "\n\n[… 1,000 characters left out …]\n\n" + "c" * 20
    assert excerpt("short", 30, 20) == "short"
