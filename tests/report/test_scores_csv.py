"""Tests of the scores as a table."""

from __future__ import annotations

import csv
import io

import pytest

from grader.report import scores_csv
from grader.report.class_summary import gather
from tests.report import factory


def read(records):
    """Return the rows of a class, read as a spreadsheet reads them."""
    tasks = gather(iter(records)).tasks
    text = scores_csv.header(tasks) + "".join(scores_csv.row(record, tasks) for record in records)
    return list(csv.reader(io.StringIO(text, newline=""), quoting=csv.QUOTE_NONNUMERIC))


def test_header_names_every_task():
    """One column a task, by number and title."""
    header = read(factory.a_class())[0]
    assert header[:9] == [
        "student",
        "status",
        "score",
        "percent",
        "points",
        "bonus",
        "waiting",
        "1.1 Sigmoid",
        "1.2 Tanh",
    ]
    assert header[-3:] == ["7.6 Flatten", "look", "page"]


def test_row_has_numbers_as_numbers():
    """Points come without quotes, so that they read back as numbers."""
    row = dict(zip(*(read([factory.partly_wrong()])), strict=True))
    assert row["student"] == "s002"
    assert (row["score"], row["percent"], row["points"], row["bonus"], row["waiting"]) == (95.0, 95.0, 75.0, 20.0, 0.0)
    assert row["2.2 Linear: backward"] == 6.0
    assert row["look"] == "timed out in 6.3"


def test_row_leaves_empty_what_we_spoilt():
    """What a fault of the grader left unscored is no zero."""
    header, faulty, half = read([factory.faulty(), factory.half_faulty()])
    assert faulty == ["s004", "grader_fault", *[""] * (len(header) - 4), "fault of the grader", "students/s004.html"]
    spoilt = dict(zip(header, half, strict=True))
    assert (spoilt["status"], spoilt["5.1 SGD"], spoilt["5.2 train"]) == ("grader_fault", "", 8.0)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\rx", "'x"),
        ("  =1", "'=1"),
        ("\uff1d1", "'\uff1d1"),
        ("a=1", "a=1"),
        ("two\nlines", "two lines"),
        ("", ""),
    ],
)
def test_inert_is_no_formula(text, cell):
    """What a spreadsheet would calculate gets an apostrophe in front."""
    assert scores_csv.inert(text) == cell


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_row_of_a_hostile_name_is_one_row_of_text(text):
    """Whatever a student is called, the table has one row more, and no cell of text begins a formula."""
    records = [factory.hostile(text, "h01")]
    rows = read(records)
    assert len(rows) == 2
    assert len(rows[0]) == len(rows[1])
    assert not [cell for cell in rows[1] if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "\x1b" not in "".join(map(str, rows[1]))


def test_cells_are_rounded_as_they_are_shown():
    """Points have two decimals, a percentage has one, and what is below 100 never reads as 100."""
    record = factory.record()
    record["tasks"][0]["points"] = 4 / 3
    record["score"] |= {"sum": 99.966, "percent": 99.966, "points": 200 / 3}
    row = dict(zip(*read([record]), strict=True))
    assert (row["1.1 Sigmoid"], row["score"], row["percent"], row["points"]) == (1.33, 99.97, 99.9, 66.67)


def test_row_names_the_page_of_the_student():
    """A course system finds the page to send; it is named by the slug, whatever the student is called."""
    assert read([factory.record("../../x", "x-1")])[1][-1] == "students/x-1.html"
