"""Tests of the workflow for GitHub: what it runs, in an environment that is a runner's."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from grader.handout.github import WORKFLOW, github_files
from grader.handout.on_push import classroom
from tests.report import factory

ROOT = Path(__file__).parents[2]
WRONG = "def double(x):\n    return 3.0 * x\n\n\ndef total(x, axis):\n    return x.sum(axis=axis)\n\n\nprint(42)\n"


def test_a_push_is_graded_with_summary_annotations_junit_and_classroom_result(tmp_path: Path):
    """The job's page, its annotations, JUnit and the result of GitHub Classroom are written where the runner says."""
    outside = Path(shutil.copytree(ROOT / "tests" / "tiny", tmp_path / "elsewhere" / "tiny"))
    grader = tmp_path / "grader"
    files = github_files(outside)
    for path, content in files.items():
        if path.startswith("private/"):
            target = grader / path.removeprefix("private/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    checkout = tmp_path / "submission"
    (checkout / ".github").mkdir(parents=True)
    (checkout / "work.py").write_text(WRONG)
    (checkout / "README.md").write_text("# Mine")
    summary, output = tmp_path / "summary", tmp_path / "output"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "GRADER_"))} | {
        "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "course/tiny-s001",
        "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output), "GRADER_SEED": "of the course",
    }  # fmt: skip
    (line,) = [line for line in files[WORKFLOW].decode().splitlines() if "grader.handout.on_push" in line]
    assert (
        line.strip() == "run: python -m grader.handout.on_push ./assignment --submission ../submission --out ../reports"
    )
    words = line.partition("python ")[2].split()
    done = subprocess.run(
        [sys.executable, *words], cwd=grader, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert summary.read_text().startswith("# `tiny-s001`\n\n**2 of 10 points** = 20 %\n")
    assert "## Fix this first\n\n### `1` Double multiplies every element by two (up to 8 points)" in summary.read_text()
    assert (
        "title=Task 1%2C wrong%3A Double multiplies every element by two (8 points),file=work.py,line=1::"
        in done.stdout
    )
    assert "::error " in done.stdout or "::warning " in done.stdout
    assert (tmp_path / "reports" / "junit.xml").exists()
    name, _, value = output.read_text().strip().partition("=")
    result = json.loads(base64.b64decode(value))
    assert (name, result["version"], result["status"], result["max_score"]) == ("result", 1, "fail", 10.0)
    assert [(test["status"], test["score"]) for test in result["tests"]] == [
        ("fail", 0.0),
        ("fail", 0.0),
        ("pass", 2.0),
    ]


def test_the_workflow_gives_classroom_its_points():
    """GitHub Classroom's reporter gets the result of the step by its name, in the job that it looks for, with the rights it needs."""
    workflow = yaml.safe_load(github_files(ROOT / "tests" / "tiny")[WORKFLOW])
    assert workflow["permissions"] == {"contents": "read", "actions": "read", "checks": "write"}
    (steps,) = [job["steps"] for name, job in workflow["jobs"].items() if name == "run-autograding-tests"]
    (reporter,) = [step for step in steps if step.get("uses", "").startswith("classroom-resources/")]
    assert reporter["uses"] == "classroom-resources/autograding-grading-reporter@v1"
    assert reporter["with"] == {"runners": "grade"}
    assert reporter["env"] == {"GRADE_RESULTS": "${{ steps.grade.outputs.result }}"}
    assert [step["id"] for step in steps if "grader.handout.on_push" in step.get("run", "")] == ["grade"]


def test_classroom_hears_nothing_of_a_bonus_that_was_not_attempted():
    """Everything that is required passed, so the job is green; the points are the sum of the tests."""
    result = classroom(factory.record(checks=[factory.offered("7.1")]))
    assert (result["status"], result["max_score"], len(result["tests"])) == ("pass", 100.0, 25)
    assert sum(test["score"] for test in result["tests"]) == 117.0


def test_students_get_the_workflow_and_nothing_else():
    """What goes into a student's repository is one file; the answer key is only in the private part."""
    files = github_files(ROOT / "grader" / "assignments" / "backprop")
    assert [path for path in files if not path.startswith("private/")] == [WORKFLOW]
    assert "private/reference/linear.py" in files
    assert b"${{ secrets.GRADER_TOKEN }}" in files[WORKFLOW]
    assert f'python-version: "{sys.version_info[0]}.{sys.version_info[1]}"\n'.encode() in files[WORKFLOW]
