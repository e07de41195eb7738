"""Tests of work in forks."""

import os
import time
from pathlib import Path

from grader.audit.pool import in_forks
from grader.trusted.forked import Forked


def test_forked_brings_back_what_the_work_returned():
    """Plain data comes back whole, however long."""
    assert Forked(lambda: {"n": "x" * 300_000}, 10.0).result() == {"n": "x" * 300_000}


def test_forked_ends_what_never_ends():
    """An endless loop is ended by the kernel after its computing time, a crash is no answer."""

    def forever():
        while True:
            pass

    assert Forked(forever, 1.0).result() is None
    assert Forked(lambda: os._exit(3), 10.0).result() is None


def test_forked_leaves_this_process_alone():
    """What the work changes is changed in the fork."""
    seen = []
    assert Forked(lambda: seen.append(1), 10.0).result() is None
    assert seen == []


def test_in_forks_works_on_every_case():
    """Each case comes back once with its answer, whatever the number at a time; one that crashes comes with None."""

    def work(case):
        if case == 3:
            os._exit(1)
        time.sleep(0.01 * (5 - case))
        return case * case

    for jobs in (1, 2, 8):
        assert dict(in_forks(range(5), work, jobs=jobs, cpu_seconds=10.0)) == {0: 0, 1: 1, 2: 4, 3: None, 4: 16}


def test_in_forks_works_in_a_scratch_folder(tmp_path, monkeypatch):
    """What answers save is not left where somebody audits."""
    monkeypatch.chdir(tmp_path)
    assert dict(in_forks(["a.png", "b.png"], lambda name: Path(name).write_text(name), jobs=2, cpu_seconds=10.0)) == {
        "a.png": 5,
        "b.png": 5,
    }
    assert list(tmp_path.iterdir()) == []
