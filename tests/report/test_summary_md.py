"""Tests of the class as Markdown."""

from __future__ import annotations

import re

import pytest

from grader.report.class_summary import gather
from grader.report.summary_md import code, markdown
from tests.report import factory


def test_markdown_shows_the_class():
    """Headline, faults, who needs a look, all students and all checks, in this order."""
    text = markdown(gather(iter(factory.a_class())))
    assert text.startswith(
        "# `A neural network from scratch`\n\n5 students, mean 71.7 %, median 95 % of the 3 final scores.\n\n"
        "**A fault of the grader left something ungraded for 2 students.**\n\n"
        "## Who needs a look\n\n| student | percent | why |\n|---|--:|---|\n"
        "| `s004` | no score | `fault of the grader` |\n"
    )
    assert (
        "## All students\n\n| student | score | percent | what to look at |\n|---|--:|--:|---|\n"
        "| `s001` | 120 / 100 | 120 % |  |\n" in text
    )
    assert "| `2.2` | `'Linear.backward' returns the gradient for inputs, weight and bias.` | 2 / 4 | 50 % |\n" in text


def test_markdown_is_cut_by_section():
    """A class that is too large loses rows, not sections, and never exceeds its bytes."""
    records = [factory.partly_wrong(f"student-{k:04}") for k in range(60)]
    summary = gather(iter(records))
    text = markdown(summary, 5_000)
    assert len(text.encode()) <= 5_000
    assert re.search(r"\n\*\d+ more rows did not fit here; the reports have them all\.\*\n", text)
    assert markdown(summary).count("\n| `student-") == 120
    assert len(markdown(summary, 300).encode()) <= 300


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_code_is_one_closed_span(text):
    """No backtick ends the span, no bar ends the cell, no line ends the row."""
    span = code(text)
    assert span[0] == span[-1] == "`"
    assert not {"`", "|", "\n", "\r", "\x1b"} & set(span[1:-1])
    assert span != "``"
    assert len(span) <= 202


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_markdown_of_a_hostile_class_has_its_own_lines_only(text):
    """A row begins with a bar and holds hostile text in spans only."""
    whole = markdown(gather(iter([factory.hostile(text, "h01")])))
    for line in whole.splitlines():
        outside = "".join(line.split("`")[::2])
        assert not set("<>[]@") & set(outside), line
        assert line.count("`") % 2 == 0
