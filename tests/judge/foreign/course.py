"""Grades courses in the form of other tools for tests, by the real command, and runs tests as these tools do: in one process."""

import json
import subprocess
import sys

from tests.grading import PROJECT, environment

RUN = """
import builtins, io, json, os, sys, tempfile
import numpy as np
code, test = json.loads(sys.stdin.read())
os.chdir(tempfile.mkdtemp())
names = {"__name__": "__main__", "np": np}
sys.modules["__main__"].__dict__.update(names)
names = sys.modules["__main__"].__dict__
sys.path.insert(0, os.environ["GRADER_TEST_PROJECT"])
from grader.judge.foreign.nose import nose_modules
sys.modules.update(nose_modules())
real, sys.stdout = sys.stdout, io.StringIO()
def verdict():
    try:
        exec(code, names)
        exec(test, names)
    except BaseException:
        return "failed"
    return "passed"
real.write(verdict())
"""


def in_process(code, test):
    """Return whether a test passes where it runs in the process of the code that it judges, as it does in other tools."""
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps([code, test]),
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(GRADER_TEST_PROJECT=str(PROJECT)),
    )
    return done.stdout.split()[-1:] == ["passed"]


def grade_foreign(path, submitted, out, *options, status=0):
    """Grade hand-ins of an assignment of another tool; return the records by student."""
    words = ["grade", submitted, "--assignment", path, "--out", out, "--anyway", *options]
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return {path.stem: json.loads(path.read_bytes()) for path in sorted((out / "records").glob("*.json"))}


def grade_source(work, *options):
    """Grade what lies in a course of nbgrader, whose only assignment is ps1."""
    return grade_foreign(work / "source" / "ps1", work / "submitted", work / "reports", *options)
