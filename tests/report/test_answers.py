"""Tests that written answers stand in every report, and that a total that waits for a person is nowhere shown as final."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console

from grader.report import junit, scores_csv
from grader.report.class_summary import gather
from grader.report.gradescope import gradescope
from grader.report.index import index_pieces
from grader.report.page import render_page
from grader.report.summary import summarize
from grader.report.summary_md import markdown
from grader.report.table import print_table
from grader.report.workflow_commands import annotate
from tests.report import factory
from tests.report.html_reader import Page


def shown(record):
    """Return the page of a record, read as a browser reads it."""
    return Page(render_page(record))


def test_page_that_waits_is_not_final():
    """The head says so far and no percentage; the box says how much waits."""
    page = shown(factory.written())
    assert "101.5 of 108 points and 20 of 20 bonus points so far" in page.words
    assert "112.5 %" not in page.words
    assert "Not final: 2 points are still waiting for a person to grade them." in page.words
    assert page.unclosed == []


def test_page_shows_each_answer_with_its_state():
    """Waiting, graded, untouched and not found: each with its words, points and text."""
    words = shown(factory.written()).words
    assert (
        "1.1a Why is Sigmoid slow to learn? waits for a person 2 points Your answer Its gradient is at most 1/4."
        in words
    )
    assert "1.1b Why is Sigmoid slow to learn? graded 1.5 / 2 Your answer Its gradient is at most 1/4." in words
    assert "it saturates 1.5 / 1.5 at both ends 0 / 0.5" in words
    assert "1.1c Why is Sigmoid slow to learn? not answered 0 / 2 Write your answer here." in words
    assert (
        "1.1d Why is Sigmoid slow to learn? not answered 0 / 2 No place for this answer was found. Begin its text cell "
        "with the line **Answer 1.1d** , or write it in a file answers.md below the heading ## 1.1d ." in words
    )


def test_page_shows_the_question_above_the_answer():
    """Both are Markdown with formulas, and the answer is folded until somebody has commented on it."""
    asked = factory.answer(
        asks="For which $x$ is it **largest**?", text="## Mine\n\nAt $x = 0$, where\n\n- it is $\\frac14$\n- *not* 1"
    )
    text = render_page(factory.record(answers=[asked, factory.graded_answer()]))
    assert "Question For which x is it largest ? Your answer Mine At" in Page(text).words
    assert "<h4>Mine</h4>" in text
    assert text.count("<math") == 4
    folds = [
        attributes
        for tag, attributes in Page(text).elements
        if tag == "details" and attributes.get("class") == "answer"
    ]
    assert ["open" in attributes for attributes in folds] == [False, True]


def test_page_shows_criteria_only_of_what_is_graded():
    """What earns points is told with the points, not before."""
    assert "it saturates" not in shown(factory.record(answers=[factory.answer()])).words


def test_page_shows_what_an_answer_belongs_to():
    """The code, what it printed and what it drew are behind a fold."""
    page = shown(factory.written())
    assert "The code it belongs to plt.plot(x, sigmoid(x)) It printed: 0.25" in page.words
    assert page.attributes("alt").count("Figure 1 that this cell drew") == 2


def test_page_shows_a_comment_with_its_formula():
    """Markdown is set, and a formula is MathML."""
    text = render_page(factory.written())
    assert "<em>Where</em> is it flat?" in text
    assert '<math display="inline">' in text


def test_page_of_points_beside_the_score_says_so():
    """Where written answers do not count, the score is final, and what waits is said with the answers."""
    words = shown(factory.written(counts=False)).words
    assert "= 120 %" in words
    assert "Not final" not in words
    assert (
        "Written answers 1.5 of 8 points so far; 2 points wait for a person. They are separate from the score." in words
    )


def test_index_shows_no_percentage_that_is_not_final():
    """Mean, median and the distribution are of final scores; rows that wait say so."""
    page = Page("".join(index_pieces(gather([factory.written(), factory.record()]))))
    assert "not final: waits for a person 1" in page.words
    assert "mean of the final scores 120 %" in page.words
    assert "Of the final scores only: 1 of 2." in page.words
    assert "The sheet for the graders: grading-sheet.csv" in page.words
    assert "s006 121.5 so far not final no place found for the answer to 1.1d; 2 points wait for a person" in page.words


def test_table_shows_no_percentage_that_is_not_final():
    """The row says so far and not final."""
    file = io.StringIO()
    print_table(lambda: iter([factory.written()]), Path("reports"), console=Console(file=file, width=120), environ={})
    assert "s006      121.5/108 so far   not final   " in file.getvalue()
    assert "1 student, not final\n" in file.getvalue()


def test_scores_csv_leaves_open_what_is_not_final():
    """Score, percent and the task that waits are empty; the points so far and what waits are there."""
    record = factory.written()
    tasks = gather([record]).tasks
    text = scores_csv.header(tasks) + scores_csv.row(record, tasks)
    (row,) = csv.DictReader(io.StringIO(text))
    assert [row[name] for name in ("status", "score", "percent", "points", "waiting", "1.1 Sigmoid", "1.2 Tanh")] == [
        "not_final", "", "", "101.5", "2", "", "4",
    ]  # fmt: skip


def test_junit_counts_what_nobody_graded_as_skipped():
    """The suite is not final and has no sum; each question is a case."""
    record = factory.written()
    suite = ElementTree.fromstring(junit.suite(record))
    properties = {entry.get("name"): entry.get("value") for entry in suite.find("properties")}
    assert properties == {
        "status": "graded", "final": "false", "points": "101.5", "total": "108", "bonus_points": "20",
        "bonus_total": "20", "waiting": "2",
    }  # fmt: skip
    cases = {case.get("name"): case for case in suite.findall("testcase")}
    assert cases["question 1.1a"].find("skipped").get("message") == "waits for a person"
    assert cases["question 1.1b"].find("skipped") is None
    assert cases["question 1.1c"].find("skipped").get("message") == "not answered"
    assert (suite.get("tests"), suite.get("skipped")) == ("30", "3")
    whole = ElementTree.fromstring(junit.head(gather([record])) + junit.tail())
    assert (whole.get("tests"), whole.get("skipped")) == ("30", "3")


def test_gradescope_shows_what_is_not_final_after_publishing():
    """The output says so first; each question is a test without a status."""
    results = gradescope(factory.written())
    assert results["visibility"] == "after_published"
    assert results["output"].startswith(
        "**Not final: 101.5 of 108 points and 20 of 20 bonus points so far; 2 points wait"
    )
    waits, graded = results["tests"][26:28]
    assert (waits["number"], waits["score"], waits["max_score"], waits["output"]) == (
        "1.1a", 0.0, 2.0, "waits for a person",
    )  # fmt: skip
    assert "status" not in waits
    assert graded["output"].startswith(
        "graded\n\n* it saturates: 1.5 / 1.5\n* at both ends: 0 / 0.5\n\nComment:\n\n```text\nRight, since"
    )
    assert len(gradescope(factory.written(counts=False))["tests"]) == 26


def test_markdown_says_what_is_not_final():
    """The headline counts, and the row has no percentage."""
    text = markdown(gather([factory.written(), factory.record()]))
    assert "**Not final: 1 score still waits for a person.**" in text
    assert (
        "| `s006` | 121.5 / 108 so far | not final | "
        "`no place found for the answer to 1.1d; 2 points wait for a person` |" in text
    )


def test_annotations_say_what_is_not_final():
    """For one student and for a class."""
    one, two = [factory.written()], [factory.written(), factory.record()]
    assert annotate(gather(one), one)[0] == (
        "::notice title=Score::s006: 121.5 of 108 points so far; 2 points wait for a person"
    )
    assert annotate(gather(two), two)[0] == (
        "::notice title=Score::2 students, 1 of them not final, mean 120 %25, median 120 %25 of the 1 final score"
    )


def test_summary_does_not_call_answers_that_wait_no_points():
    """Somebody has written something, even when no check earned a point."""
    record = factory.untouched() | {"answers": [factory.answer()]}
    record["score"] = record["score"] | {"waiting": 2.0}
    assert summarize(record).flags == ()
    assert "your list of what to do" not in shown(record).words
