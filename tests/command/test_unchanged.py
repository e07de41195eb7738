"""What an earlier run has graded is not graded again, unless something that its record depends on has changed."""

import json
import os
import random
import shutil
import signal
import subprocess
import time

import pytest

from grader.command.grading import unchanged
from tests.grading import PROJECT, RIGHT, TINY, command, environment, grade, write_class

WRONG = RIGHT.replace("2.0 * x", "x")


def run(*words, **more):
    """Run a `grade` command; return its exit status and what it said on standard error."""
    done = subprocess.run(
        command(*words),
        cwd=PROJECT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stderr


def stamps(out):
    """Return when each record was written."""
    return {path.stem: path.stat().st_mtime_ns for path in (out / "records").glob("*.json")}


def lasting(record):
    """Return a record without its times, which differ from run to run."""
    return {key: value for key, value in record.items() if key != "times"}


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The place of a class of two that was graded once, and a copy of it."""
    place = tmp_path_factory.mktemp("once")
    (place / "now").mkdir()
    folder = write_class(place / "now" / "class", s001=RIGHT, s002=WRONG)
    grade(folder, place / "now" / "reports")
    shutil.copytree(place / "now", place / "kept")
    return place


@pytest.fixture
def graded(once):
    """Return the class and the output folder, as they were after that grading."""
    shutil.rmtree(once / "now", ignore_errors=True)
    shutil.copytree(once / "kept", once / "now")
    return once / "now" / "class", once / "now" / "reports"


def test_unchanged_submissions_are_kept_and_said(graded):
    """A second run writes no record, says so in one sentence, and still writes the reports of the class."""
    folder, out = graded
    before = stamps(out)
    (out / "scores.csv").unlink()
    assert run(folder, "--out", out) == (
        0, "Unchanged since an earlier run and not graded again: 2 of 2 submissions; --again grades them anyway.\n",
    )  # fmt: skip
    assert stamps(out) == before
    assert "s002" in (out / "scores.csv").read_text()


def test_unchanged_is_not_what_was_handed_in_anew(graded):
    """Only the student who handed in something else is graded again."""
    folder, out = graded
    before = stamps(out)
    write_class(folder, s002=RIGHT)
    records = grade(folder, out)
    assert records["s002"]["score"]["sum"] == 10
    assert stamps(out)["s001"] == before["s001"]


def test_a_new_hand_in_takes_away_what_the_old_one_left(tmp_path):
    """The PDF of a folder that was handed in before is not linked for the new folder without one."""
    folder, out = tmp_path / "class", tmp_path / "reports"
    (folder / "s001").mkdir(parents=True)
    (folder / "s001" / "main.py").write_text(RIGHT)
    (folder / "s001" / "report.pdf").write_bytes(b"%PDF-1.4")
    grade(folder, out)
    assert "handed-in/s001.pdf" in (out / "index.html").read_text()
    (folder / "s001" / "report.pdf").unlink()
    grade(folder, out)
    assert not (out / "handed-in" / "s001.pdf").exists()
    assert "handed-in/s001.pdf" not in (out / "index.html").read_text()


def test_again_insists(graded):
    """With --again everything is graded, and comes out as before."""
    folder, out = graded
    before, first = stamps(out), json.loads((out / "records" / "s001.json").read_text())
    records = grade(folder, out, "--again")
    assert all(stamps(out)[slug] > before[slug] for slug in before)
    assert lasting(records["s001"]) == lasting(first)


def test_unchanged_needs_the_same_seed(graded):
    """Another seed draws other inputs, so everything is graded again."""
    folder, out = graded
    before = stamps(out)
    grade(folder, out, "--seed", "another")
    assert all(stamps(out)[slug] > before[slug] for slug in before)


def test_unchanged_needs_the_same_assignment(graded, tmp_path):
    """A check that was edited is run again."""
    folder, out = graded
    edited = tmp_path / "tiny"
    shutil.copytree(TINY, edited)
    grade(folder, out, "--assignment", edited)
    assert run(folder, "--out", out, "--assignment", edited)[1].startswith("Unchanged")
    (edited / "check_tiny.py").write_text((edited / "check_tiny.py").read_text() + "\n# edited\n")
    assert run(folder, "--out", out, "--assignment", edited) == (0, "")


def test_unchanged_needs_a_whole_record(graded):
    """A record that was damaged is made anew."""
    folder, out = graded
    path = out / "records" / "s001.json"
    path.write_text(path.read_text()[:500])
    assert grade(folder, out)["s001"]["score"]["sum"] == 10


def test_unchanged_submissions_get_the_page_that_a_kill_took(graded):
    """A page that is missing, or older than its record, is written from the record."""
    folder, out = graded
    first, second = (out / "students" / f"{slug}.html" for slug in ("s001", "s002"))
    text = first.read_text()
    first.unlink()
    os.utime(second, ns=(0, 0))
    run(folder, "--out", out)
    assert first.read_text() == text
    assert second.stat().st_mtime_ns > 0


def test_unchanged_submissions_name_the_line_that_repeats_them_now(graded, tmp_path):
    """A class that moved is not graded again, and its pages name where it is."""
    folder, out = graded
    moved = tmp_path / "moved"
    folder.rename(moved)
    assert run(moved, "--out", out)[1].startswith("Unchanged")
    assert str(moved) in (out / "students" / "s001.html").read_text()


def test_an_interrupted_run_goes_on_where_it_was(tmp_path):
    """After kill -9 the next run keeps what was finished and grades the rest."""
    folder = write_class(tmp_path / "class", **{f"s{k:03}": RIGHT for k in range(1, 31)})
    out = tmp_path / "reports"
    with subprocess.Popen(command(folder, "--out", out, "--quiet"), cwd=PROJECT, env=environment()) as running:
        end = time.monotonic() + 120
        while len(stamps(out)) < 3 and time.monotonic() < end:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    finished = stamps(out)
    assert 3 <= len(finished) < 30
    assert len(grade(folder, out)) == 30
    assert {slug: stamps(out)[slug] for slug in finished} == finished


@pytest.mark.soak
def test_a_hundred_kills_change_no_record(tmp_path):
    """A run over 300 that is killed 100 times at random moments ends with the records of an undisturbed one."""
    sources = (RIGHT, WRONG, "import torch\n", "def double(x:\n")
    folder = write_class(tmp_path / "class", **{f"s{k:03}": sources[k % 4] + f"# {k}\n" for k in range(300)})
    whole = grade(folder, tmp_path / "whole")
    out, chance, kills = tmp_path / "killed", random.Random(20), 0
    while kills < 100:
        with subprocess.Popen(
            command(folder, "--out", out, "--quiet", *(["--again"] if len(stamps(out)) == 300 else [])),
            cwd=PROJECT,
            env=environment(),
        ) as running:
            time.sleep(chance.uniform(0.5, 8.0))
            if running.poll() is None:
                running.send_signal(signal.SIGKILL)
                kills += 1
    final = grade(folder, out)
    assert {slug: lasting(record) for slug, record in final.items()} == {
        slug: lasting(record) for slug, record in whole.items()
    }
    assert not list(out.glob("**/*.tmp"))


def test_a_new_hand_in_is_compared_with_the_one_before(graded):
    """The record keeps what each task earned the last time, the page says what changed, and grading again changes neither."""
    folder, out = graded
    assert grade(folder, out, "--again")["s002"]["earlier"] is None
    first = json.loads((out / "records" / "s002.json").read_bytes())
    (folder / "s002.py").write_text(RIGHT)
    second = grade(folder, out)["s002"]
    assert second["earlier"] == {"sha256": first["submission"]["sha256"], "tasks": {"1": 0.0, "2": 0.0, "3": 2.0}}
    assert "Since your last hand-in:\n<strong>+8 points</strong>" in (out / "students" / "s002.html").read_text()
    assert lasting(grade(folder, out, "--again")["s002"]) == lasting(second)
    (folder / "s002.py").write_text(WRONG)
    assert grade(folder, out)["s002"]["earlier"]["tasks"] == {"1": 4.0, "2": 4.0, "3": 2.0}


def test_a_record_that_cannot_be_compared_is_forgotten(graded):
    """Whatever lies in its place, the new hand-in is graded, and says nothing of an earlier one."""
    folder, out = graded
    path = out / "records" / "s002.json"
    for damage in (
        b"{}",
        b"[]",
        path.read_bytes().replace(b'"earned"', b'"lost"'),
        path.read_bytes().replace(b'"checks": [', b'"checks": 7, "others": ['),
    ):
        path.write_bytes(damage)
        (folder / "s002.py").write_text(RIGHT + f"# {len(damage)}\n")
        record = grade(folder, out)["s002"]
        assert (record["earlier"], record["score"]["sum"]) == (None, 10.0)


def test_only_what_computed_far_longer_than_most_is_expected_to_last():
    """Three times what is usual, and ten seconds at least; where all compute for long, nobody is an exception."""

    def found(**seconds):
        return unchanged.lasting({slug: unchanged.Former(1.0, 10.0, each) for slug, each in seconds.items()})

    assert found(s001=60.0, s002=2.0, s003=3.0, s004=None) == {"s001"}
    assert found(s001=9.0, s002=1.0, s003=1.0) == set()
    assert found(s001=60.0, s002=50.0, s003=40.0) == set()
    assert found() == set()
