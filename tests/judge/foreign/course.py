"""Grades courses in the form of other tools for tests, by the real command, and runs tests as these tools do: in one process."""

import json
import subprocess
import sys

from tests.grading import PROJECT, environment

RUN = """
import builtins, io, json, os, sys, tempfile
import numpy as np
import numpy.testing, unittest
sys.path.insert(0, os.environ["GRADER_TEST_PROJECT"])
from grader.judge.foreign.nose import nose_modules
sys.modules.update(nose_modules())
pairs = json.loads(sys.stdin.read())
def verdict(code, test):
    names = sys.modules["__main__"].__dict__
    names["np"] = np
    sys.stdout = io.StringIO()
    try:
        exec(code, names)
        exec(test, names)
    except BaseException:
        return 1
    return 0
for code, test in pairs:
    child = os.fork()
    if child == 0:
        os.chdir(tempfile.mkdtemp(dir=os.environ["GRADER_TEST_FOLDER"]))
        leave = os._exit
        leave(verdict(code, test))
    sys.stdout.write(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])) + " ")
"""


def in_process(pairs, folder):
    """Return of each code and test whether the test passes where it runs in the process of that code, as it does in other tools."""
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(list(pairs)),
        capture_output=True,
        text=True,
        timeout=300,
        env=environment(GRADER_TEST_PROJECT=str(PROJECT), GRADER_TEST_FOLDER=str(folder)),
    )
    assert done.returncode == 0, done.stderr
    return [word == "0" for word in done.stdout.split()]


def grade_foreign(path, submitted, out, *options, status=0, **more):
    """Grade hand-ins of an assignment of another tool; return the records by student."""
    words = ["grade", submitted, "--assignment", path, "--out", out, "--anyway", *options]
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=PROJECT,
        env=environment(**more),
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
