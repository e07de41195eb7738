"""Tests of nbgrader's form give the verdict that they would give in the student's process, whatever they do."""

import pytest

from tests.judge.foreign.constructs import CONSTRUCTS
from tests.judge.foreign.course import grade_source, in_process
from tests.material.foreign.writing import cell, marked, notebook


def _cells(code):
    """Return the cells of an assignment with a question a construct, or of a hand-in."""
    cells = [cell("import numpy as np")]
    for name, (right, _, test) in CONSTRUCTS.items():
        cells.append(marked(code.get(name, right), name, "answer"))
        cells.append(marked(test, f"test_{name}", "test", 1))
    return cells


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """What came of right answers, and of wrong ones."""
    work = tmp_path_factory.mktemp("constructs")
    notebook(work / "source" / "ps1" / "all.ipynb", *_cells({}))
    notebook(work / "submitted" / "s001" / "ps1" / "all.ipynb", *_cells({}))
    wrong = {name: wrong for name, (_, wrong, _) in CONSTRUCTS.items()}
    notebook(work / "submitted" / "s002" / "ps1" / "all.ipynb", *_cells(wrong))
    return grade_source(work)


def test_right_answers_pass_every_test(records):
    """What passes in the student's process passes here."""
    failed = {one["id"]: one["message"] for one in records["s001"]["checks"] if one["result"] != "passed"}
    assert failed == {}


def test_wrong_answers_fail_every_test(records):
    """What fails in the student's process fails here."""
    passed = [one["id"] for one in records["s002"]["checks"] if one["result"] == "passed"]
    assert passed == []


def test_the_constructs_mean_what_they_say(tmp_path):
    """Control: each test passes on the right code and fails on the wrong one where both run in one process."""
    right = in_process([(right, test) for right, _, test in CONSTRUCTS.values()], tmp_path)
    wrong = in_process([(wrong, test) for _, wrong, test in CONSTRUCTS.values()], tmp_path)
    assert [name for name, passed in zip(CONSTRUCTS, right, strict=True) if not passed] == []
    assert [name for name, passed in zip(CONSTRUCTS, wrong, strict=True) if passed] == []
