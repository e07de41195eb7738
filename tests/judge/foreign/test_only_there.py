"""Tests of verdicts that only the student's process can give, for tests of Otter: functions and examples are really run there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.material.foreign.writing import archive, cell, notebook

ROOT = Path(__file__).parents[3]
PLOT = """\
from otter.test_files import test_case

OK_FORMAT = False
name = "plot"


@test_case(points=1)
def test_labels(draw):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    draw(axes)
    assert axes.get_xlabel() == "time"
"""
EXAMPLES = {
    "source": ">>> import inspect\\n>>> 'for ' in inspect.getsource(looped)\\nTrue\\n>>> looped(3)\\n3",
    "prints": ">>> import inspect\\n>>> for k in range(2):\\n...     print(k, inspect.isfunction(looped))\\n0 True\\n1 True",
    "raises": ">>> import inspect\\n>>> _ = inspect.getsource(looped)\\n>>> looped('a')\\nTraceback (most recent call last):\\nTypeError: no",
}
RIGHT = "def draw(axes):\n    axes.set_xlabel('time')\ndef looped(n):\n    total = 0\n    for k in range(n):\n        total += k\n    return total"
WRONG = "def draw(axes):\n    axes.set_xlabel('space')\ndef looped(n):\n    return n and 4"


def test_a_test_that_only_the_students_process_can_run_is_run_there(tmp_path):
    """A function of tests is called, and what examples show is asserted: a right answer passes all of them and a wrong one none."""
    tests = {"tests/plot.py": PLOT}
    for name, code in EXAMPLES.items():
        spec = f"test = {{'name': '{name}', 'suites': [{{'cases': [{{'code': \"{code}\", 'hidden': False}}]}}]}}"
        tests[f"tests/{name}.py"] = spec
    path = archive(tmp_path / "autograder.zip", tests)
    for student, code in (("right", RIGHT), ("wrong", WRONG)):
        notebook(tmp_path / "class" / f"{student}.ipynb", cell("import matplotlib.pyplot as plt"), cell(code))
    words = ["grade", str(tmp_path / "class"), "--assignment", str(path), "--out", str(tmp_path / "out"), "--rehearsed"]
    ended = subprocess.run(
        [sys.executable, "-m", "grader", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = {}
    for student in ("right", "wrong"):
        record = json.loads((tmp_path / "out" / "records" / f"{student}.json").read_text())
        found[student] = {check["id"]: (check["result"], check["evidence"]) for check in record["checks"]}
    assert found["right"] == dict.fromkeys(("plot", "prints", "raises", "source"), ("passed", "asserted in the child"))
    assert {name: result for name, (result, _) in found["wrong"].items()} == {
        "plot": "failed",
        "prints": "passed",
        "raises": "failed",
        "source": "failed",
    }
