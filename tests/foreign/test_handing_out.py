"""Tests of what is given away of an assignment of another tool, and of its pre-check: nothing hidden leaves, and the real commands run."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.handout.github import WORKFLOW
from grader.material.assignment import load_assignment
from grader.material.foreign.reading import read_form
from grader.record.provenance import installation
from tests.foreign.test_guides import nbgrader_course
from tests.material.foreign.test_otter import master
from tests.material.foreign.writing import notebook, text

ROOT = Path(__file__).parents[2]


def grader(*words: object, at: Path = ROOT) -> str:
    """Run a command of the grader; return what it printed."""
    command = [sys.executable, "-m", "grader", *map(str, words)]
    ended = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_pre_check_runs_the_visible_tests_and_says_what_is_graded_besides(tmp_path):
    """The hidden part of a test is neither run nor shown: a hand-in that fails only there passes here."""
    nbgrader_course(tmp_path)
    handed_in = tmp_path / "submitted" / "s001" / "ps1" / "problem1.ipynb"
    made = json.loads(handed_in.read_text())
    made["cells"][1]["source"] = "def twice(x):\n    return 2"
    handed_in.write_text(json.dumps(made))
    printed = " ".join(grader("precheck", handed_in, "--assignment", tmp_path / "source" / "ps1").split())
    assert printed.startswith("ps1: problem1.ipynb done 1 test-twice 3 / 3 done 2 test-free 1 / 1")
    assert "Points so far: 4 of 4 in these checks." in printed
    assert printed.endswith(
        "Official grading also checks (points in brackets): hidden tests and what a person grades (4). "
        "Official grading runs these tests and hidden ones, so your code must work for all inputs."
    )
    assert "-6" not in printed
    source = tmp_path / "source" / "ps1" / "problem1.ipynb"
    source.write_text(source.read_text().replace("### BEGIN HIDDEN TESTS", "").replace("### END HIDDEN TESTS", ""))
    printed = " ".join(grader("precheck", handed_in, "--assignment", tmp_path / "source" / "ps1").split())
    assert "checks (points in brackets): what a person grades (4). Official grading runs the same tests." in printed


@pytest.mark.parametrize("ok", [True, False])
def test_students_get_notebooks_and_tests_without_anything_hidden(tmp_path, ok):
    """What is in the zip is a master's student version: read again, it has the visible tests with their points, and no solution."""
    text(tmp_path / "data.csv", "1\n")
    path = notebook(tmp_path / "hw1.ipynb", *master(ok=ok))
    grader("bundle", path, "--out", tmp_path / "students.zip")
    with zipfile.ZipFile(tmp_path / "students.zip") as packed:
        names, whole = packed.namelist(), "".join(packed.read(name).decode() for name in packed.namelist())
        packed.extractall(tmp_path / "home")
    assert names == ["hw1/data.csv", "hw1/hw1.ipynb", "hw1/tests/q1.py", "hw1/tests/q3.py"]
    assert "x + x" not in whole and "Because of sums" not in whole and "print(double(k))" not in whole
    given = read_form(tmp_path / "home" / "hw1")
    visible = [case for case in read_form(path).questions[0].tests if not case.hidden]
    assert [(case.source, case.points) for case in given.questions[0].tests] == [
        (case.source, case.points) for case in visible
    ]


def test_a_bundle_for_gradescope_grades_in_its_container(tmp_path):
    """The unpacked zip grades a hand-in by itself, within the container's limits, and holds nothing that students wrote."""
    nbgrader_course(tmp_path / "course")
    grader("bundle", tmp_path / "course" / "source" / "ps1", "--for", "gradescope", "--out", tmp_path / "g.zip")
    source, container = tmp_path / "source", tmp_path / "container"
    with zipfile.ZipFile(tmp_path / "g.zip") as packed:
        assert not [
            name for name in packed.namelist() if name.startswith("assignment/submitted") or name.endswith(".db")
        ]
        packed.extractall(source)
    (container / "submission").mkdir(parents=True)
    handed_in = tmp_path / "course" / "submitted" / "s001" / "ps1" / "problem1.ipynb"
    (container / "submission" / "problem1.ipynb").write_bytes(handed_in.read_bytes())
    words = [sys.executable, "-m", "grader.handout.container", "./assignment/source/ps1", "--at", str(container)]
    subprocess.run(words, cwd=source, check=True, capture_output=True)
    results = json.loads((container / "results" / "results.json").read_text())
    assert [(each["name"], each["score"]) for each in results["tests"]][:2] == [("test-twice", 3.0), ("test-free", 1.0)]


def test_a_bundle_for_github_grades_a_push(tmp_path):
    """The private repository grades a student's checkout, and its job's page names the points."""
    nbgrader_course(tmp_path / "course")
    grader("bundle", tmp_path / "course" / "source" / "ps1", "--for", "github", "--out", tmp_path / "g.zip")
    with zipfile.ZipFile(tmp_path / "g.zip") as packed:
        packed.extractall(tmp_path / "g")
    workflow = (tmp_path / "g" / WORKFLOW).read_text()
    (line,) = [line for line in workflow.splitlines() if "grader.handout.on_push" in line]
    words = shlex.split(line.partition("python ")[2])
    checkout = tmp_path / "g" / "submission"
    checkout.mkdir()
    handed_in = tmp_path / "course" / "submitted" / "s002" / "ps1" / "problem1.ipynb"
    (checkout / "problem1.ipynb").write_bytes(handed_in.read_bytes())
    summary = tmp_path / "summary"
    told = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "GRADER_"))}
    told |= {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "course/ps1-s002", "GITHUB_STEP_SUMMARY": str(summary)}
    told |= {"GRADER_SEED": "of the course", "GITHUB_OUTPUT": str(tmp_path / "output"), "CI": "true"}
    private = tmp_path / "g" / "private"
    ended = subprocess.run(
        [sys.executable, *words], cwd=private, env=told, capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "test-twice" in summary.read_text() and "-3" not in summary.read_text()


def test_a_record_depends_on_what_was_read_of_an_assignment_and_on_nothing_around_it(tmp_path):
    """A file beside a master changes what unchanged work is graded with; a hand-in that lies there does not."""
    path = notebook(tmp_path / "hw1.ipynb", *master())
    text(tmp_path / "data.csv", "1\n")
    before = installation(load_assignment(path))
    notebook(tmp_path / "s001.ipynb")
    assert installation(load_assignment(path)) == before
    text(tmp_path / "data.csv", "2\n")
    assert installation(load_assignment(path)) != before
