"""A student's value of any legal form, at any place of any reply, is the student's fault: never ours, and never a pass.

A failure names its case; the command in the message repeats all of them.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fence.odd_replies import ASSIGNMENTS
from tests.grading import PROJECT, environment

SEED = 2026
PARTS = 8
LEAST = {
    "backprop": 250_000,
    "components": 100_000,
    "autograd": 250_000,
    "layers": 150_000,
    "tiny": 1000,
    "starter": 1000,
}


def judged(folder: Path, *words: str) -> tuple[list[str], list[dict[str, int]]]:
    """Judge cases in a process of its own; return what was wrong, and how many there were."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.fence.odd_replies", str(folder), *words]
    done = subprocess.run(command, cwd=PROJECT, env=environment(), capture_output=True, text=True, check=False)
    print(f"repeat with: {' '.join(command)}")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    wrong = [line for line in lines if "wrong" in json.loads(line)]
    return wrong, [json.loads(line) for line in lines if line not in wrong]


def test_a_share_of_all_odd_replies_is_the_students_fault(tmp_path):
    """Of each assignment, a few hundred cases drawn with a seed."""
    wrong, counted = judged(tmp_path, *ASSIGNMENTS, "--count", "150", "--seed", str(SEED))
    assert wrong == []
    assert [each["judged"] for each in counted] == [150] * len(ASSIGNMENTS)
    assert [each["of"] > LEAST[name] for name, each in zip(ASSIGNMENTS, counted, strict=True)] == [True] * len(counted)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_odd_reply_is_the_students_fault(name, part, tmp_path):
    """Every odd value at every place of every reply, in parts that take half an hour at most."""
    wrong, counted = judged(tmp_path, name, "--part", f"{part}/{PARTS}")
    assert wrong == []
    assert counted[0]["judged"] >= LEAST[name] // PARTS
