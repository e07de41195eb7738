"""Which submissions at work last long, and how these give way to the others. CONFINED, seen from outside; changes no score.

What a submission has computed is read from /proc: its judge, and below the clean parent the session that bears the judge's number. One that
has used its seconds goes on at a lower priority, about a quarter of a core beside one that has the usual priority, so that it never
comes near the limits by the clock, which are ten times those of computing.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

from grader.fence.clean_parent import session_name

# How often is looked, and how much nicer one becomes: the kernel gives it a third of the time of a usual one beside it.
LOOK_SECONDS, NICER = 1.0, 5
_LEAST_PRIORITY = 19


@dataclass(frozen=True)
class _Process:
    parent: int
    name: str
    cpu_seconds: float


def computed(judge: int, clean_parent: int) -> tuple[float, list[int]]:
    """Return the computing time of a judge and its session, in seconds, and the numbers of all their processes."""
    everyone = _everyone()
    own = {judge}
    for pid in _below(clean_parent, everyone):
        # Whatever a student's process calls itself, above it stands the name of its own session.
        if _session_of(pid, clean_parent, everyone) == session_name(judge):
            own.add(pid)
    return sum(everyone[pid].cpu_seconds for pid in own if pid in everyone), sorted(own)


def give_way(processes: list[int]) -> None:
    """Lower the priority of processes below that of this one, and let them use all its cores."""
    priority = min(os.getpriority(os.PRIO_PROCESS, 0) + NICER, _LEAST_PRIORITY)
    cores = os.sched_getaffinity(0)
    for process in processes:
        with contextlib.suppress(OSError):  # it may have ended
            os.setpriority(os.PRIO_PROCESS, process, priority)
            os.sched_setaffinity(process, cores)


def _session_of(pid: int, clean_parent: int, everyone: dict[int, _Process]) -> str:
    """Return the name of the session that a process belongs to: that of the first process on the way down from the clean parent that has one."""
    found = ""
    while pid != clean_parent and pid in everyone:
        if everyone[pid].name.startswith(session_name()):
            found = everyone[pid].name
        pid = everyone[pid].parent
    return found


def _below(root: int, everyone: dict[int, _Process]) -> list[int]:
    children: dict[int, list[int]] = {}
    for pid, process in everyone.items():
        children.setdefault(process.parent, []).append(pid)
    found, new = [], [root]
    while new:
        new = [child for parent in new for child in children.get(parent, ())]
        found += new
    return found


def _everyone() -> dict[int, _Process]:
    """Return all processes; those of a process that it has waited for count as its own."""
    ticks, found = os.sysconf("SC_CLK_TCK"), {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                head, _, tail = file.read().rpartition(b")")
                words = tail.split()
                own = head.partition(b"(")[2].decode("ascii", "replace")
                found[int(name)] = _Process(int(words[1]), own, sum(map(int, words[11:15])) / ticks)
    return found
