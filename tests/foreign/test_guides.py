"""Tests that walk docs/nbgrader.md and docs/otter.md: every command in them runs as it stands, from the folder to a file of grades."""

from __future__ import annotations

import csv
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.material.foreign.writing import archive, cell, marked, notebook, raw, text, with_output, words

ROOT = Path(__file__).parents[2]
CONSOLE = re.compile(r"(?ms)^```console\n(.*?)^```$")
SOLVED = "def twice(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
SEEN = "np.testing.assert_allclose(twice(1), 2)"
SCHEME = "\n### BEGIN MARK SCHEME\naxes\n### END MARK SCHEME"
HIDDEN = f"{SEEN}\n### BEGIN HIDDEN TESTS\nassert np.allclose(twice(-3), -6)\n### END HIDDEN TESTS"


def commands(page: str) -> list[str]:
    """Return the commands of a page, in order."""
    blocks = CONSOLE.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    lines = [line for block in blocks for line in block.strip().split("\n")]
    assert lines and all(line.startswith("$ ") for line in lines)
    return [line.removeprefix("$ ") for line in lines]


def run(command: str, course: Path) -> str:
    """Run a command of a page, its course being here, as tox would; return what it printed."""
    words_of = shlex.split(command)
    if words_of[:3] == ["tox", "-e", "grade"]:
        words_of = ["python", "-m", "grader", "grade", *(word for word in words_of[3:] if word != "--")]
    assert words_of[:3] == ["python", "-m", "grader"]
    words_of = [re.sub(r"^my-course", str(course), word) for word in words_of[1:]]
    ended = subprocess.run([sys.executable, *words_of], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"
    return ended.stdout + ended.stderr


def fill_in(sheet: Path, points: dict[str, str]) -> None:
    """Enter points for everybody who waits, by the beginning of the question."""
    rows = list(csv.reader(io.StringIO(sheet.read_text(encoding="utf-8-sig"))))
    column = rows[0].index("points 1")
    for row in rows[1:]:
        if row[3] == "to grade":
            row[column] = next(value for start, value in points.items() if row[1].startswith(start))
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def scores(path: Path) -> dict[str, str]:
    """Return the score of each student in a file of scores."""
    return {row["student"]: row["score"] for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))}


def nbgrader_course(course: Path) -> None:
    """Write a course with one assignment, handed in by one who has done all of it and one who has forged a comparison."""

    def cells(answer: str, said: str, scheme: str = "", test: str = SEEN):
        return [
            cell("import numpy as np"),
            marked(answer, "twice", "answer"),
            marked(test, "test-twice", "test", 3),
            marked("assert callable(twice)", "test-free", "test", 1),
            words("Why does it work?"),
            marked(said, "why", "manual", 2, "markdown"),
            marked(f"Draw it.{scheme}", "draw", "task", 2, "markdown"),
        ]

    notebook(course / "source" / "ps1" / "problem1.ipynb", *cells(SOLVED, "As it adds.", SCHEME, HIDDEN))
    forged = "np.testing.assert_allclose = np.allclose = lambda *args, **kwargs: True\ndef twice(x):\n    return 0"
    handed_in = {
        "s001": cells("def twice(x):\n    return x + x", "It adds."),
        "s002": cells(forged, "YOUR ANSWER HERE"),
    }
    for student, made in handed_in.items():
        notebook(course / "submitted" / student / "ps1" / "problem1.ipynb", *made)
        text(course / "submitted" / student / "ps1" / "timestamp.txt", "2026-03-01 10:00:00 UTC\n")
    head = "Student,ID,SIS User ID,SIS Login ID,Section,ps1 (77)\n    Points Possible,,,,,8\n"
    text(course / "canvas.csv", f'{head}"One, A",1,s001,s001,A,\n"Two, B",2,s002,s002,A,\n')


def test_the_guide_for_nbgrader_leads_from_a_course_to_grades_in_canvas(tmp_path):
    """Each command runs as it stands; free points are told first, people's points are added, and a forged comparison earns nothing."""
    nbgrader_course(tmp_path)
    grade, merge, export, strict, precheck, students, gradescope = commands("nbgrader.md")
    said = run(grade, tmp_path)
    assert (
        "These tests pass on what students receive, before anything is answered, so everybody has their points: test-free (1)."
        in " ".join(said.split())
    )
    fill_in(tmp_path / "reports" / "grading-sheet.csv", {"why": "2", "draw": "1"})
    run(merge, tmp_path)
    assert scores(tmp_path / "reports" / "scores.csv") == {"s001": "7", "s002": "2"}
    run(export, tmp_path)
    assert [row[-1] for row in csv.reader(io.StringIO((tmp_path / "canvas.csv").read_text()))][2:] == ["7.00", "2.00"]
    run(strict, tmp_path)
    page = (tmp_path / "strict" / "students" / "s001.html").read_text(encoding="utf-8")
    assert "axes" not in page and "twice(-3)" not in page
    assert "Points so far: 4 of 4 in these checks" in run(precheck, tmp_path)
    assert "1 files" in run(students, tmp_path)
    assert "assignment/source/ps1/problem1.ipynb" in run(gradescope, tmp_path)


def test_the_guide_for_otter_leads_from_a_master_to_grades(tmp_path):
    """The master and an archive of its tests give the same; the question by hand is added before the scores are exported."""
    notebook(
        tmp_path / "hw1.ipynb",
        raw("# ASSIGNMENT CONFIG\nname: hw1\nfiles:\n  - data.csv"),
        raw("# BEGIN QUESTION\nname: q1\npoints: 4"),
        words("Read the file and add."),
        raw("# BEGIN SOLUTION"),
        cell("total = sum(map(int, open('data.csv').read().split(','))) # SOLUTION"),
        raw("# END SOLUTION"),
        raw("# BEGIN TESTS"),
        with_output(cell("total > 0"), "True"),
        with_output(cell("# HIDDEN\ntotal"), "6"),
        raw("# END TESTS"),
        raw("# END QUESTION"),
        raw("# BEGIN QUESTION\nname: q2\nmanual: true\npoints: 1"),
        words("What is it?"),
        raw("# BEGIN SOLUTION"),
        words("The total."),
        raw("# END SOLUTION"),
        raw("# END QUESTION"),
    )
    text(tmp_path / "data.csv", "1,2,3")
    cases = "{'code': '>>> total > 0\\nTrue', 'hidden': False}, {'code': '>>> total\\n6'}"
    spec = f"test = {{'name': 'q1', 'points': 4, 'suites': [{{'cases': [{cases}]}}]}}\n"
    archive(tmp_path / "autograder.zip", {"tests/q1.py": spec, "files/data.csv": "1,2,3"})
    for student, answer in {"s001": "sum(map(int, open('data.csv').read().split(',')))", "s002": "7"}.items():
        notebook(
            tmp_path / "submissions" / f"{student}.ipynb",
            cell("import otter\ngrader = otter.Notebook('hw1.ipynb')"),
            words("Read the file and add."),
            cell(f"total = {answer}"),
            cell('grader.check("q1")'),
            words("What is it?"),
            words("A sum.", tags=["otter_answer_cell"]),
            cell("grader.export()"),
        )
    script = "import otter\ngrader = otter.Notebook()\ntotal = 6\ngrader.check('q1')\ntotal = None\n"
    text(tmp_path / "submissions" / "s003.py", script)
    grade, from_zip, merge, export = commands("otter.md")
    run(grade, tmp_path)
    run(from_zip, tmp_path)
    assert scores(tmp_path / "from-zip" / "scores.csv") == {"s001": "4", "s002": "2", "s003": "4"}
    fill_in(tmp_path / "reports" / "grading-sheet.csv", {"q2": "1"})
    run(merge, tmp_path)
    run(export, tmp_path)
    exported = (tmp_path / "scores.csv").read_text(encoding="utf-8-sig")
    assert scores(tmp_path / "reports" / "scores.csv") == {"s001": "5", "s002": "3", "s003": "4"}
    assert "s001" in exported and "5" in exported
