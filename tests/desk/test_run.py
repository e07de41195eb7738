"""Tests of a run of ``grade`` that the desk starts, watches and stops: the real command on real submissions."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time

import pytest

from tests.desk.served import PROJECT, Visitor, a_desk
from tests.essay.hand_ins import notebook, write_class
from tests.foreign.test_guides import nbgrader_course

SQUARE = "def double(x):\n    return 2 * x\n"
NAME = "tiny"


def watched(visitor, wanted, seconds=240.0, name=NAME):
    """Look at the page of the run until it says this; return the page."""
    deadline = time.monotonic() + seconds
    while not re.search(wanted, page := visitor.page(f"/a/{name}/run/")):
        assert time.monotonic() < deadline, re.sub(r"<style>.*?</style>", "", page, flags=re.S)[-2000:]
        time.sleep(0.2)
    return page


@pytest.fixture
def graded(tmp_path):
    """A course of one assignment with two students, graded once."""
    for name in ("s001", "s002"):
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / f"{name}.py").write_text(SQUARE, encoding="utf-8")
    words = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        "class",
        "--assignment",
        str(PROJECT / "tests" / "tiny"),
        "--out",
        "reports",
    ]
    ended = subprocess.run(words, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return tmp_path


def environment(folder):
    """Return the environment of a command in a folder of its own."""
    return os.environ | {"PYTHONPATH": str(PROJECT), "GRADER_SEED_FILE": str(folder / "secret" / "seed")}


def test_a_run_is_started_watched_and_its_end_told(graded):
    """The desk knows from the last run what to grade: a new hand-in is found, graded, and on the class page."""
    (graded / "class" / "s003.py").write_text(SQUARE, encoding="utf-8")
    with a_desk(graded) as served:
        visitor = Visitor(served)
        token = visitor.token(f"/a/{NAME}/grading/")
        page = visitor.page(f"/a/{NAME}/run/")
        assert "grade class --assignment" in page
        assert "s003" not in visitor.page(f"/a/{NAME}/")
        assert visitor.ask("POST", f"/a/{NAME}/run/", {"token": token, "do": "start"})[0] == 303
        page = watched(visitor, "<strong>Graded.</strong>")
        assert "1 submission graded" in page
        deadline = time.monotonic() + 120
        while "s003" not in visitor.page(f"/a/{NAME}/"):
            assert time.monotonic() < deadline
            time.sleep(0.3)
        # What was handed in as code is shown beside the page of the student.
        assert "def double" in re.sub(r"<[^>]+>", "", visitor.page(f"/a/{NAME}/students/s003.html"))


def test_a_run_that_hangs_is_seen_and_stopped(graded):
    """Who is graded now and for how long is shown; after a stop the desk says what is kept, and nothing runs on."""
    (graded / "class" / "s004.py").write_text("while True:\n    pass\n", encoding="utf-8")
    with a_desk(graded) as served:
        visitor = Visitor(served)
        token = visitor.token(f"/a/{NAME}/grading/")
        form = {"token": token, "do": "start"}
        visitor.ask("POST", f"/a/{NAME}/run/", form)
        assert visitor.ask("POST", f"/a/{NAME}/run/", form)[0] == 409
        watched(visitor, r"<bdi>s004</bdi> <span class=\"soft\">for \d+ s")
        visitor.ask("POST", f"/a/{NAME}/run/", {"token": token, "do": "stop"})
        assert "everything graded so far is kept" in watched(visitor, "Stopped. Everything graded so far is kept")


def test_points_from_the_desk_reach_the_student_by_the_next_run(tmp_path):
    """What is graded at the desk is on the student's page, in the record and in the scores after ``grade`` ran once more."""
    write_class(tmp_path / "class", s001=notebook("A straight line.", "It overshoots."))
    words = [sys.executable, "-m", "grader", "grade", "class", "--assignment", str(PROJECT / "tests" / "essay")]
    run = {"cwd": tmp_path, "env": environment(tmp_path), "capture_output": True, "text": True, "timeout": 300}
    assert subprocess.run(words, **run).returncode == 0
    with a_desk(tmp_path) as served:
        visitor = Visitor(served)
        token = visitor.token("/a/essay/grading/")
        for question in ("1a", "2a"):
            page = visitor.page(f"/a/essay/grading/{question}/")
            # The model answer is for the grader; the code and its figure stand beside the answer.
            assert "Model answer" in page
            form = {"token": token, "act": question * 8, "do": "full", "comment": "Well seen."}
            assert visitor.ask("POST", re.search(r'id="grade" method="post" action="([^"]+)"', page)[1], form)[0] == 303
        assert "plt.plot" in visitor.page("/a/essay/students/s001.html") and "data:image/png" in visitor.page(
            "/a/essay/students/s001.html"
        )
        assert visitor.ask("POST", "/a/essay/run/", {"token": token, "do": "start"})[0] == 303
        watched(visitor, "<strong>Graded.</strong>", name="essay")
    page = (tmp_path / "reports" / "essay" / "students" / "s001.html").read_text(encoding="utf-8")
    assert page.count("Well seen.") == 2
    assert "Not final" not in page


def test_manual_cells_of_an_nbgrader_assignment_are_graded_at_the_desk(tmp_path):
    """An answer in words and a task with its mark scheme get points there, and an untouched answer does not wait."""
    nbgrader_course(tmp_path)
    words = [sys.executable, "-m", "grader", "grade", "submitted", "--assignment", "source/ps1", "--out", "reports"]
    run = {"cwd": tmp_path, "env": environment(tmp_path), "capture_output": True, "text": True, "timeout": 300}
    assert subprocess.run(words, **run).returncode == 0
    with a_desk(tmp_path) as served:
        visitor = Visitor(served)
        token = visitor.token("/a/ps1/grading/")
        for question, shown in (("why", "It adds."), ("draw", "axes")):
            page = visitor.page(f"/a/ps1/grading/{question}/")
            assert shown in page
            form = {"token": token, "act": question.encode().hex().ljust(16, "0"), "do": "full"}
            assert visitor.ask("POST", re.search(r'id="grade" method="post" action="([^"]+)"', page)[1], form)[0] == 303
        assert visitor.ask("POST", "/a/ps1/run/", {"token": token, "do": "start"})[0] == 303
        watched(visitor, "<strong>Graded.</strong>", name="ps1")
    answers = {
        path.stem: {one["id"]: (one["state"], one.get("earned")) for one in json.loads(path.read_bytes())["answers"]}
        for path in (tmp_path / "reports" / "records").glob("*.json")
    }
    assert answers["s001"]["why"] == ("graded", 2.0)
    assert answers["s002"]["why"] == ("untouched", 0.0)


def test_a_desk_without_anything_says_what_to_do_first(tmp_path):
    """Where nothing is graded and no course is planned there is one sentence, and no file is left behind."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "desk", "--port", "0"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "grader: There are no reports in reports. Grade a class first, name its folder with --out, or write grader.toml.\n",
    )
    assert list(tmp_path.iterdir()) == []
