"""Submissions that loop for long, while others wait: a real worker, real sessions, and a short time in place of ten seconds."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

from grader.executors.workers import THREADS
from grader.judge.lasting import computed, give_way
from grader.submissions import find_submissions
from tests.grading import PROJECT, RIGHT, TINY, words, write_class

LOOPING = f"{RIGHT}\ntotal = 0\nwhile total < 1:\n    total = total * 2\n"
LOAD_SECONDS = 3
WORKER = "import grader.judge.loop as loop, grader.judge.__main__ as worker\nloop.LONG_SECONDS, loop.LONG_TIMES, loop.LOOK_SECONDS = 1.0, 0.0, 0.2\nraise SystemExit(worker.main())"


@pytest.fixture
def assignment(tmp_path):
    """The tiny assignment with more seconds for loading."""
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "assignment.toml"
    text, count = re.subn(r"(?m)^load_cpu_seconds = 1$", f"load_cpu_seconds = {LOAD_SECONDS}", file.read_text())
    assert count == 1
    file.write_text(text)
    return folder


def run_worker(assignment, folder, out, at_once, lasting=()):
    """Have a worker grade a class in the order of its names; return its events and its records by student."""
    order = {
        "assignment": str(assignment),
        "seed": "a seed for tests",
        "out": str(out),
        "provenance": "none",
        "isolation": None,
        "notebooks": False,
        "rubric": False,
        "allow": [],
        "submissions": [str(folder)],
        "rehearsed": True,
    }
    found = find_submissions([folder])[0]
    jobs = [each.as_job() | {"repeat": "", "lasting": each.slug in lasting} for each in found]
    (out / "records").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(os.getpid())],
        input="".join(json.dumps(line) + "\n" for line in (order, {"at_once": at_once}, *jobs)),
        cwd=PROJECT,
        env=os.environ | dict.fromkeys(THREADS, "1"),
        capture_output=True,
        text=True,
        timeout=200,
    )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    records = {path.stem: json.loads(path.read_bytes()) for path in (out / "records").glob("*.json")}
    return [(event["event"], event.get("slug"), event.get("at_work")) for event in events[1:]], records


def test_who_loops_does_not_keep_the_others_waiting(assignment, tmp_path):
    """Who loops goes on beside the others and ends last, each with the record it has when alone."""
    looping = dict.fromkeys(("s001", "s002"), LOOPING)
    class_ = write_class(tmp_path / "class", **looping, s003=RIGHT, s004=RIGHT, s005=RIGHT)
    events, records = run_worker(assignment, class_, tmp_path / "out", 2)
    aside = {slug for event, slug, at_work in events if event == "aside" and at_work}
    ends = [slug for event, slug, _ in events if event == "done"]
    # Under load one of the two may not have computed for long when the last of the others begins: nobody waits then.
    assert aside
    assert aside <= looping.keys()
    assert max(map(ends.index, ("s003", "s004", "s005"))) < min(map(ends.index, aside))
    assert sorted(slug for event, slug, _ in events if event == "begun") == ["s001", "s002", "s003", "s004", "s005"]
    alone = run_worker(assignment, write_class(tmp_path / "one", s001=LOOPING), tmp_path / "alone", 1)[1]["s001"]
    assert alone["loading"]["status"] == "timed_out"
    for student in looping:
        assert told(records[student]) == told(alone)


def test_one_at_a_time_stays_one_at_a_time(assignment, tmp_path):
    """With one submission at a time, one that loops is put back, and begins anew when nobody waits any more."""
    class_ = write_class(tmp_path / "class", s001=RIGHT, s002=LOOPING, s003=RIGHT, s004=RIGHT)
    events, records = run_worker(assignment, class_, tmp_path / "out", 1)
    assert [event for event in events if event[0] != "begun"] == [
        ("done", "s001", None),
        ("aside", "s002", False),
        ("done", "s003", None),
        ("done", "s004", None),
        ("done", "s002", None),
    ]
    assert [slug for event, slug, _ in events if event == "begun"] == ["s001", "s002", "s003", "s004", "s002"]
    assert records["s002"]["loading"]["status"] == "timed_out"


def told(record):
    """Return what a record says of the work."""
    kept = ("score", "tasks", "checks", "loading", "running", "remarks", "output")
    return json.dumps({key: record[key] for key in kept}, sort_keys=True)


def test_who_is_known_to_loop_begins_beside_the_others(assignment, tmp_path):
    """One that lasted long before begins at once, at a low priority, and takes nobody's place."""
    class_ = write_class(tmp_path / "class", s001=LOOPING, s002=RIGHT, s003=RIGHT, s004=RIGHT)
    events, records = run_worker(assignment, class_, tmp_path / "out", 2, lasting={"s001"})
    assert [slug for event, slug, _ in events if event == "begun"].index("s001") == 2
    assert [slug for event, slug, _ in events if event == "done"][-1] == "s001"
    assert ("aside", "s001", False) in events
    assert words(records["s001"]) == words(records["s002"]) | {"check_printed": ("failed", "timed_out", 0.0)}


def test_a_process_that_takes_another_sessions_name_stays_in_its_own(tmp_path):
    """What a student's process calls itself makes it no part of another session; what gives way has a lower priority, with all its processes."""
    for name, below in (("judge-5000001", tmp_path / "judge-5000002"), ("judge-5000002", "sleep 100")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{below} &\necho ready\nwait\n")
        (tmp_path / name).chmod(0o755)
    words = ["sh", "-c", f"{tmp_path}/judge-5000001; :"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True) as clean:
        try:
            assert [clean.stdout.readline(), clean.stdout.readline()] == ["ready\n", "ready\n"]
            own, others = computed(5000001, clean.pid)[1], computed(5000002, clean.pid)[1]
            assert len(own) >= 3
            assert others == [5000002]
            give_way(own)
            usual = os.getpriority(os.PRIO_PROCESS, 0)
            found = [os.getpriority(os.PRIO_PROCESS, process) for process in own if process != 5000001]
            assert found == [min(usual + 5, 19)] * len(found)
        finally:
            os.killpg(clean.pid, signal.SIGKILL)
