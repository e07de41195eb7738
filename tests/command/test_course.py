"""A class as it comes from a platform, graded by the real command: the first line, the table, the roster, reports of their own, doubts."""

import csv
import io
import json
import subprocess
import sys
import zipfile

import pytest

from tests.grading import PROJECT, RIGHT, TINY, environment

OTHER = "import numpy as np\n\nclass Tensor:\n    pass\n\ndef no_grad():\n    pass\n"


def run(*words, cwd=PROJECT, stdin=None):
    """Run a command of the grader; return its exit status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=cwd,
        env=environment(PYTHONPATH=str(PROJECT), COLUMNS="200"),
        capture_output=True,
        text=True,
        timeout=240,
        input=stdin,
    )
    return done.returncode, done.stdout, done.stderr


def notebook(source):
    """Return the text of a notebook with one cell."""
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def zipped(files):
    """Return a zip that holds these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


CANVAS = {
    "doejane_11_901_hw.py": RIGHT,
    "leekim_LATE_12_902_layers-1.py": RIGHT.replace("if __name__", "if not __name__ and __name__"),
    "leekim_LATE_12_903_main-1.py": "from layers import *\nprint(42)\n",
    "leekim_LATE_12_803_main.py": "raise SystemExit\n",
    "wangwei_13_904_project.zip": zipped({"project/main.py": RIGHT, "__MACOSX/._main.py": "x"}),
    "wangwei_14_905_hw.py": RIGHT.replace("2.0 * x", "x"),
    "notes.txt": "of the instructor",
}
ROSTER = """\
Student,ID,SIS User ID,SIS Login ID,Section
    Points Possible,,,,
"Doe, Jane",11,s001,jdoe,A
"Lee, Kim",12,s002,klee,A
"Wang, Wei",13,s003,wwei,B
"Roe, Ann",15,=s005,ann,B
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A folder of a course with a download of Canvas, its roster and a course file."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "downloads").mkdir()
    (folder / "downloads" / "week-1.zip").write_bytes(zipped(CANVAS))
    (folder / "roster.csv").write_text(ROSTER)
    (folder / "grader.toml").write_text(
        f'[course]\nroster = "roster.csv"\n\n[[assignment]]\nid = "week-1"\nassignment = "{TINY}"\n'
        f'submissions = "downloads/week-1.zip"\n\n[[assignment]]\nid = "week-2"\nassignment = "{TINY}"\n'
    )
    return folder


def test_a_canvas_zip_is_graded_as_a_class(course):
    """Each student once, under the roster's id, with own file names, archives opened, and what is known besides in the record."""
    status, output, errors = run("grade", "--assignment", "week-1", cwd=course / "downloads")
    assert status == 0, errors
    assert output.splitlines()[0] == "Canvas download: 4 students, 1 late, 1 older attempt left out, 1 file ignored"
    assert "Did not hand in, 1 of 4: =s005\n" in errors
    assert "Not on the roster: wangwei_14\n" in errors
    out = course / "reports" / "week-1"
    records = {path.stem: json.loads(path.read_bytes()) for path in (out / "records").iterdir()}
    assert {slug: record["score"]["sum"] for slug, record in records.items()} == {
        "s001": 10, "s002": 10, "s003": 10, "wangwei_14": 2,
    }  # fmt: skip
    assert [file["path"] for file in records["s002"]["submission"]["files"]] == ["layers.py", "main.py"]
    assert records["s002"]["handed_in"] == {
        "layout": "canvas",
        "students": [
            {"name": "Lee, Kim", "id": "12", "login": "klee", "email": "", "number": "s002", "section": "A"}
        ],
        "attempt": 2,
        "submitted_at": None,
        "late": True,
        "remark": "",
    }  # fmt: skip
    rows = list(csv.DictReader((out / "roster.csv").read_text().splitlines()))
    assert [(row["student"], row["state"]) for row in rows] == [
        ("s001", "handed in"),
        ("s002", "handed in"),
        ("s003", "handed in"),
        ("wangwei_14", "not on the roster"),
        ("'=s005", "did not hand in"),
    ]


def test_the_list_shows_the_mapping_before_anything_runs(course):
    """Who, by which number, with which files, which attempt, late or not, and how it was read; nothing is written."""
    status, output, _ = run(
        "grade", "--assignment", "week-2", course / "downloads" / "week-1.zip", "--list", cwd=course
    )
    assert status == 0
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert lines[1:] == [
        "student id files attempt late read as entry remarks",
        "s001 11 hw.py 1 no script hw.py",
        "s002 12 layers.py, main.py 2 late modules main.py",
        "s003 13 project.zip 1 no script main.py",
        "wangwei_14 14 hw.py 1 no script hw.py is not on the roster.",
        "=s005 Roe, Ann did not hand in.",
        "left out: notes.txt is not named as in a Canvas download",
        "left out: leekim_LATE_12_803_main.py is an older attempt",
    ]
    assert not (course / "reports" / "week-2").exists()


def test_two_assignments_never_share_a_folder_of_reports(course):
    """Another assignment is refused, also one that is graded with the same checks; without --out each has its own."""
    out = course / "shared"
    assert run("grade", "--assignment", "week-1", "--out", out, "--quiet", cwd=course)[0] == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    for words, own in ((["--assignment", "week-2"], "week-2"), (["--assignment", "backprop"], "backprop")):
        status, _, errors = run(
            "grade", course / "downloads" / "week-1.zip", *words, "--out", out, "--quiet", cwd=course
        )
        assert (status, errors) == (
            2,
            f"grader: shared holds the reports of week-1, and those of {own} would replace them. Leave out --out to use a "
            f"separate folder, or name another one, such as --out reports/{own}\n",
        )
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_course_with_several_assignments_asks_which(course):
    """Without a word about which assignment is meant nothing is graded; a download that lies in the place of one says it."""
    status, _, errors = run("grade", "--list", cwd=course)
    assert (status, errors) == (
        2,
        f"grader: {course / 'grader.toml'} has 2 assignments: week-1, week-2. Say which one with --assignment, such as "
        "--assignment week-1\n",
    )


@pytest.mark.parametrize(
    ("assignment", "files", "sentence"),
    [
        (
            TINY,
            {f"s00{n}.py": RIGHT for n in (1, 2, 3, 4)} | {"s005.zip": "no zip", "s006.zip": "none either"},
            "2 of 6 hand-ins cannot be read (s005: s005.zip cannot be opened as a zip archive; s006: s006.zip cannot be opened as a "
            "zip archive). Is this the class of tiny? --list shows how each was read, --layout NAME says how they were "
            "downloaded, and --anyway grades them as they are.",
        ),
        (
            "backprop",
            {f"s00{n}.py": OTHER for n in (1, 2, 3)},
            "None of 3 hand-ins defines a name that backprop asks for; 3 define names of autograd. Did you mean --assignment "
            "autograd? --list shows how each was read, and --anyway grades them as they are.",
        ),
        (
            "backprop",
            {f"s00{n}.py": f"{OTHER}class Linear:\n    pass\n" for n in (1, 2, 3)},
            "None of 3 hand-ins defines a name of its own that backprop asks for; 3 define names of autograd. Did you mean "
            "--assignment autograd? --list shows how each was read, and --anyway grades them as they are.",
        ),
    ],
)
def test_a_class_that_is_not_what_the_command_believes_stops_it(assignment, files, sentence, tmp_path):
    """More than a fifth that cannot be read, or another assignment's names: one sentence, and nobody is graded."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content)
    status, _, errors = run("grade", folder, "--assignment", assignment, "--out", tmp_path / "out", "--quiet")
    assert (status, errors) == (2, f"grader: {sentence}\n")
    assert not list((tmp_path / "out" / "records").iterdir())


def test_one_students_trouble_stops_no_class_and_anyway_grades_it_all(tmp_path):
    """One of two that cannot be read is graded as such; with --anyway so are two of two."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "s001.py").write_text(RIGHT)
    (folder / "s002.zip").write_text("no zip")
    assert run("grade", folder, "--assignment", TINY, "--out", tmp_path / "one", "--quiet")[0] == 0
    (folder / "s001.py").write_text("")
    words = ("grade", folder, "--assignment", TINY, "--out", tmp_path / "two", "--quiet")
    assert run(*words)[0] == 2
    assert run(*words, "--anyway")[0] == 0


def test_where_no_names_are_asked_for_only_what_defines_nothing_is_doubted(tmp_path):
    """Of an Otter assignment without a solution, damaged notebooks that hold code are graded as such; without a definition they stop the class."""
    (tmp_path / "otter" / "tests").mkdir(parents=True)
    suite = {"cases": [{"code": ">>> total\n3", "hidden": False, "locked": False}], "scored": True, "type": "doctest"}
    (tmp_path / "otter" / "tests" / "q1.py").write_text(
        f"test = {{'name': 'q1', 'points': 1, 'suites': [{suite!r}]}}\n"
    )
    words = ("grade", tmp_path / "class", "--assignment", tmp_path / "otter", "--quiet")
    (tmp_path / "class").mkdir()

    def hand_in(name, source, *, whole):
        text = notebook(source)
        (tmp_path / "class" / name).write_text(text if whole else text[:-1])

    hand_in("s001.ipynb", "total = 3", whole=True)
    for name in ("s002.ipynb", "s003.ipynb"):
        hand_in(name, "print(3)", whole=False)
    status, _, errors = run(*words, "--out", tmp_path / "out")
    why = "is no valid notebook from line 1 on: it was cut short or edited as text"
    assert (status, errors) == (
        2,
        f"grader: 2 of 3 hand-ins cannot be read (s002: s002.ipynb {why}; s003: s003.ipynb {why}). Is this the class of otter? --list "
        "shows how each was read, --layout NAME says how they were downloaded, and --anyway grades them as they are.\n",
    )
    for name in ("s002.ipynb", "s003.ipynb"):
        hand_in(name, "total = 3", whole=False)
    status, _, errors = run(*words, "--out", tmp_path / "out")
    assert (status, errors) == (0, "")
    points = {
        row["student"]: row["score"]
        for row in csv.DictReader(io.StringIO((tmp_path / "out" / "scores.csv").read_text()))
    }
    assert points == {"s001": "1", "s002": "0", "s003": "0"}


def test_course_new_asks_and_writes_a_file_that_can_be_read(tmp_path):
    """Each question is asked again until its answer fits; a file that is there is never replaced."""
    told = [
        'Neural "nets"',
        "Mars",
        "Asia/Taipei",
        "",
        "w 1",
        "w1",
        "nope",
        "backprop",
        "soon",
        "2026-10-24 23:59",
        "",
        "10",
    ]
    status, output, errors = run("course", "new", "c", cwd=tmp_path, stdin="\n".join(told) + "\n")
    assert status == 0, errors
    assert errors.splitlines() == [
        "grader: There is no time zone 'Mars'; write one like Asia/Taipei, Europe/Berlin or UTC.",
        "grader: It must begin with a letter or digit and contain only letters, digits, - and _; try week-1.",
        "grader: There is no assignment 'nope': it must be one of autograd, backprop, components, lab, layers, the path of a folder with an "
        "assignment.toml, or of an assignment of nbgrader or Otter.",
        "grader: 'soon' is not a date; write one like 2026-10-24 or '2026-10-24 23:59'.",
    ]
    assert (tmp_path / "c" / "grader.toml").read_text() == (
        "# Read by every command run in this folder or below; docs/course.md lists all keys.\n"
        '[course]\ntitle = "Neural \\"nets\\""\ntime_zone = "Asia/Taipei"\n\n'
        '[[assignment]]\nid = "w1"\nassignment = "backprop"\ndue = "2026-10-24 23:59"\nsubmissions = "downloads/w1"\n\n'
        '[late]\npercent = 10\nper = "day"\n'
    )
    assert output.endswith("python -m grader grade --assignment w1\n")
    status, _, errors = run("course", "new", "c", cwd=tmp_path, stdin="")
    assert (status, errors) == (
        2, "grader: There is already a course file: c/grader.toml. Change it in your editor; docs/course.md lists its keys.\n",
    )  # fmt: skip
