"""Tests of what is said of an assignment's tests before anybody is graded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.material.foreign.writing import archive, cell, marked, notebook

ROOT = Path(__file__).parents[3]


def said(assignment, hand_in, cache) -> str:
    """Grade one hand-in; return what the command printed, as one line."""
    words = [
        "-m",
        "grader",
        "grade",
        str(hand_in),
        "--assignment",
        str(assignment),
        "--out",
        str(hand_in.parent / "out"),
        "--again",
    ]
    import os

    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    ended = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return " ".join((ended.stdout + ended.stderr).split())


def test_tests_that_pass_before_an_answer_or_fail_on_the_solution_are_named(tmp_path):
    """Each with its points, in one sentence a kind; the second run knows it without trying again."""
    source = notebook(
        tmp_path / "source" / "ps1" / "p.ipynb",
        marked("def f(x):\n    ### BEGIN SOLUTION\n    return x + 1\n    ### END SOLUTION", "f", "answer"),
        marked("assert f(1) == 2", "right", "test", 2),
        marked("assert f(1) == 3", "wrong", "test", 3),
        marked("assert callable(f)", "free", "test", 1),
    )
    hand_in = tmp_path / "class" / "s001.ipynb"
    notebook(hand_in, cell("def f(x):\n    return 1 + x"))
    free = "These tests pass on what students receive, before anything is answered, so everybody has their points: free (1)."
    failing = "These tests fail on the author's own solution, so a right answer may, too: wrong (3)."
    first = said(source.parent, hand_in.parent, tmp_path / "cache")
    assert free in first and failing in first
    (kept,) = (tmp_path / "cache" / "neural-network-grader" / "tried").iterdir()
    kept.write_text('["As it was said before."]')
    assert "As it was said before." in said(source.parent, hand_in.parent, tmp_path / "cache")


def test_tests_without_a_notebook_are_tried_on_nothing(tmp_path):
    """Of an archive with tests alone, a test that needs nothing of the submission is not even free: it earns nothing."""
    case = "{'cases': [{'code': '>>> 1 + 1\\n2'}, {'code': '>>> x\\n1'}]}"
    path = archive(tmp_path / "autograder.zip", {"tests/q1.py": f"test = {{'name': 'q1', 'suites': [{case}]}}"})
    hand_in = tmp_path / "class" / "s001.ipynb"
    notebook(hand_in, cell("x = 1"))
    printed = said(path, hand_in.parent, tmp_path / "cache")
    assert "These tests" not in printed and "s001 0.5/1 50 %" in printed
