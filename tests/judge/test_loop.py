"""The loop that forks a judge for each submission."""

import os

import pytest

from grader.judge.loop import Loop, Running


@pytest.fixture
def cores(monkeypatch):
    """A machine with four cores, two of which may be used; no real one can be relied on here."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {1, 3})


def loop(at_once, **cores_of_running):
    """Return a loop with judges that run on these cores; those whose name begins with ``checked`` are at their end."""
    made = Loop(0, lambda event: None)
    made.at_once = at_once
    for number, (name, core) in enumerate(cores_of_running.items()):
        made.running[number] = Running(100 + number, {}, core, checked=name.startswith("checked"))
    return made


def test_loop_gives_each_judge_a_core_of_its_own(cores):
    """With as many submissions as cores, the next judge takes the one that nobody checks on."""
    assert loop(2)._core() == 1
    assert loop(2, busy=1)._core() == 3
    assert loop(2, busy=3)._core() == 1
    assert loop(2, busy=3, checked=1)._core() == 1


def test_loop_leaves_the_cores_to_the_kernel_otherwise(cores):
    """With fewer submissions than cores, or more, none is tied to one."""
    assert loop(1)._core() is None
    assert loop(3, busy=1)._core() is None
