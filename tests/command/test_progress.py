"""What is told while a class is graded: on a terminal and in a log."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from grader.command import progress
from grader.command.progress import Pace
from grader.executors import workers
from grader.executors.workers import UnderWay
from tests.grading import PROJECT, RIGHT, TINY, environment, write_class

PATIENT = """\
import sys
import grader.command.progress as progress
progress.EVERY_SECONDS, progress.LONG_SECONDS, progress.LONG_TIMES = 0.4, 0.2, 0.0
from grader.command import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def words(tmp_path):
    """The words of a command that grades a class of which one submission loops, with little patience."""
    folder = write_class(tmp_path / "class", s001=RIGHT, s002="while True: pass\n")
    options = ["--assignment", str(TINY), "--out", str(tmp_path / "out"), "--jobs", "2"]
    return [sys.executable, "-c", PATIENT, "grade", str(folder), *options]


def test_a_log_gets_a_line_now_and_then(words):
    """Without a terminal lines say how many are done, who is at work, for how long, and that this may be a loop."""
    done = subprocess.run(words, cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert "grading: 1 of 2 done in 1 s; s002 for 1 s (in a loop?)" in [
        re.sub(r"\d+ s\b", "1 s", line) for line in lines
    ]
    assert all(line.startswith("grading: ") for line in lines)
    assert "2 submissions graded in " in done.stdout


def test_a_log_of_a_short_run_is_empty(tmp_path):
    """With the patience that it has, nothing is said of a run of seconds, and nothing ever of a quiet one."""
    folder = write_class(tmp_path / "class", s001=RIGHT)
    command = [sys.executable, "-m", "grader", "grade", str(folder), "--assignment", str(TINY)]
    for more in ([], ["--quiet"]):
        out = ["--out", str(tmp_path / f"out{len(more)}")]
        began = time.monotonic()
        done = subprocess.run(
            [*command, *out, *more], cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300
        )
        # Where much else is going on, even this run may take so long that a line is due.
        due = 0 if more else int((time.monotonic() - began) / progress.EVERY_SECONDS)
        assert (done.returncode, len(done.stderr.splitlines()) <= due) == (0, True), done.stderr


def test_a_terminal_shows_who_is_at_work(words):
    """Below the bar stands who is graded and for how long; when the work is done, both are gone."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        words, cwd=PROJECT, env=environment(TERM="xterm", COLUMNS="100"), stdout=subprocess.DEVNULL, stderr=theirs
    )
    os.close(theirs)
    text, deadline = b"", time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            if select.select([ours], [], [], 1)[0]:
                text += os.read(ours, 1 << 16)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    assert running.wait(timeout=300) == 0
    shown = text.decode()
    assert re.search(r"grading .*1/2", shown)
    assert re.search(r"s002 for \d+ s \(in a loop\?\)", shown)
    assert shown.endswith(("\x1b[2K", "\x1b[1A\x1b[2K"))


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still; returns its time."""
    stopped = SimpleNamespace(monotonic=lambda: 1000.0)
    for module in (progress, workers):
        monkeypatch.setattr(module, "time", stopped)
    return stopped.monotonic()


def test_at_work_names_the_longest_and_counts_the_rest(clock):
    """Three names at most, made harmless, the one that began first before the others."""
    assert Pace(UnderWay()).at_work() == ""
    running = {"s1": clock - 1.2, "\x1b[2J": clock - 75.2, "s3": clock - 2.2, "s4": clock - 0.2}
    shown = Pace(UnderWay(running, 40, 80.0)).at_work()
    assert shown == "\\x1b[2J for 1 min 15 s (in a loop?), s3 for 2 s, s1 for 1 s, 1 more"


@pytest.mark.parametrize(
    ("for_seconds", "done", "usual", "loops"),
    [
        (30, 0, 0, False),
        (90, 0, 0, True),
        (30, 1, 2, True),
        (30, 20, 25, False),
        (110, 20, 25, True),
        (10, 60, 1, False),
    ],
)
def test_a_loop_is_told_from_slow_work(clock, for_seconds, done, usual, loops):
    """Only who takes long, and several times longer than the others did, may be in a loop; at first nobody knows what is usual."""
    under_way = UnderWay({"s1": clock - for_seconds}, done, usual * done)
    assert Pace(under_way).at_work().endswith("(in a loop?)") is loops


def test_under_way_learns_what_is_usual(clock):
    """Who ends is under way no more and counts with the time that it took; who never began counts nothing."""
    under_way = UnderWay({"s1": clock - 3.0})
    assert under_way.usual_seconds is None
    under_way.end("s1")
    under_way.end("s2")
    assert (under_way.since, under_way.done) == ({}, 1)
    assert under_way.usual_seconds == 3.0
