"""Runs the real command on small classes, for tests of the harness."""

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
TINY = PROJECT / "tests" / "tiny"

RIGHT = """\
import numpy as np

def double(x):
    return 2.0 * x

def total(x, axis):
    return np.sum(x, axis=axis)

if __name__ == "__main__":
    print(21 * 2)
"""


def write_class(folder, **submissions):
    """Write one script per student and return the folder."""
    folder.mkdir(exist_ok=True)
    for student, source in submissions.items():
        (folder / f"{student}.py").write_text(source)
    return folder


def command(*arguments):
    """Return a `grade` command for the tiny assignment that accepts any class, however odd."""
    words = ["grade", "--assignment", str(TINY), "--anyway"]
    return [sys.executable, "-m", "grader", *words, *map(str, arguments)]


def environment(**more):
    """Return the environment for a grading that must not depend on the user."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GRADER_", "GITHUB_"))}
    return kept | {"GRADER_SEED": "a seed for tests", "COLUMNS": "100"} | more


def grade(folder, out, *options, status=0, **more):
    """Grade a class for real; return its records by student."""
    done = subprocess.run(
        command(folder, "--out", out, *options),
        cwd=PROJECT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return {path.stem: json.loads(path.read_bytes()) for path in sorted((out / "records").glob("*.json"))}


def words(record):
    """Return the result, the reason and the points of every check."""
    return {check["id"]: (check["result"], check["why"], check["earned"]) for check in record["checks"]}
