"""A class whose students choose their names: graded for real, everybody has a record of their own, and nobody sees another."""

import subprocess
import unicodedata

from tests.grading import PROJECT, RIGHT, TINY, command, environment, grade, write_class

LOOKING = """
import os
for place, _, names in os.walk("."):
    print("SEEN", place, sorted(names))
"""
WRONG = RIGHT.replace("2.0 * x", "x")


def run(*words):
    """Run the real command; return its status and what it says beside the table."""
    done = subprocess.run(
        command(*words), cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stderr


def test_a_hand_in_called_main_is_one_student_who_sees_nobody_else(tmp_path):
    """With a ``main.py`` in it a class is a class, its author sees that one file, and the instructor is told how it was read."""
    folder = write_class(tmp_path / "class", main=RIGHT + LOOKING, alice=RIGHT)
    (folder / "bob").mkdir()
    (folder / "bob" / "main.py").write_text(RIGHT)
    (folder / "grades.csv").write_text("bob,1")
    records = grade(folder, tmp_path / "out")
    assert {slug: record["score"]["sum"] for slug, record in records.items()} == {
        "alice": 10.0,
        "bob": 10.0,
        "main": 10.0,
    }
    seen = [line for line in records["main"]["output"]["stdout"].splitlines() if line.startswith("SEEN")]
    assert seen == ["SEEN . ['main.py']"]
    assert run(folder, "--out", tmp_path / "out", "--list") == (
        0,
        f"grader: {folder} is read as a class: main.py in it is the hand-in of a student called main. "
        f"If {folder} is the folder of one student, add --student NAME.\n",
    )


def test_a_folder_is_one_students_where_that_is_said(tmp_path):
    """With ``--student`` a folder is one hand-in of a student of that name, and the line that repeats it says so."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "main.py").write_text("from layers import *\nprint(42)\n")
    (folder / "layers.py").write_text(RIGHT)
    records = grade(folder, tmp_path / "out", "--student", "s007")
    assert {slug: record["score"]["sum"] for slug, record in records.items()} == {"s007": 10.0}
    assert records["s007"]["repeat"] == f"tox -e grade -- {folder} --assignment {TINY} --student s007"
    assert run(folder, "--out", tmp_path / "out", "--student", "s007", "--again") == (0, "")


def test_nobody_shares_a_file_with_another_and_keeps_the_own_when_others_join(tmp_path):
    """Names that look like another's mark, differ in case or spelling only, or are cut alike have records and pages of their own."""
    folder = write_class(tmp_path / "class", **{"M\u00fcller": RIGHT, "s001": RIGHT, "y" * 100: RIGHT})
    first = grade(folder, tmp_path / "out")
    others = ("Muller-a7842989", unicodedata.normalize("NFD", "M\u00fcller"), "S001", "s001.", "y" * 99 + "z", "con")
    write_class(folder, **dict.fromkeys(others, WRONG))
    second = grade(folder, tmp_path / "out")
    scores = {record["student"]: record["score"]["sum"] for record in second.values()}
    assert scores == dict.fromkeys(("M\u00fcller", "s001", "y" * 100), 10.0) | dict.fromkeys(others, 2.0)
    assert len({slug.casefold() for slug in second}) == 9
    # Not graded again: the record says when and how fast it was.
    assert {slug: second[slug]["times"] for slug in first} == {slug: record["times"] for slug, record in first.items()}
    for slug in second:
        assert (tmp_path / "out" / "students" / f"{slug}.html").exists()
        assert (tmp_path / "out" / "gradescope" / f"{slug}.json").exists()
