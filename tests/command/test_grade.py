"""The command as an instructor types it: exit statuses, sentences, options."""

import csv
import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree

import nbformat
import pytest

from tests.grading import PROJECT, RIGHT, TINY, command, environment, grade, write_class


def run(*words, **more):
    """Run a `grade` command; return its exit status, output and errors."""
    done = subprocess.run(
        command(*words),
        cwd=PROJECT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of three, graded once: the output folder and what was printed."""
    work = tmp_path_factory.mktemp("graded")
    folder = write_class(work / "class", s001=RIGHT, s002=RIGHT.replace("2.0 * x", "x"), s003="import torch\n")
    (folder / "notes.md").write_text("not a submission")
    summary = work / "step-summary.md"
    status, output, errors = run(
        folder, "--out", work / "reports", GITHUB_STEP_SUMMARY=str(summary), GITHUB_ACTIONS="true"
    )
    assert status == 0, errors
    return work / "reports", output, summary


def test_grade_prints_a_table_and_where_the_reports_are(graded):
    """Sorted by score, with what to look at, what was left out, and the path of the class page."""
    out, output, _ = graded
    lines = output.splitlines()
    order = [line.split()[0] for line in lines if line.startswith("s00")]
    assert order[:3] == ["s001", "s002", "s003"]
    assert "10/10" in output
    assert "imports torch, not allowed" in output
    assert "notes.md" in output
    assert f"Reports: {out}/index.html" in output


def test_grade_writes_every_report(graded):
    """A page and a record for each student; for the class a page, CSV, JUnit, Markdown; Gradescope's files."""
    out, _, summary = graded
    for slug in ("s001", "s002", "s003"):
        assert json.loads((out / "records" / f"{slug}.json").read_text())["student"] == slug
        assert slug in (out / "students" / f"{slug}.html").read_text()
        assert json.loads((out / "gradescope" / f"{slug}.json").read_text())["tests"]
    rows = list(csv.DictReader((out / "scores.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["student"] for row in rows] == ["s001", "s002", "s003"]
    assert len(ElementTree.parse(out / "junit.xml").getroot().findall("testsuite")) == 3
    assert "s002" in (out / "index.html").read_text()
    assert "s001" in (out / "summary.md").read_text()
    assert summary.read_text() == (out / "summary.md").read_text()


def test_grade_ends_each_page_with_the_line_that_repeats_it(graded):
    """The line names the class, the assignment and the student."""
    out, _, _ = graded
    record = json.loads((out / "records" / "s002.json").read_text())
    assert record["repeat"] == f"tox -e grade -- {out.parent / 'class'} --assignment {TINY} --only s002"
    assert record["repeat"] in (out / "students" / "s002.html").read_text().replace("&#34;", '"')


def test_grade_only_keeps_the_others_in_the_class_page(graded, tmp_path):
    """Grading one student again changes that student's record, and the class page still has everybody."""
    out, _, _ = graded
    copy = tmp_path / "reports"
    shutil.copytree(out, copy)
    before = (copy / "records" / "s001.json").read_text()
    status, output, _ = run(out.parent / "class", "--out", copy, "--only", "s002")
    assert status == 0
    assert [line.split()[0] for line in output.splitlines() if line.startswith("s00")] == ["s002"]
    assert (copy / "records" / "s001.json").read_text() == before
    assert "s001" in (copy / "index.html").read_text()


@pytest.mark.parametrize(("percent", "status"), [("0", 0), ("100", 1)])
def test_grade_fail_under_sets_the_status(tmp_path, percent, status):
    """A score below the percentage is status 1, and nothing else about the run differs."""
    folder = write_class(tmp_path / "class", s001=RIGHT.replace("2.0 * x", "x"))
    assert run(folder, "--out", tmp_path / "reports", "--fail-under", percent)[0] == status


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["nowhere"],
            "grader: There is no file or folder 'nowhere'. Give the folder that holds one entry per student.",
        ),
        (["{class}", "--only", "s009"], "grader: --only names s009, but the students found are s001."),
        (["{class}", "--jobs", "0"], "argument --jobs: it must be a whole number of at least 1, not '0'; try --jobs 2"),
        (["{class}", "--assignment", "nothing"], "grader: There is no assignment 'nothing': it must be one of "),
        (["{class}", "--isolation", "perfect"], "perfect"),
    ],
)
def test_grade_answers_a_wrong_command_with_one_sentence(tmp_path, words, sentence):
    """Status 2, one sentence, no traceback, and no former record lost."""
    folder = write_class(tmp_path / "class", s001=RIGHT)
    former = tmp_path / "reports" / "records" / "s001.json"
    former.parent.mkdir(parents=True)
    former.write_text("{}")
    status, _, errors = run(*(word.format(**{"class": folder}) for word in words), "--out", tmp_path / "reports")
    assert status == 2
    assert sentence in errors
    assert "Traceback" not in errors
    assert former.read_text() == "{}"


def a_broken_assignment(folder, old, new):
    """Copy the tiny assignment and break its checks."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    checks = folder / "check_tiny.py"
    assert old in checks.read_text()
    checks.write_text(checks.read_text().replace(old, new))
    return folder


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "points(2)",
            "points(3)",
            "total is 10, but the points of its checks add up to 11 (check_double 4, check_total 4, check_printed 3).",
        ),
        (
            "import numpy as np",
            "import numpy as np\nimport no_such_module",
            "there is no module 'no_such_module'; correct the name, or install the package where you grade.",
        ),
        ('task("3")', 'task("4")', "check_printed names task '4', but assignment.toml has none; there are 1, 2, 3."),
    ],
)
def test_grade_refuses_a_broken_assignment(tmp_path, old, new, sentence):
    """Status 2 before anybody is graded, and the sentence says what does not fit."""
    broken = a_broken_assignment(tmp_path / "broken", old, new)
    status, _, errors = run(
        write_class(tmp_path / "class", s001=RIGHT), "--out", tmp_path / "reports", "--assignment", broken
    )
    assert status == 2
    assert sentence in errors


def test_grade_reports_our_own_fault_and_never_scores_it(tmp_path):
    """A check that fails in itself costs the student nothing said, is shown as ours, and the status is 3."""
    broken = a_broken_assignment(tmp_path / "broken", '    if "42" not in', '    {}["ours"]\n    if "42" not in')
    status, output, _ = run(
        write_class(tmp_path / "class", s001=RIGHT), "--out", tmp_path / "reports", "--assignment", broken
    )
    assert status == 3
    record = json.loads((tmp_path / "reports" / "records" / "s001.json").read_text())
    assert record["status"] == "grader_fault"
    assert [check["result"] for check in record["checks"]] == ["passed", "passed", "grader_fault"]
    assert record["faults"][0]["message"] == "KeyError: 'ours'"
    assert "fault of the grader" in output


def test_grade_does_not_share_its_output_folder(tmp_path):
    """A second run into the same folder is told so, instead of mixing both."""
    out = tmp_path / "reports"
    out.mkdir()
    descriptor = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        status, _, errors = run(write_class(tmp_path / "class", s001=RIGHT), "--out", out)
    finally:
        os.close(descriptor)
    assert (status, errors.strip()) == (
        2, f"grader: Another run is writing to {out}. Wait until it has ended, or name another folder with --out.",
    )  # fmt: skip


def test_grade_list_reads_without_running(tmp_path):
    """Everything found is named with how it was read; nothing is executed and nothing written."""
    folder = write_class(tmp_path / "class", s001="open('trace', 'w')\n" + RIGHT, s002="def broken(:\n")
    status, output, _ = run(folder, "--list", "--out", tmp_path / "reports")
    assert status == 0
    rows = [line.split() for line in output.splitlines()]
    assert rows[0] == ["Plain", "folder:", "2", "students"]
    assert rows[2] == ["s001", "s001.py", "script", "s001.py"]
    assert rows[3][:4] == ["s002", "s002.py", "not", "readable"]
    assert not (tmp_path / "reports").exists()


def test_grade_keeps_and_renders_the_executed_notebook(tmp_path):
    """The notebook beside the report holds this run's outputs, and its page links to nothing outside and runs no script."""
    new = nbformat.v4
    cells = [
        new.new_markdown_cell("# Mine <script>alert(1)</script>", id="a"),
        new.new_code_cell("%matplotlib inline\n!pip install torch\nprint('pre', 6 * 7)", id="b"),
        new.new_code_cell("1 / 0", id="c"),
        new.new_code_cell(
            RIGHT.replace("print(21 * 2)", "print(42)"), id="d", outputs=[new.new_output("stream", text="pre-baked")]
        ),
    ]
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "s001.ipynb").write_text(nbformat.writes(new.new_notebook(cells=cells)))
    records = grade(folder, tmp_path / "reports", "--notebooks", "html")
    assert records["s001"]["score"]["sum"] == 10
    kept = nbformat.read(tmp_path / "reports" / "notebooks" / "s001.ipynb", as_version=4)
    nbformat.validate(kept)
    assert "pre 42" in kept.cells[1].outputs[-1]["text"]
    assert kept.cells[2].outputs[0]["ename"] == "ZeroDivisionError"
    assert "pre-baked" not in str(kept.cells[3].outputs)
    page = (tmp_path / "reports" / "notebooks" / "s001.html").read_text()
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "pre 42" in page
    assert re.search("<h1[^>]*>Mine &lt; ?script", page)
    assert "&lt;p&gt;" not in page
    assert 'href="notebooks/s001.html"' in (tmp_path / "reports" / "index.html").read_text()


def test_grade_that_fails_early_leaves_nothing():
    """The worker begins before the words of the command are looked at; one that has nothing to do is gone without a trace."""
    with tempfile.TemporaryDirectory(prefix="test-") as folder:
        os.chmod(folder, 0o755)
        status, _, errors = run(folder, "--assignment", "nothing-like-it", "--out", f"{folder}/reports", TMPDIR=folder)
        assert status == 2
        assert "nothing-like-it" in errors
        deadline = time.monotonic() + 120
        while os.listdir(folder) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert os.listdir(folder) == []
