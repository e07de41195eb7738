"""Finds and kills the processes of one session.

Used by the trusted parents. Everything is read from /proc, because nothing here may depend on what
a submission reports about itself.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK")
_MAX_ROUNDS = 200
# A kernel may be built without this file; the slower way is to look at all processes.
_HAS_CHILDREN = os.path.exists(f"/proc/self/task/{os.getpid()}/children")


@dataclass(frozen=True)
class Process:
    """One line of the census; `cpu_seconds` includes children that it has waited for."""

    pid: int
    parent: int
    group: int
    state: str
    cpu_seconds: float


def processes() -> list[Process]:
    """Return all processes that this PID namespace shows."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            process = _look_at(int(name))
            if process is not None:
                found.append(process)
    return found


def _look_at(pid: int) -> Process | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            line = file.read()
    except OSError:
        return None
    # The command's name, in parentheses, may itself contain spaces and parentheses.
    words = line[line.rindex(b")") + 2 :].split()
    ticks = sum(int(word) for word in words[11:15])
    return Process(pid, int(words[1]), int(words[2]), words[0].decode(), ticks / _TICKS)


def descendants(root: int) -> list[Process]:
    """Return every living process below `root`, without `root` itself."""
    found, queue = [], children_of(root)
    while queue:
        pid = queue.pop()
        queue += children_of(pid)
        process = _look_at(pid)
        if process is not None:
            found.append(process)
    return found


def children_of(pid: int) -> list[int]:
    """Return the numbers of all children of all threads of `pid`."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    except FileNotFoundError:
        if not _HAS_CHILDREN:
            return [process.pid for process in processes() if process.parent == pid]
    except OSError:
        pass
    return found


def kill_below(root: int, spared: int | None = None) -> list[Process] | None:
    """Kill every process below `root` except `spared`, until none is left alive.

    A process with a pending SIGKILL cannot fork, so each round ends all processes that it saw; only children
    born between look and kill survive into the next round.

    Returns
    -------
    list of Process or None
        The processes that are left: the spared one, and the dead ones not yet reaped; None if one resists.
    """
    for _ in range(_MAX_ROUNDS):
        found = descendants(root)
        alive = [process for process in found if process.state not in "ZX" and process.pid != spared]
        if not alive:
            return found
        for process in alive:
            try:
                os.kill(process.pid, signal.SIGKILL)
            except OSError:
                continue
        time.sleep(0.0005)
    return None


def tasks_of(user: int) -> int:
    """Return how many processes and threads `user` has now, as RLIMIT_NPROC counts them."""
    total = 0
    for name in os.listdir("/proc"):
        try:
            if name.isdecimal() and os.stat(f"/proc/{name}").st_uid == user:
                total += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue
    return total


def memory_of(pid: int) -> int:
    """Return the memory in bytes that a process uses itself: anonymous and shared pages, including those swapped out, and their tables; no files."""
    total = 0
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            for line in file:
                if line.startswith((b"RssAnon:", b"RssShmem:", b"VmSwap:", b"VmPTE:")):
                    total += int(line.split()[1]) * 1024
    except OSError:
        return 0
    return total
