"""Tests of what a GitHub Actions job is told."""

from __future__ import annotations

import io

from grader.report.github import publish_to_github
from grader.report.write import write_class
from tests.report import factory


def records():
    """Return the records of a small class."""
    return iter(factory.a_class())


def test_publish_to_github_does_nothing_elsewhere(tmp_path):
    """Without the variables nothing is read, printed or written."""
    stream = io.StringIO()
    publish_to_github(records, tmp_path, {}, stream)
    assert stream.getvalue() == ""
    assert list(tmp_path.iterdir()) == []


def test_publish_to_github_appends_the_summary(tmp_path):
    """What an earlier step wrote stays; the written summary is used."""
    page = tmp_path / "page.md"
    page.write_text("before\n", encoding="utf-8")
    write_class(records, tmp_path)
    publish_to_github(records, tmp_path, {"GITHUB_STEP_SUMMARY": str(page)}, io.StringIO())
    assert page.read_text(encoding="utf-8") == "before\n" + (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_publish_to_github_makes_the_summary_when_there_is_none(tmp_path):
    """Without written reports the records are enough."""
    page = tmp_path / "page.md"
    publish_to_github(records, tmp_path, {"GITHUB_STEP_SUMMARY": str(page)}, io.StringIO())
    assert page.read_text(encoding="utf-8").startswith("# `A neural network from scratch`\n")


def test_publish_to_github_prints_annotations(tmp_path, capsys):
    """In a job they go to standard output."""
    publish_to_github(records, tmp_path, {"GITHUB_ACTIONS": "true"})
    assert capsys.readouterr().out.splitlines()[:2] == [
        "::notice title=Score::5 students, mean 71.7 %25, median 95 %25 of the 3 final scores",
        "::error title=s004::fault of the grader",
    ]


def test_publish_to_github_survives_a_narrow_encoding(tmp_path):
    """A stream that cannot write an emoji gets its escape."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    hostile = [factory.hostile("🦊", "h01"), factory.record()]
    publish_to_github(lambda: iter(hostile), tmp_path, {"GITHUB_ACTIONS": "true"}, stream)
    stream.flush()
    assert b"title=\\U0001f98a::" in stream.buffer.getvalue()
