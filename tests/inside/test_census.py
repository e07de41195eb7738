"""The census sees every process below one, however it hides, and ends it."""

import ctypes
import mmap
import os
import signal
import time
from pathlib import Path

from _walls import census

PATIENCE_SECONDS = 120.0
_PR_SET_NAME = 15


def tree():
    """Start a child with a child of its own; return their numbers."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        grandchild = os.fork()
        if grandchild:
            os.write(writing, str(grandchild).encode())
        time.sleep(600)
        os._exit(0)
    grandchild = int(os.read(reading, 16))
    os.close(reading)
    os.close(writing)
    return child, grandchild


def test_descendants_reach_all_generations():
    """Children and grandchildren are found, with their parents."""
    child, grandchild = tree()
    found = {process.pid: process.parent for process in census.descendants(os.getpid())}
    os.kill(grandchild, signal.SIGKILL)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert found[child] == os.getpid()
    assert found[grandchild] == child


def test_descendants_without_the_short_way(monkeypatch):
    """On a kernel without lists of children everybody is looked at instead."""
    child, grandchild = tree()
    monkeypatch.setattr(census, "_HAS_CHILDREN", False)
    opened = open

    def without_children(path, *arguments, **keywords):
        if str(path).endswith("/children"):
            raise FileNotFoundError(path)
        return opened(path, *arguments, **keywords)

    monkeypatch.setattr("builtins.open", without_children)
    found = {process.pid for process in census.descendants(os.getpid())}
    monkeypatch.undo()
    assert census.kill_below(child) is not None
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert {child, grandchild} <= found


def test_kill_below_spares_one_only():
    """All but the spared one are ended."""
    root = os.fork()
    if root == 0:  # below this process there is only what this test has made
        status = 1
        try:
            status = 0 if spares_one_only() else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(root, 0)[1]) == 0


def spares_one_only():
    """Return whether a kill that spares the child ends the grandchild alone, and one that spares nobody ends both."""
    child, grandchild = tree()
    all_killed = census.kill_below(os.getpid(), spared=child)
    states = {process.pid: process.state for process in census.descendants(os.getpid())}
    spared = states.get(grandchild, "Z") in "ZX" and states[child] not in "ZX"
    return all_killed is not None and spared and census.kill_below(os.getpid()) is not None


def test_census_reads_strange_names():
    """A command name with spaces and parentheses does not confuse the columns."""
    child = os.fork()
    if child == 0:
        try:
            ctypes.CDLL(None).prctl(_PR_SET_NAME, b"a) R 1 (b", 0, 0, 0)
            time.sleep(600)
        finally:
            os._exit(0)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while b"a) R 1" not in Path(f"/proc/{child}/stat").read_bytes() and time.monotonic() < deadline:
        time.sleep(0.01)
    found = [process for process in census.processes() if process.pid == child]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert found[0].parent == os.getpid()


def test_census_counts_computing_time_and_memory():
    """A process that computed and filled memory shows both."""
    (me,) = [process for process in census.processes() if process.pid == os.getpid()]
    assert me.cpu_seconds > 0.01
    before = census.memory_of(os.getpid())
    with mmap.mmap(-1, 32 << 20) as held:  # new pages, and not what the heap still holds of earlier tests
        held.write(b"x" * (32 << 20))
        assert census.memory_of(os.getpid()) - before >= 30 << 20
    assert census.memory_of(2**22 + 1) == 0


def test_tasks_of_counts_this_user():
    """At least this process is counted."""
    assert census.tasks_of(os.getuid()) >= 1
    assert census.tasks_of(4_000_000_000) == 0
