"""What goes wrong for one student is told for that student; everybody else has every report."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grading import PROJECT, RIGHT, TINY, command, environment, write_class
from tests.processes import wait_until

TABLE = "A fault of the grader left something ungraded for 1 student; it is not scored:"


def run(*words, **more):
    """Run a `grade` command; return its exit status, output and errors."""
    done = subprocess.run(
        command(*words), cwd=PROJECT, env=environment(**more), capture_output=True, text=True, timeout=300
    )
    return done.returncode, done.stdout, done.stderr


def rows(out):
    """Return the rows of the scores by student."""
    return {row["student"]: row for row in csv.DictReader((out / "scores.csv").read_text().splitlines())}


def whole(out, *students):
    """Assert that the reports of the class are there, with a row for each of these students."""
    for name in ("index.html", "scores.csv", "junit.xml", "summary.md"):
        assert all(student in (out / name).read_text() for student in students), name
    assert {path.stem for path in (out / "gradescope").iterdir()} == set(students)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The place of a class of two that was graded once, and a copy of it."""
    place = tmp_path_factory.mktemp("once")
    (place / "now").mkdir()
    folder = write_class(place / "now" / "class", s001=RIGHT, s002=RIGHT)
    assert run(folder, "--out", place / "now" / "out")[0] == 0
    shutil.copytree(place / "now", place / "kept")
    return place


@pytest.fixture
def graded(once):
    """Return the class and the output folder, as they were after that grading."""
    shutil.rmtree(once / "now", ignore_errors=True)
    shutil.copytree(once / "kept", once / "now")
    return once / "now" / "class", once / "now" / "out"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "record: The record cannot be read: Expecting property name enclosed in double"),
        (b"[" * 100_000, "record: The record cannot be read: s002.json is nested too deep."),
        (b"{}", "record: The record cannot be read: s002.json is not a record of version 1."),
        (lambda text: text.replace('"student": "s002"', '"student": "s009"'), "record: The record cannot be read: it is another student's record."),
        (lambda text: re.sub(r'"checks": \[.*?\n  \]', '"checks": 5', text, flags=re.DOTALL), "report: TypeError: 'int' object is not iterable"),
        (lambda text: re.sub(r'"percent": [\d.]+', '"percent": 1e999', text), "report: ValueError: a score or a time is not a number"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_shown_has_a_row_that_says_so(graded, content, said):
    """The others are graded and reported; the status is 3, and the sentence names the student and the reason."""
    folder, out = graded
    path = out / "records" / "s002.json"
    path.write_bytes(content if isinstance(content, bytes) else content(path.read_text()).encode())
    status, output, errors = run(folder, "--out", out, "--only", "s001")
    assert (status, "Traceback" in output + errors) == (0, False)
    whole(out, "s001", "s002")
    assert (rows(out)["s001"]["score"], rows(out)["s002"]["status"]) == ("10", "grader_fault")
    assert said.partition("quotes")[0] in (out / "index.html").read_text().replace("&#39;", "'")


def test_a_record_that_was_damaged_is_graded_again(graded):
    """Whatever is in it, the next run over the class makes it anew."""
    folder, out = graded
    path = out / "records" / "s002.json"
    path.write_text(path.read_text().replace('"submission": {', '"submission_": {'))
    assert run(folder, "--out", out)[0] == 0
    assert rows(out)["s002"]["score"] == "10"


def test_a_page_that_cannot_be_made_stops_nobody(tmp_path):
    """The fault is in the student's record, the points stay, and the next run tries again."""
    folder, out = write_class(tmp_path / "class", s001=RIGHT, s002=RIGHT), tmp_path / "out"
    (out / "students" / "s001.html" / "in the way").mkdir(parents=True)
    status, output, errors = run(folder, "--out", out)
    assert (status, errors) == (3, "")
    assert [line.strip()[:32] for line in output.splitlines() if "s001: page" in line] == [
        "s001: page: IsADirectoryError: ["
    ]
    assert TABLE in output
    whole(out, "s001", "s002")
    record = json.loads((out / "records" / "s001.json").read_text())
    assert (record["status"], record["score"]["sum"], record["faults"][-1]["where"]) == ("grader_fault", 10.0, "page")
    (out / "students" / "s001.html" / "in the way").rmdir()
    (out / "students" / "s001.html").rmdir()
    assert run(folder, "--out", out)[0] == 0


def test_a_record_that_cannot_be_written_stops_nobody(tmp_path):
    """Where something else is in its place, the student has a row that says so."""
    folder, out = write_class(tmp_path / "class", s001=RIGHT, s002=RIGHT), tmp_path / "out"
    (out / "records" / "s001.json" / "in the way").mkdir(parents=True)
    status, output, errors = run(folder, "--out", out, "--quiet")
    assert (status, output) == (3, "")
    assert (
        errors
        == "grader: s001: a fault of the grader, not scored: judge: Not graded, because its judge ended with exit status 70.\n"
    )
    whole(out, "s001", "s002")
    assert rows(out)["s002"]["score"] == "10"


def test_what_nobody_foresaw_is_one_sentence_and_a_file_without_the_seed(tmp_path):
    """A fault in the middle of a command: status 3, where the details are, the traceback in them and the seed not."""
    folder, out = write_class(tmp_path / "class", s001=RIGHT), tmp_path / "out"
    (out / "index.html" / "in the way").mkdir(parents=True)
    status, _, errors = run(folder, "--out", out, "--seed", "secret-2024")
    found = re.fullmatch(
        r"grader: An unexpected error in the grader ended this run \(IsADirectoryError: .*\); the details are in "
        r"(.*\.txt)\. Everything graded so far is kept\.\n",
        errors,
    )
    assert (status, bool(found)) == (3, True), errors
    details = Path(found.group(1))
    assert details.parent == out
    assert "Traceback (most recent call last):" in details.read_text()
    assert "secret-2024" not in details.read_text()
    assert "s001" in (out / "scores.csv").read_text()


def test_a_worker_that_is_killed_stops_nobody_who_was_graded(tmp_path):
    """Who was graded keeps the points, the others have a row that says so, and the next run grades them."""
    kill = "import os\nimport time\ntime.sleep(0.3)\n"
    folder = write_class(tmp_path / "class", **{f"s00{k}": kill + RIGHT for k in range(8)})
    out = tmp_path / "out"
    running = subprocess.Popen(
        command(folder, "--out", out, "--jobs", "1"), cwd=PROJECT, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert wait_until(lambda: list(out.glob("records/s*.json")) or running.poll() is not None)
    assert running.poll() is None
    (worker,) = subprocess.run(
        ["pgrep", "-P", str(running.pid), "-f", "grader.judge"], capture_output=True, text=True
    ).stdout.split()
    subprocess.run(["kill", "-9", worker], check=True)
    output, errors = running.communicate(timeout=300)
    assert (running.returncode, errors) == (3, "")
    assert "Not graded: The judge ended without a word (exit status -9); nothing more could be graded." in output
    whole(out, *(f"s00{k}" for k in range(8)))
    assert run(folder, "--out", out)[0] == 0


def test_a_fingerprint_of_a_seed_says_nothing_elsewhere(tmp_path):
    """Records of the same seed differ from machine to machine; on one, what is unchanged is known again."""
    folder = write_class(tmp_path / "class", s001=RIGHT)
    found = []
    for machine in ("a", "b"):
        more = {"GRADER_SEED_FILE": str(tmp_path / machine / "seed"), "GRADER_SEED": "2024"}
        assert run(folder, "--out", tmp_path / machine / "out", **more)[0] == 0
        record = json.loads((tmp_path / machine / "out" / "records" / "s001.json").read_text())
        found.append((record["seed_id"], record["provenance"]))
        assert "Unchanged" in run(folder, "--out", tmp_path / machine / "out", **more)[2]
    assert found[0][0] != found[1][0]
    assert found[0][1] != found[1][1]


def test_grade_needs_the_assignment_that_it_is_given():
    """The control: what is merely wrong stays status 2."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", "nowhere", "--assignment", str(TINY)],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
    )
    assert done.returncode == 2
