"""Looks at processes from outside, and waits until something is so instead of sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

# Only a test that fails waits this long; a machine that is busy with other work may need much of it.
PATIENCE_SECONDS = 120.0


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> bool:
    """Wait for a condition; return whether it came true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(0.02)
    return True


def descendants(pid: int) -> dict[int, str]:
    """Return the ids of all processes below one, with the times they started, so that a reused id is not mistaken."""
    parents: dict[int, tuple[int, str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        if fields := _fields(path):
            parents[int(path.parent.name)] = (int(fields[1]), fields[19])
    below = {pid}
    found: dict[int, str] = {}
    while True:
        new = {child for child, (parent, _) in parents.items() if parent in below and child not in below}
        if not new:
            return found
        below |= new
        found |= {child: parents[child][1] for child in new}


def living(family: dict[int, str]) -> list[int]:
    """Return those of some processes, given with the times they started, that are still running."""
    found = {pid: _fields(Path(f"/proc/{pid}/stat")) for pid in family}
    return [pid for pid, fields in found.items() if fields and fields[19] == family[pid] and fields[0] not in "ZX"]


def _fields(path: Path) -> list[str]:
    """Return what /proc says of a process behind its name, nothing when it has ended."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
