"""Killing the grader at any point leaves no process and nothing that a later run trips over."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.grading import PROJECT, RIGHT, command, environment, grade, words, write_class

ENDLESS = RIGHT.replace("return 2.0 * x", "import time\n    while True: time.sleep(0.01)")


def descendants(pid):
    """Return the ids of all processes below one, with the times they started, so that a reused id is not mistaken."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = (int(fields[1]), fields[19])
    below, found = {pid}, {}
    while True:
        new = {child for child, (parent, _) in parents.items() if parent in below and child not in below}
        if not new:
            return found
        below |= new
        found |= {child: parents[child][1] for child in new}


def alive(process, started):
    """Return whether the process that started then is still running."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[19] == started and fields[0] not in "ZX"


def wait_until(condition, seconds=30.0):
    """Wait for a condition; return whether it came true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


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
        assert running.wait(timeout=60) != 0
        assert wait_until(lambda: not any(alive(*process) for process in below.items())), "a process was left behind"
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
