"""What a test of nbgrader earns, what is not taken over from nbgrader, and what students do to the notebook around it."""

from pathlib import Path

import pytest

from grader.judge.foreign.author import Author
from grader.material.foreign.forms import Case, Form
from tests.judge.foreign.course import grade_source
from tests.material.foreign.writing import cell, marked, notebook, words

RIGHT = "def f(x):\n    return x + 1\nclass Sly:\n    def __eq__(self, other): return True\nvalue = Sly()"
OUT_OF_RANGE = "The last line of the test gave {}, which is no number from 0 to 2, so it earns nothing."
NOTHING_SEEN = "This test ended without a look at anything of the submission, so it earns nothing."
TESTS = {
    # Text, points, and what an honest hand-in earns of them.
    "partial": ("got = 0\nif f(1) == 2:\n    got += 0.5\ngot", 2, 0.5),
    "above": ("f(1) + 10", 2, 0.0),
    "negative": ("f(1) - 10", 2, 0.0),
    "word": ("str(f(1))", 2, 0.0),
    "nothing": ("assert f(1) == 2", 2, 2.0),
    "written": ("assert f(1) == 2\n1", 2, 1.0),
    "all": ("assert f(1) == 2\nf(1)", 2, 2.0),
    "blind": ("print('Success!')", 2, 0.0),
    "truth": ("f(1) == 3", 2, 0.0),
    "said": ("assert f(1) == 2\n'All is well.'", 1, 1.0),
    "empty": ("# nothing is tested here", 1, 0.0),
    "noisy": ("import sys\nprint('to stderr', file=sys.stderr)\nassert f(2) == 3", 1, 1.0),
    "by_object": ("assert value == 5", 4, 4.0),
    "hidden": ("assert f(1) == 2\n### BEGIN HIDDEN TESTS\nassert f(41) == 42\n### END HIDDEN TESTS", 3, 3.0),
    "dying": ("import os\ndying()", 1, 0.0),
    "computes": ("computed = [f(k) for k in range(3)]\nassert computed[0] == 1", 1, 1.0),
    "looks_at_that": ("assert computed == [1, 2, 3]", 2, 2.0),
    "looks_at_nothing": ("own = 3\nassert own == 3", 1, 0.0),
    "looks_at_its_own": ("assert own == 3", 1, 0.0),
    "after": ("assert f(9) == 10", 1, 1.0),
}


def _cells(answer, answered="YOUR ANSWER HERE", **edits):
    cells = [cell("import numpy as np"), marked(answer, "f", "answer")]
    cells.append(marked("import os\ndef dying():\n    os._exit(3)", "dying", "answer"))
    for name, (test, points, _) in TESTS.items():
        cells.append(marked(edits.get(name, test), f"test_{name}", "test", points))
    cells.append(
        words(
            answered,
            nbgrader={
                "schema_version": 3,
                "grade_id": "why",
                "grade": True,
                "solution": True,
                "locked": False,
                "task": False,
                "points": 5,
            },
        )
    )
    return cells


@pytest.fixture(scope="module")
def class_(tmp_path_factory):
    """An honest student, one who edits tests and one who deletes them, one whose answer is wrong, all graded twice."""
    work = tmp_path_factory.mktemp("rules")
    wrong = RIGHT.replace("x + 1", "2 * x")
    passing = dict.fromkeys(TESTS, "assert True\nf(1)")
    hand_ins = {
        "s001": _cells(RIGHT),
        "s002": _cells(wrong, "Because of this.", **passing),
        "s003": _cells(wrong)[:3],
        "s004": [*_cells(wrong)[:3], *(marked("assert f(2) == 4", f"test_{name}", "answer", 100) for name in TESTS)],
    }
    notebook(work / "source" / "ps1" / "p.ipynb", *_cells(RIGHT, "Because."))
    for student, cells in hand_ins.items():
        notebook(work / "submitted" / student / "ps1" / "p.ipynb", *cells)
    return work, grade_source(work)


def _earned(record):
    return {one["id"].removeprefix("test_"): one["earned"] for one in record["checks"]}


def test_what_a_test_earns(class_):
    """A number is partial credit; a text, a number out of range and nothing observed are no marks; stderr costs none; one death costs one test."""
    assert _earned(class_[1]["s001"]) == {name: earned for name, (_, _, earned) in TESTS.items()}


def test_what_is_said_of_the_last_line(class_):
    """How much of its points a test has given, or why what it gave is nothing."""
    said = {one["id"].removeprefix("test_"): one["message"] for one in class_[1]["s001"]["checks"]}
    assert {name: said[name] for name in ("written", "above", "negative", "word", "blind", "nothing")} == {
        "written": "The test gave 1 of its 2 points.",
        "above": OUT_OF_RANGE.format("12"),
        "negative": OUT_OF_RANGE.format("-8"),
        "word": OUT_OF_RANGE.format("'2'"),
        "blind": NOTHING_SEEN,
        "nothing": None,
    }


def test_whatever_students_do_to_test_cells_the_authors_are_run(class_):
    """Edited, deleted or made anew with points of their own: an answer that is wrong earns the same as with the tests as they were."""
    _, records = class_
    assert _earned(records["s002"]) == _earned(records["s003"]) == _earned(records["s004"])
    assert _earned(records["s002"])["after"] == _earned(records["s002"])["hidden"] == 0
    assert {one["id"]: one["points"] for one in records["s004"]["checks"]} == {
        f"test_{name}": points for name, (_, points, _) in TESTS.items()
    }


def test_a_hidden_test_tells_nothing_of_itself(class_):
    """Neither its text nor its values stand in what a student reads."""
    check = next(one for one in class_[1]["s003"]["checks"] if one["id"] == "test_hidden")
    assert check["message"] != "" and "41" not in str(check) and "42" not in str(check)


def test_an_unchanged_answer_is_nothing_and_a_changed_one_waits(class_):
    """The text that the author left there earns 0; what differs waits for a person."""
    states = {student: record["answers"][0]["state"] for student, record in class_[1].items()}
    assert states == {"s001": "untouched", "s002": "waiting", "s003": "empty", "s004": "empty"}
    assert class_[1]["s001"]["answers"][0]["earned"] == 0.0


def test_only_what_the_judge_compared_counts_where_that_is_asked_for(class_):
    """An object that calls itself equal earns its points with the word beside them, and none with `--evidence compared`."""
    work, records = class_
    strict = grade_source(work, "--evidence", "compared", "--only", "s001")["s001"]
    loose = next(one for one in records["s001"]["checks"] if one["id"] == "test_by_object")
    check = next(one for one in strict["checks"] if one["id"] == "test_by_object")
    assert loose["evidence"] == check["evidence"] == "decided by an object of the submission"
    assert (loose["earned"], check["earned"]) == (4.0, 0.0)
    assert check["message"] == (
        "It passed, but its verdict was decided by an object of the submission, and `--evidence compared` counts nothing that is weaker."
    )
    assert _earned(strict)["hidden"] == 3.0


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        ("assert sp.sympify(answer) == x + 1", True),
        ("assert sympify('x + 1') == f(x)", False),
        ("from sympy.parsing.sympy_parser import parse_expr\nassert parse_expr(answer)", True),
        ("assert yaml.unsafe_load(text()) == 3", True),
        ("assert len(table.query(condition)) == 2", True),
        ("assert len(table.query('x > 2')) == 2", False),
        ("assert table.eval('x + y').sum() == 2", False),
        ("assert yaml.safe_load(text()) == 3", False),
    ],
)
def test_what_would_evaluate_a_text_of_the_submission_never_does_so_in_the_judge(source, runs):
    """Texts of libraries that evaluate them are told from those that the test holds itself."""
    case = Case(name="t", source=source, visible=source)
    assert Author(Form("ps1", "nbgrader", Path("ps1"))).unpickles(case) is runs
