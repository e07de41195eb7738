"""The optional report of the network from scratch: off by default, beside the points, and graded like any written answers."""

import json

import pytest

from grader.material.assignment import find_assignment, load_assignment
from tests.grading import PROJECT
from tests.written.test_merge import fill, run

FOLDER = find_assignment("backprop")
ANSWERS = (
    "# Report\n\n## activations\nWithout them it is one affine map.\n\n## learning-rate\nWrite your answer here.\n"
)


def test_report_is_off_unless_switched_on():
    """The questions stand beside the points of the checks, and no total depends on them."""
    assert load_assignment(FOLDER).rubric is None
    rubric = load_assignment(FOLDER, rubric=True).rubric
    assert [question.id for question in rubric.questions] == [
        "activations", "weights-and-biases", "learning-rate", "compare-learning-rates", "compare-hidden-units",
        "no-activation",
    ]  # fmt: skip
    assert sum(question.points for question in rubric.questions) == 15
    assert not rubric.counts
    assert load_assignment(FOLDER, rubric=True).written_points(bonus=False) == 0.0


@pytest.mark.parametrize(("option", "setting"), [(["--rubric"], {}), ([], {"GRADER_RUBRIC": "on"})])
def test_report_is_graded_beside_the_score(tmp_path, option, setting):
    """With the option or the setting the answers of a folder are found and merged, and the score stays as it is."""
    folder, out = tmp_path / "class" / "s001", tmp_path / "reports"
    folder.mkdir(parents=True)
    (folder / "main.py").write_text("class Identity:\n    pass\n")
    (folder / "answers.md").write_text(ANSWERS)
    words = ["grade", tmp_path / "class", "--assignment", "backprop", "--out", out]
    status, output, errors = run(*words, *option, **setting)
    assert status == 0, output + errors
    record = json.loads((out / "records" / "s001.json").read_text())
    states = {answer["id"]: answer["state"] for answer in record["answers"]}
    assert states["activations"] == "waiting"
    assert set(states.values()) == {"waiting", "untouched", "empty"}
    assert record["written"] == {"points": 0.0, "total": 15.0, "waiting": 3.0, "counts": False}
    assert (record["score"]["total"], record["score"]["waiting"]) == (100.0, 0.0)
    assert "not final" not in output
    sheet = fill(out / "grading-sheet.csv", s001_activations=("1.5", "0", "0.5", ""))
    assert run("merge", sheet, "--out", out)[0] == 0
    merged = json.loads((out / "records" / "s001.json").read_text())
    assert merged["written"]["points"] == 2.0
    assert merged["score"] == record["score"]


def test_report_setting_must_be_on_or_off():
    """Another word is refused, with where to look."""
    status, _, errors = run("grade", PROJECT / "submissions", GRADER_RUBRIC="yes")
    assert (status, errors) == (
        2, "grader: The setting rubric must be on or off, not 'yes'; see the section [grader] of tox.ini.\n",
    )  # fmt: skip
