"""The command grade with a course: results go into the gradebook, and what moved is told with its reason."""

import shutil
import subprocess
import sys

from tests.grading import PROJECT, TINY, environment, write_class

RIGHT = (
    "import numpy as np\ndef double(x): return 2.0 * x\ndef total(x, axis): return np.sum(x, axis=axis)\nprint(42)\n"
)
WRONG = RIGHT.replace("2.0 * x", "3.0 * x")


def command(folder, *words):
    """Run a command in a course's folder; return its status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)], cwd=folder, env=environment(PYTHONPATH=str(PROJECT), GRADER_BY="kim"),
        capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_a_run_of_grade_says_which_scores_moved_and_why(tmp_path):
    """Nothing in the first run, the one who handed in again in the second, and a decision of a person goes before both; a gradebook that is held stops no report."""
    (tmp_path / "grader.toml").write_text("[course]\n")
    write_class(tmp_path / "class", s001=RIGHT, s002=WRONG)
    words = ("grade", "class", "--assignment", TINY, "--out", "reports")
    status, output, _ = command(tmp_path, *words)
    assert (status, "moved" in output) == (0, False)
    write_class(tmp_path / "class", s002=RIGHT)
    status, output, _ = command(tmp_path, *words)
    lines = output.splitlines()
    assert status == 0
    assert lines[-2:] == [
        "1 score changed since the gradebook last saw them:",
        f"  s002: {lines[-1].split()[1]} -> 10 (another submission)",
    ]
    status, output, errors = command(tmp_path, "course", "override", "s002", "3", "--why", "copied")
    assert (status, output, errors) == (0, "s002, tiny: 3 of 10 (before: 10 of 10)\n", "")
    (tmp_path / "gradebook.db").write_bytes(b"these are my marks " * 400)
    write_class(tmp_path / "class", s002=WRONG)
    status, output, errors = command(tmp_path, *words)
    assert (status, errors.count(" is damaged: ")) == (2, 1), output + errors
    assert "s002" in (tmp_path / "reports" / "index.html").read_text()
    assert "copied" in (tmp_path / "reports" / "students" / "s002.html").read_text()


def test_the_course_is_meant_wherever_one_stands(tmp_path):
    """Named from elsewhere, or from a folder within it, its gradebook and reports are used; an assignment that it does not list is graded without them."""
    course, elsewhere, inner = tmp_path / "course", tmp_path / "elsewhere", tmp_path / "course" / "inner"
    for folder in (inner, elsewhere):
        folder.mkdir(parents=True)
    (course / "grader.toml").write_text(
        f'[course]\n[[assignment]]\nid = "week-1"\nassignment = "{TINY}"\nreports = "done/one"\n'
    )
    shutil.copytree(TINY, tmp_path / "practice")
    write_class(tmp_path / "class", s001=RIGHT)
    named = ("--course", "../course/grader.toml")
    status, output, errors = command(elsewhere, "grade", "../class", "--assignment", "week-1", *named)
    assert (status, errors) == (0, ""), output
    assert [path.name for path in elsewhere.iterdir()] == []
    status, output, errors = command(course, "grade", "../class", "--assignment", tmp_path / "practice")
    assert (status, errors) == (0, ""), output
    for where, words in ((course, ()), (inner, ()), (elsewhere, named)):
        status, output, errors = command(where, "course", "show", "s001", *words)
        assert (status, output.splitlines()[0], output.count("10 of 10")) == (0, "s001, week-1: 10 of 10", 1), errors
    for where, words, points in ((inner, (), "3"), (elsewhere, named, "4")):
        status, _, errors = command(where, "course", "override", "s001", points, "--why", f"seen {points}", *words)
        assert (status, errors) == (0, "")
        assert f"seen {points}" in (course / "done" / "one" / "students" / "s001.html").read_text()
    status, output, errors = command(elsewhere, "export", "--to", "csv", *named)
    assert (status, output) == (0, f"1 score written to {course}/done/one/week-1-csv.csv\n"), errors
