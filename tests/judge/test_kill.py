"""Killing the grader at any point leaves no process and nothing that a later run trips over."""

import json
import os
import signal
import subprocess

import pytest

from tests.grading import PROJECT, RIGHT, command, environment, grade, words, write_class
from tests.processes import descendants, living, wait_until

ENDLESS = RIGHT.replace("return 2.0 * x", "import time\n    while True: time.sleep(0.01)")


@pytest.mark.parametrize("victim", ["command", "worker"])
def test_kill_leaves_no_process_and_no_half_record(tmp_path, victim):
    """After kill -9 everything below is gone, finished records are whole, and the next run grades as if nothing had been."""
    folder = write_class(tmp_path / "class", a=RIGHT, b=ENDLESS, c=ENDLESS, d=ENDLESS)
    out = tmp_path / "reports"
    running = subprocess.Popen(
        command(folder, "--out", out, "--jobs", 2),
        cwd=PROJECT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_until((out / "records" / "a.json").exists)
        # command, worker, clean parent, two judges, and an init, a loader and a check of each
        assert wait_until(lambda: len(descendants(running.pid)) >= 6)
        below = descendants(running.pid)
        worker = min(below, key=lambda pid: (int(below[pid]), pid))
        os.kill(running.pid if victim == "command" else worker, signal.SIGKILL)
        assert running.wait(timeout=300) != 0
        assert wait_until(lambda: not living(below)), "a process was left behind"
    finally:
        running.kill()
        running.wait()
    records = {path.stem: json.loads(path.read_bytes())["status"] for path in (out / "records").glob("*.json")}
    # A command that outlives its worker says who was not graded.
    others = dict.fromkeys("bcd", "grader_fault") if victim == "worker" else {}
    assert records == {"a": "graded"} | others
    (out / "records" / ".b.json.1.ab.tmp").write_text("{ half")
    records = grade(folder, out, "--quiet", "--only", "a")
    assert words(records["a"])["check_double"] == ("passed", None, 4.0)
    assert not list(out.glob("**/*.tmp"))
