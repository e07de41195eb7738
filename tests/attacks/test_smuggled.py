"""Answers that were not computed earn nothing; what is legitimate mathematics earns everything."""

import json
import subprocess
import sys

import pytest

from tests.assignments.grading import ASSIGNMENTS, answer_key_script
from tests.attacks.smuggled import SMUGGLED
from tests.grading import PROJECT, environment

GUARD = '\nif __name__ == "__main__":'


def graded(chosen, folder):
    """Grade such submissions for real, each with its assignment; return their records."""
    records = {}
    for name in sorted({each.assignment for each in chosen}):
        place = folder / name
        place.mkdir()
        records |= of_one_assignment(name, [each for each in chosen if each.assignment == name], place)
    return records


def of_one_assignment(name, chosen, folder):
    """Grade the submissions of one assignment."""
    (folder / "class").mkdir()
    key, guard, main = answer_key_script(ASSIGNMENTS / name).rpartition(GUARD)
    for each in chosen:
        (folder / "class" / f"{each.id}.py").write_text(key + each.append + guard + main, encoding="utf-8")
    command = [sys.executable, "-m", "grader", "grade", str(folder / "class"), "--assignment", name]
    done = subprocess.run(
        [*command, "--out", str(folder / "out"), "--quiet"],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {each.id: json.loads((folder / "out" / "records" / f"{each.id}.json").read_bytes()) for each in chosen}


def judged(each, record):
    """Compare points and words with what was decided."""
    words = tuple(sorted({check["why"] for check in record["checks"] if check["why"]}))
    reasons = json.dumps([(check["id"], check["message"]) for check in record["checks"] if check["why"]], indent=1)
    said = (record["score"]["points"], record["score"]["bonus_points"], words)
    assert said == (each.points, each.bonus, each.words), f"{each.claim}: {reasons}"


def test_smuggled_answers_get_what_was_decided(tmp_path):
    """A network that looks its training set up does not earn the sets; a central difference earns the gradient."""
    chosen = [each for each in SMUGGLED if each.quick]
    for name, record in graded(chosen, tmp_path).items():
        judged(next(each for each in chosen if each.id == name), record)


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """All of them in one class."""
    return graded(SMUGGLED, tmp_path_factory.mktemp("smuggled"))


@pytest.mark.soak
@pytest.mark.parametrize("each", SMUGGLED, ids=lambda each: each.id)
def test_every_smuggled_answer_gets_what_was_decided(each, everything):
    """Points and words are those that the documentation states."""
    judged(each, everything[each.id])
