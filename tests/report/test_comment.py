"""Tests that a comment is shown as Markdown with formulas, and can do nothing else."""

from __future__ import annotations

import pytest

from grader.report.comment import MOST_FORMULAS, comment
from tests.report import factory
from tests.report.html_reader import Page

_ALLOWED = {"p", "em", "strong", "code", "pre", "ul", "ol", "li", "h4", "h5", "h6", "br", "hr", "blockquote"}


def test_comment_sets_markdown():
    """Emphasis, lists, code, and headings that stay below those of the page."""
    assert comment("# Good\n\n*Mind* the `sign`:\n\n- one\n- two") == (
        "<h4>Good</h4>\n<p><em>Mind</em> the <code>sign</code>:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


def test_comment_sets_formulas():
    """Between single signs in the line, between double ones in a block."""
    assert comment("See $a < b$.") == (
        '<p>See <math display="inline"><mrow><mi>a</mi><mo>&#x0003C;</mo><mi>b</mi></mrow></math>.</p>\n'
    )
    assert comment("$$x^2$$").startswith(
        '<math display="block" tabindex="0"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"$\frac{1}{$", r"<p><code>$\frac{1}{$</code></p>" + "\n"),
        (r"$\href{javascript:alert(1)}{x}$", r"<p><code>$\href{javascript:alert(1)}{x}$</code></p>" + "\n"),
        (r"$\text{<b>x</b>}$", r"<p><code>$\text{&lt;b&gt;x&lt;/b&gt;}$</code></p>" + "\n"),
        ("It costs $5 and $6.", "<p>It costs $5 and $6.</p>\n"),
    ],
)
def test_comment_shows_a_formula_as_text_that_cannot_be_set(text, html):
    """Broken, or holding more than plain MathML, it stands there as it was written; prices are no formulas."""
    assert comment(text) == html


def test_comment_headings_go_down_one_step_at_a_time():
    """Whatever steps the writer leaves out, none is left out on the page."""
    assert comment("### a\n\n# b\n\n##### c") == "<h4>a</h4>\n<h4>b</h4>\n<h5>c</h5>\n"


@pytest.mark.parametrize(
    "text", ["$a$ " * 5_000, "$" + "\\frac{" * 3_000 + "$", "$" + "x+" * 9_000 + "x$", "$$x$$\n\n" * 2_500]
)
def test_comment_of_many_formulas_sets_the_first(text):
    """So many are set that a page stays small and quick; the rest stands there as it was written."""
    html = str(comment(text))
    assert html.count("<math") <= MOST_FORMULAS
    assert len(html) < 120_000
    assert "<code>$" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](http://example.com/x.png)",
        "<http://example.com>",
        "[x]: http://example.com\n\n[x]",
        "<div onclick=alert(1)>\n\nx\n\n</div>",
        *factory.HOSTILE,
    ],
)
def test_comment_holds_no_link_no_image_no_script(text):
    """Whatever a sheet has brought in stays text."""
    page = Page(str(comment(text)))
    assert page.tags() <= _ALLOWED
    assert page.attributes("href") == []
    assert page.unclosed == []
    str(comment(text)).encode("utf-8")
