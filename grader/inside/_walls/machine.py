"""The memory that the machine, or the container, still has.

A submission that fills memory which no limit counts is found by what it holds (`holdings`). This is for the rest: if
the memory of the machine runs short, for any reason, a submission can no longer be judged.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

# Less than this is too little to go on; if there was little from the start, half of that.
_FLOOR_BYTES = 64 * 2**20
_GROUPS = "/sys/fs/cgroup"
# Files with the limit and the usage of a group, in the two versions of the kernel's interface.
_NAMES, _OLD_NAMES = ("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")
_UNLIMITED = 2**60


def limited_groups() -> list[dict[str, int]]:
    """Return the memory groups that limit this process, as descriptors, so that they can be read again where /sys is not visible."""
    found = []
    for folder, (limit_name, used_name) in _places():
        try:
            limit = int(Path(folder, limit_name).read_bytes())
            if limit < _UNLIMITED:
                used, stat = (
                    os.open(f"{folder}/{name}", os.O_RDONLY | os.O_CLOEXEC) for name in (used_name, "memory.stat")
                )
                found.append({"limit": limit, "used": used, "stat": stat})
        except (OSError, ValueError):  # no such group, or "max"
            continue
    return found


def _places() -> list[tuple[str, tuple[str, str]]]:
    """Return the folders of this process's groups and of all groups above them, in both versions."""
    try:
        lines = Path("/proc/self/cgroup").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    places = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "" or "memory" in controllers.split(","):
            top, names = (f"{_GROUPS}/memory", _OLD_NAMES) if controllers else (_GROUPS, _NAMES)
            below = [part for part in path.split("/") if part not in ("", "..")]
            places += [("/".join([top, *below[:depth]]), names) for depth in range(len(below) + 1)]
    return places


@dataclass(frozen=True)
class Memory:
    """The memory in bytes: `available` without swapping, and what the kernel permanently uses itself."""

    available: int
    kernel: int


def memory(groups: list[dict[str, int]]) -> Memory:
    """Return the memory that the machine has now, or the tightest of these groups if that is less."""
    fields = _fields("/proc/meminfo")
    if "MemAvailable" not in fields:
        return Memory(_UNLIMITED, 0)
    available = min([fields["MemAvailable"] * 1024, *(_left(group) for group in groups)])
    return Memory(available, 1024 * (fields.get("SUnreclaim", 0) + fields.get("PageTables", 0)))


def floor(memory: Memory) -> int:
    """Return the available memory below which grading cannot go on, for a machine that had this much at the start."""
    return min(_FLOOR_BYTES, memory.available // 2)


def kills() -> int:
    """Return how many processes the kernel has killed because memory ran out."""
    return _fields("/proc/vmstat").get("oom_kill", 0)


def _left(group: dict[str, int]) -> int:
    try:
        used = int(os.pread(group["used"], 64, 0))
        stat = _numbers(os.pread(group["stat"], 2**16, 0))
    except (OSError, ValueError):
        return _UNLIMITED
    # Pages of files are released before a process is killed.
    files = sum(stat.get(f"total_{kind}", stat.get(kind, 0)) for kind in ("inactive_file", "active_file"))
    return group["limit"] - used + files


def _fields(path: str) -> dict[str, int]:
    try:
        with open(path, "rb", buffering=0) as file:
            return _numbers(file.read(2**16))
    except OSError:
        return {}


def _numbers(text: bytes) -> dict[str, int]:
    """Return the numbers of a file that has a name and a number on each line."""
    lines = (line.split() for line in text.splitlines())
    return {
        words[0].rstrip(b":").decode("ascii", "replace"): int(words[1])
        for words in lines
        if words[1:2] and words[1].isdigit()
    }
