"""Tests of what the last line of a test cell gives, and of the rules of nbgrader that are not kept."""

from __future__ import annotations

import pytest

from tests.judge.foreign.course import grade_foreign
from tests.material.foreign.writing import marked, notebook

OUT_OF_RANGE = "The last line of the test gave {}, which is no number from 0 to 2, so it earns nothing."
# The cell behind `assert one() == 1`, what it earns of 2 points, and what is said.
LINES = {
    "nothing": ("", 2, None),
    "text": ("'a remark'", 2, None),
    "half": ("one()", 1, "The test gave 1 of its 2 points."),
    "written-half": ("1", 1, "The test gave 1 of its 2 points."),
    "all": ("2 * one()", 2, None),
    "negative": ("-one()", 0, OUT_OF_RANGE.format("-1")),
    "above": ("3 * one()", 0, OUT_OF_RANGE.format("3")),
    "computed-text": ("str(one())", 0, OUT_OF_RANGE.format("'1'")),
    "stderr": ("import sys\nprint('careful', file=sys.stderr)", 2, None),
}


def test_the_last_line_of_a_test_cell_is_partial_credit_and_nothing_else(tmp_path):
    """A number from 0 to the cell's points is what it earns; stderr costs nothing, and a test that looks at nothing earns nothing."""
    cells = [marked("def one():\n    return 1", "one", "answer")]
    cells += [marked(f"assert one() == 1\n{line}", name, "test", 2) for name, (line, _, _) in LINES.items()]
    cells.append(marked("print('Success!')", "blind", "test", 2))
    path = notebook(tmp_path / "source" / "ps1" / "p.ipynb", *cells)
    notebook(tmp_path / "class" / "s001.ipynb", *cells)
    record = grade_foreign(path.parent, tmp_path / "class", tmp_path / "reports")["s001"]
    found = {check["id"]: (check["earned"], check["message"]) for check in record["checks"]}
    blind = "This test ended without a look at anything of the submission, so it earns nothing."
    assert found.pop("blind") == (0, blind)
    wanted = {name: (pytest.approx(earned), said) for name, (_, earned, said) in LINES.items()}
    assert {name: found[name] for name in wanted} == wanted
