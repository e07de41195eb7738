"""A new assignment works at once, through the real commands."""

import json
import tomllib

import pytest

from grader.errors import UsageError
from grader.handout.starter import write_assignment
from grader.material.assignment import load_assignment
from tests.written.test_merge import run


def test_new_makes_an_assignment_that_grades(tmp_path):
    """The right example earns all points, the wrong one those of its right part; how to go on is said."""
    folder, out = tmp_path / "week-3", tmp_path / "reports"
    status, output, errors = run("new", folder)
    assert (status, errors) == (0, "")
    assert output.splitlines()[-2:] == [
        f"Try it: python -m grader grade {folder}/examples --assignment {folder}",
        "Then read docs/assignment.md.",
    ]
    status, output, errors = run("grade", folder / "examples", "--assignment", folder, "--out", out)
    assert status == 0, output + errors
    records = [json.loads((out / "records" / f"s00{k}.json").read_text()) for k in (1, 2)]
    assert [(record["assignment"]["id"], record["score"]["sum"]) for record in records] == [
        ("week-3", 10),
        ("week-3", 6),
    ]


def test_new_holds_one_of_each(tmp_path):
    """One task, one check, one mutant, one variant, an answer key, a template and a README that names the folder."""
    folder = tmp_path / "week_3"
    written = {path.relative_to(folder).as_posix() for path in write_assignment(folder)}
    assert written == {
        "README.md", "assignment.toml", "check_softplus.py", "examples/s001.py", "examples/s002.py",
        "mutants/softplus.toml", "reference/__init__.py", "reference/exercise.py", "template/modules/main.py",
        "template/notebook/week_3.ipynb", "template/script/week_3.py", "variants/softplus.toml",
    }  # fmt: skip
    assignment = load_assignment(folder)
    assert (assignment.id, assignment.title, len(assignment.tasks)) == ("week_3", "Week 3", 1)
    assert len(tomllib.loads((folder / "mutants" / "softplus.toml").read_text())["mutant"]) == 1
    assert f"python -m grader audit {folder}" in (folder / "README.md").read_text()
    assert "NotImplementedError" in (folder / "template" / "modules" / "main.py").read_text()


def test_new_takes_an_empty_folder(tmp_path):
    """A folder made beforehand is no obstacle."""
    (tmp_path / "mine").mkdir()
    assert write_assignment(tmp_path / "mine")


def test_new_writes_over_nothing(tmp_path):
    """What is there stays."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").write_text("x")
    with pytest.raises(UsageError) as caught:
        write_assignment(tmp_path / "mine")
    assert str(caught.value) == (f"{tmp_path}/mine already exists and is not empty; name a new folder.")


def test_new_needs_a_name_that_can_be_an_id(tmp_path):
    """The folder's name goes into records and sheets."""
    with pytest.raises(UsageError) as caught:
        write_assignment(tmp_path / "3 weeks")
    assert str(caught.value) == (
        "The folder's name becomes the assignment's id: it must begin with a letter and contain only letters, digits, - and _, "
        f"not '3 weeks'; try {tmp_path}/week-3."
    )


@pytest.mark.soak
def test_new_makes_an_assignment_that_the_audit_finds_whole(tmp_path):
    """Every mutant is caught, every variant accepted, nothing left to chance."""
    write_assignment(tmp_path / "week-3")
    status, output, errors = run("audit", tmp_path / "week-3", "--out", tmp_path)
    assert status == 0, output + errors
