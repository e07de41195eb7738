"""Whole runs of assignments of Otter whose configuration moves scores: seeds, thresholds, totals, all or nothing."""

from __future__ import annotations

import csv
import io
import json

from tests.foreign.otter_courses import case, hand_in, ok_file
from tests.judge.foreign.course import grade_foreign
from tests.material.foreign.writing import archive, text

HIDDEN = "A hidden test of this question did not pass."
DRAWN = "import numpy as np\nimport random\na = np.random.randint(10**6)\nb = random.randrange(10**6)"


def scores(out):
    """Return what each student has in the file of scores."""
    rows = csv.DictReader(io.StringIO((out / "scores.csv").read_text(encoding="utf-8-sig")))
    return {row["student"]: float(row["score"]) for row in rows}


def graded(tmp_path, files, answers):
    """Grade hand-ins of an archive; return their records and their scores."""
    path = archive(tmp_path / "autograder.zip", files)
    for student, each in answers.items():
        text(tmp_path / "class" / f"{student}.ipynb", json.dumps(hand_in(each)))
    records = grade_foreign(path, tmp_path / "class", tmp_path / "out")
    return records, scores(tmp_path / "out")


def test_a_threshold_gives_all_points_or_none_and_a_total_of_its_own(tmp_path):
    """From half of the questions' points on a student has all twenty; a question that is all or nothing counts as such for that."""
    config = {"score_threshold": 0.5, "points_possible": 20, "show_hidden": True, "show_stdout": True}
    files = {
        "otter_config.json": json.dumps(config),
        "tests/q1.py": ok_file("q1", 2, case(">>> x\n1"), case(">>> y\n2", hidden=True), all_or_nothing=True),
        "tests/q2.py": ok_file("q2", [1, 1], case(">>> z\n3"), case(">>> z > 2\nTrue", hidden=True)),
    }
    right, none_of_q1 = {"q1": "x = 1\ny = 2", "q2": "z = 3"}, {"q1": "x = 1\ny = 0", "q2": "z = 3"}
    too_little = {"q1": "x = 1\ny = 0", "q2": "z = 4"}
    records, points = graded(tmp_path, files, {"s001": right, "s002": none_of_q1, "s003": too_little})
    assert points == {"s001": 20, "s002": 20, "s003": 0}
    said = {student: record["checks"][-1]["message"] for student, record in records.items()}
    assert said == {
        "s001": "100 % of the points of the questions were earned; 50 % are asked for.",
        "s002": "50 % of the points of the questions were earned; 50 % are asked for.",
        "s003": "25 % of the points of the questions were earned; 50 % are asked for.",
    }
    assert records["s002"]["checks"][0]["message"] == HIDDEN and "y" not in json.dumps(
        records["s002"]["checks"][0]["parts"]
    )


def test_a_total_of_its_own_stretches_what_was_earned(tmp_path):
    """Without a threshold each question is worth its share of the total; one that is all or nothing earns nothing for half."""
    files = {
        "otter_config.json": json.dumps({"points_possible": 12}),
        "tests/q1.py": ok_file("q1", 2, case(">>> x\n1"), case(">>> y\n2"), all_or_nothing=True),
        "tests/q2.py": ok_file("q2", 2, case(">>> z\n3"), case(">>> z > 3\nTrue")),
    }
    answers = {"s001": {"q1": "x = 1\ny = 2", "q2": "z = 3"}, "s002": {"q1": "x = 1\ny = 0", "q2": "z = 3"}}
    _, points = graded(tmp_path, files, answers)
    assert points == {"s001": 9, "s002": 3}


def test_a_seed_is_given_before_each_cell_to_the_generators_or_to_a_variable(tmp_path):
    """The same numbers as where Otter runs: of NumPy and of `random` without a variable, and of the student's own generator with one."""
    import random

    import numpy as np

    np.random.seed(5)  # noqa: NPY002
    random.seed(5)
    first, second = int(np.random.randint(10**6)), random.randrange(10**6)  # noqa: NPY002
    test = ok_file("q1", 2, case(f">>> int(a)\n{first}"), case(f">>> b\n{second}", hidden=True))
    # Each cell begins anew, also the one after it.
    again = ok_file("q2", 1, case(f">>> int(c)\n{first}"))
    files = {"otter_config.json": json.dumps({"seed": 5}), "tests/q1.py": test, "tests/q2.py": again}
    answers = {"q1": DRAWN, "q2": "c = np.random.randint(10**6)"}
    _, points = graded(
        tmp_path / "plain", files, {"s001": answers, "s002": {**answers, "q1": "import numpy as np\na = b = 1"}}
    )
    assert points == {"s001": 3, "s002": 1}
    drawn = float(np.random.default_rng(9).random())
    files = {
        "otter_config.json": json.dumps({"seed": 9, "seed_variable": "SEED"}),
        "tests/q1.py": ok_file("q1", 1, case(f">>> float(x) == {drawn!r}\nTrue")),
    }
    own = "import numpy as np\nSEED = 1\nx = np.random.default_rng(SEED).random()"
    split = {"q0": "import numpy as np\nSEED = 1", "q1": "x = np.random.default_rng(SEED).random()"}
    # As Otter has it, the variable is set before the cell, so a cell that sets it itself has its own.
    _, points = graded(tmp_path / "variable", files, {"s001": split, "s002": {"q1": own}})
    assert points == {"s001": 1, "s002": 0}
