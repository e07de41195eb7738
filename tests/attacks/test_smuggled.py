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
    command = [sys.executable, "-m", "grader", "grade", str(folder / "class"), "--assignment", name, "--anyway"]
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


COPIED = {
    "1.2c": "x = np.linspace(-6, 6, 100)\ns = 1 / (1 + np.exp(-x))\nright = s * (1 - s)",
    "1.2f": "x = np.linspace(-2, 2, 100)\nright = (x > 0) * 1.0",
    "1.2k": "y, p = np.arange(91) % 2, np.linspace(0.05, 0.95, 91)\nright = (1 - y) / (1 - p) - y / p",
}
FUNCTIONS = {
    "1.2a": "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))",
    "1.2e": "def relu(x):\n    return np.maximum(x, 0)",
    "1.2i": "def bce_loss(y, y_hat):\n    return -y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)",
}


def notebook(cells):
    """Return a notebook with these cells, each with the tag of its answer."""
    listed = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {"tags": [f"cell:{tag}"]},
            "execution_count": None,
            "outputs": [],
            "source": f"import numpy as np\n{source}",
        }
        for number, (tag, source) in enumerate(cells.items())
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": listed})


def test_copied_numerical_gradients_earn_nothing_without_the_functions(tmp_path):
    """The numbers that the students' zip holds are no answer by themselves; beside the functions they are one."""
    copied = {tag: f"{source}\nnum_gradient = right + 1e-9" for tag, source in COPIED.items()}
    (tmp_path / "class").mkdir()
    for name, cells in (("s001", copied), ("s002", FUNCTIONS | copied)):
        (tmp_path / "class" / f"{name}.ipynb").write_text(notebook(cells), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        str(tmp_path / "class"),
        "--assignment",
        "components",
        "--anyway",
    ]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out"), "--quiet"],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    records = [json.loads((tmp_path / "out" / "records" / f"{name}.json").read_bytes()) for name in ("s001", "s002")]
    earned = [{each["id"]: each["earned"] for each in record["checks"] if each["earned"]} for record in records]
    numerical = {
        f"check_{name}_numerical_gradient": worth for name, worth in (("sigmoid", 0.5), ("relu", 1.0), ("bce", 1.0))
    }
    assert earned == [{}, {"check_sigmoid": 1.0, "check_relu": 1.0, "check_bce_loss": 1.0, **numerical}]
