"""Tests of the few lines of a student's code that a page shows."""

from __future__ import annotations

import pytest

from grader.report.code import code_lines
from tests.report import factory
from tests.report.html_reader import Page


def test_code_lines_have_numbers_colours_and_a_mark():
    """The line that is spoken of is marked for eyes and for screen readers; common indentation is taken away."""
    shown = code_lines({"first": 9, "lines": ["    def f(x):", "        return x + 1.0  # why", ""], "marked": [10]})
    assert shown == (
        "<span class='line'><span class='nr'>  9</span> <span class='k'>def</span> <span class='f'>f</span>(x):\n</span>"
        "<mark class='line'><span class='nr'>▸10</span>     <span class='k'>return</span> x + "
        "<span class='n'>1.0</span>  <span class='c'># why</span>\n</mark>"
        "<span class='line'><span class='nr'> 11</span> \n</span>"
    )


@pytest.mark.parametrize(
    "text", [*factory.HOSTILE, '"""', "'''\\", 'f"{' * 60, "\\" * 199, "@" * 300, "\x0c", "a\u2028b"]
)
def test_code_lines_of_hostile_text_are_text(text):
    """As many lines as there were, each with nothing but our elements, whatever is in them."""
    page = Page(str(code_lines({"first": 1, "lines": [text, "x = 1", text], "marked": [2]})))
    assert page.tags() <= {"span", "mark"}
    assert page.attributes("class").count("line") == 3
    assert [tag for tag, _ in page.elements].count("mark") == 1
    assert page.unclosed == []
    assert set(page.attributes("class")) <= {"line", "nr", "k", "s", "n", "c", "f"}
    page.words.encode("utf-8")
