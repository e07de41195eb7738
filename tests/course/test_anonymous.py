"""Anonymous grading: no report, sheet or gradebook has a name, and scores go back to whose they are with the key."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile

import pytest

from grader.course.anonymous import read_key
from grader.errors import UsageError
from tests.grading import PROJECT, RIGHT, TINY, environment

COURSE = f"""\
[course]
roster = "roster.csv"
anonymous = true
[[assignment]]
id = "week-1"
assignment = "{TINY}"
submissions = "class.zip"
[export.canvas]
week-1 = "Homework 1 (4711)"
points = 5
"""
ROSTER = (
    "id,name,email\ns001,Jane Doe,jane@example.org\ns002,Bob Stone,bob@example.org\ns003,Zoe Zimmer,zoe@example.org\n"
)
CANVAS = (
    "Student,ID,SIS Login ID,Section,Homework 1 (4711)\r\n"
    '"Doe, Jane",11,s001,A,\r\n"Stone, Bob",12,s002,A,\r\n"Zimmer, Zoe",13,s003,A,\r\n'
)
NAMES = re.compile(rb"(?i)doejane|stonebob|jane|bob\b|stone|s001|s002|example\.org")


def command(folder, *words):
    """Run a command in a course's folder; return its output."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)], cwd=folder, env=environment(PYTHONPATH=str(PROJECT), GRADER_BY="kim"),
        capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of two that was graded from Canvas's zip, without names."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "grader.toml").write_text(COURSE)
    (folder / "roster.csv").write_text(ROSTER)
    (folder / "canvas.csv").write_text(CANVAS, newline="")
    with zipfile.ZipFile(folder / "class.zip", "w") as archive:
        archive.writestr("doejane_11_501_s001_hw.py", RIGHT)
        archive.writestr("stonebob_LATE_12_502_hw.py", RIGHT.replace("2.0 * x", "3.0 * x"))
    command(folder, "grade", "--anyway")
    return folder


def stand_ins(folder):
    """Return the names that stand for students."""
    return json.loads((folder / "anonymous-key.json").read_bytes())["students"]


def test_nothing_but_the_key_has_a_name(course):
    """Neither reports nor gradebook name anybody who handed in; the key does, lies apart, and only its owner may read it."""
    names = stand_ins(course)
    assert sorted(names) == ["s001", "s002"]
    files = [path for path in (course / "reports").rglob("*") if path.is_file()] + [*course.glob("gradebook.db*")]
    assert {path.relative_to(course).as_posix() for path in files if NAMES.search(path.read_bytes())} <= {
        # The file in the hand-in that its author has named.
        f"reports/week-1/{folder}/{names['s001']}.{ending}"
        for folder, ending in (("records", "json"), ("students", "html"))
    }
    assert sorted(path.stem for path in (course / "reports/week-1/records").iterdir()) == sorted(names.values())
    assert (course / "anonymous-key.json").stat().st_mode & 0o777 == 0o600
    assert NAMES.search((course / "anonymous-key.json").read_bytes())


def test_the_same_student_has_the_same_stand_in_again(course):
    """A second run keeps what was graded, under the names that it had."""
    before = stand_ins(course)
    assert "\nNothing graded in " in command(course, "grade", "--anyway")
    assert stand_ins(course) == before


def test_scores_go_back_under_names_for_whoever_has_the_key(course):
    """Into Canvas's own file and a table of ours, with those who handed in nothing; without the key the table stays anonymous."""
    names = stand_ins(course)
    command(course, "course", "extend", "s002", "2027-01-01", "--assignment", "week-1", "--why", "ill")
    command(course, "export", "--to", "canvas", "canvas.csv", "--output", "filled.csv")
    filled = CANVAS.replace("s001,A,", "s001,A,5.00").replace("s002,A,", "s002,A,1.00")
    assert (course / "filled.csv").read_bytes().decode() == filled
    command(course, "export", "--to", "csv", "open.csv")
    command(course, "export", "--to", "csv", "closed.csv", "--anonymous")
    tables = [
        [
            (row["student"], row["id"], row["state"])
            for row in csv.DictReader(io.StringIO((course / name).read_text("utf-8-sig")))
        ]
        for name in ("open.csv", "closed.csv")
    ]
    assert sorted(tables[0]) == sorted(
        [*((student, name, "final") for student, name in names.items()), ("Zoe Zimmer", "s003", "missing")]
    )
    assert sorted(tables[1]) == sorted((name, name, "final") for name in names.values())
    command(course, "export", "--feedback", "folder", "--output", "pages.zip")
    assert zipfile.ZipFile(course / "pages.zip").namelist() == ["s001.html", "s002.html"]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": "x", "version": 1, "students": {}, "people": {}}', '{"format": 1']
)
def test_a_damaged_key_is_never_replaced(tmp_path, text):
    """A new key would tear names and scores apart, so the command stops with a sentence."""
    path = tmp_path / "key.json"
    path.write_text(text)
    with pytest.raises(
        UsageError,
        match=r"cannot be read as the key of anonymous students \(\w+\)\. Restore a copy of it; without it, scores",
    ):
        read_key(path)
    assert path.read_text() == text
