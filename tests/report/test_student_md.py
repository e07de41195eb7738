"""Tests of the page of one student in Markdown."""

from __future__ import annotations

import io

import pytest

from grader.report.github import publish_to_github
from grader.report.student_md import student_markdown
from tests.report import factory
from tests.report.markdown_reader import alive


def test_student_markdown_is_the_students_page():
    """The score, what to fix first with expected and given, the code, what waits, the other failures, then what was passed."""
    record = factory.partly_wrong() | {"excerpts": [factory.excerpt(factory.check_id("5.2"))]}
    text = student_markdown(record)
    assert text.startswith(
        "# `s002`\n\n**75 of 100 points and 20 of 20 bonus points** = 95 %\n\n"
        "16 of 20 checks passed. All 6 bonus checks passed. 3 things to fix.\n\n"
        "## Fix this first\n\n### `2.2` `Linear.backward` returns the gradient for inputs, weight and bias (up to 11 points)\n\n"
        "**partly wrong:** Your gradient for `weight` is the right one divided by the batch size (here 7): it differs by up to 0.8571.\n\n"
        "Expected:\n\n```text\n[[ 0.4127 -1.2206  0.0918]\n"
    )
    assert "1 check waits for this: `4.3`.\n\n## Then fix\n\n### `5.2` `train` visits every sample" in text
    assert (
        "Your code, `s002.py`:\n\n```text\n   211 for start in starts:\n>  212     batch = inputs[start]\n   213     step(batch)\n```"
        in text
    )
    assert "## Passed\n\n* `1.1` Sigmoid (4 points)\n* `1.2` Tanh (4 points)\n" in text


def test_student_markdown_offers_bonuses():
    """A bonus that was not attempted is an offer behind all that was passed."""
    text = student_markdown(factory.record(checks=[factory.offered("7.1"), factory.offered("7.3")]))
    assert "All 20 checks passed. All 4 bonus checks passed.\n" in text
    assert text.endswith(
        "## Bonus: you can earn 9 bonus points more\n\n* `7.1` Momentum (3 points)\n* `7.3` Adam (6 points)\n"
    )


def test_step_page_of_one_student_is_the_students_page(tmp_path):
    """In a job that grades one student nobody meets the table of a class."""
    page = tmp_path / "page.md"
    publish_to_github(
        lambda: iter([factory.partly_wrong()]), tmp_path, {"GITHUB_STEP_SUMMARY": str(page)}, io.StringIO()
    )
    assert page.read_text(encoding="utf-8") == student_markdown(factory.partly_wrong())


@pytest.mark.parametrize("record", [*factory.a_class(), factory.written(), factory.unreadable()])
def test_student_markdown_of_every_sort_of_record_is_inert(record):
    """Whatever became of a submission, there is a page, and nothing in it but our headings, lists and code."""
    assert alive(student_markdown(record)) == []


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_student_markdown_of_hostile_text_is_inert(text):
    """Names, messages, values, code and remarks are words or code."""
    whole = student_markdown(factory.hostile(text, "h01"))
    assert alive(whole) == []
    assert len(whole.encode("utf-8")) < 100_000
