"""A filled sheet is compared with the records: points for all of it, or every problem with its line."""

import csv
import io

import pytest

from grader.written.entries import read_rows
from grader.written.merging import marks_of
from grader.written.points import Mark
from tests.report import factory
from tests.written.test_entries import written

CLASS = [factory.written("s006"), factory.written("s007")]
A1, BOTH, WHOLE = "it saturates (at most 1.5)", "at both ends (at most 0.5)", "points 1"


def filled(change):
    """Return marks and problems of a sheet of two students that ``change`` has changed, given its rows as dicts."""
    reader = csv.DictReader(io.StringIO(written(*CLASS).decode("utf-8-sig"), newline=""))
    rows = [row | {"belongs to": ""} for row in reader]
    rows = change(rows) or rows
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, reader.fieldnames, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return marks_of(read_rows(buffer.getvalue().encode()), CLASS)


def entering(**cells):
    """Return a change that enters cells into the first row."""
    return lambda rows: rows[0].update({name.replace("_", " "): cell for name, cell in cells.items()})


def test_marks_of_an_empty_sheet_are_none():
    """Nothing was entered, nothing is wrong."""
    assert filled(lambda rows: None) == ([], [])


@pytest.mark.parametrize(("first", "value"), [("1.5", 1.5), ("1,5", 1.5), ("0", 0.0), ("-0", 0.0), (" 1 ", 1.0)])
def test_marks_of_a_row_are_its_points(first, value):
    """A number with a point or a comma, up to the maximum."""
    marks, problems = filled(entering(points_1=first, points_2="0.5", comment="Good."))
    assert problems == []
    assert marks == [Mark("s006", "1.1a", "1" * 64, (("it saturates", value), ("at both ends", 0.5)), "Good.")]


def test_marks_of_a_row_may_be_a_comment_alone():
    """The answer goes on waiting."""
    assert filled(entering(comment="See me."))[0] == [Mark("s006", "1.1a", "1" * 64, (), "See me.")]


def test_marks_of_a_part_of_a_sheet_are_those_of_its_rows():
    """Whoever grades half of the class merges half of the rows; the others go on waiting."""
    marks, problems = filled(lambda rows: [row | {"points 1": "1", "points 2": "0.5"} for row in rows[:1]])
    assert problems == []
    assert marks == [Mark("s006", "1.1a", "1" * 64, (("it saturates", 1.0), ("at both ends", 0.5)), "")]


KEY = "backprop/s006/1.1a/111111111111"
PROBLEMS = [
    (entering(points_1="2", points_2="0"), "line 2: 2 points for 'it saturates' are above its maximum of 1.5."),
    (entering(points_1="-1", points_2="0"), "line 2: -1 points for 'it saturates' are below zero; enter a number from 0 to 1.5."),
    (entering(points_1="two", points_2="0"), "line 2: 'two' for 'it saturates' is not a number; enter one from 0 to 1.5."),
    (entering(points_1="nan", points_2="0"), "line 2: 'nan' for 'it saturates' is not a number; enter one from 0 to 1.5."),
    (entering(points_1="1_0", points_2="0"), "line 2: '1_0' for 'it saturates' is not a number; enter one from 0 to 1.5."),
    (entering(points_1="1"), "line 2: 'at both ends' has no points; enter a number from 0 to 0.5."),
    (entering(criterion_1="other"), f"line 2: criterion 1 must be {A1!r}; restore the original text."),
    (entering(key="x"), "line 2: its key 'x' was changed; restore the original row."),
    (entering(key="essay/s006/1.1a/111111111111"), "line 2: it belongs to the assignment 'essay'; these reports belong to 'backprop'."),
    (entering(student="s099", key="backprop/s099/1.1a/111111111111"), "line 2: there is no student 's099' in these reports; remove the row, or grade that student first."),
    (entering(key="backprop/s006/9z/111111111111"), "line 2: there is no question '9z'; remove the row."),
    (entering(key="backprop/s006/1.1a/222222222222"), "line 2: the answer of 's006' to 1.1a has changed since this sheet was written; use the sheet of the last run."),
    (entering(student="s007"), "line 2: it names 's007', but its key is that of 's006'; sort whole rows only."),
    (lambda rows: [*rows, rows[0]], "line 10: the answer of 's006' to 1.1a is also in line 2; remove one of them."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "problem"), PROBLEMS)
def test_marks_of_names_each_problem_with_its_line(change, problem):
    """Every sentence says where, what came, and what to do; nothing is given for that row."""
    marks, problems = filled(change)
    assert problem in problems
    assert marks == []


def test_marks_of_lists_all_problems_at_once():
    """A tired person mends a sheet once."""

    def change(rows):
        rows[0].update({"points 1": "9", "points 2": "x"})
        rows[1].update({"points 1": "-1", "points 2": "0"})
        return rows[:-1]

    assert len(filled(change)[1]) == 3


def test_marks_of_a_sheet_that_was_sorted_are_the_same():
    """Rows are known by their keys, not by their places; a spreadsheet may turn a student's id into a number."""
    assert filled(lambda rows: rows[::-1]) == ([], [])
    assert filled(entering(student="7")) == ([], [])
