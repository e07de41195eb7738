"""The kernel memory that a session uses in addition to the pages of its processes.

No limit of the kernel counts the buffers of sockets and pipes, the watches of an epoll or the descriptions of
mappings. So they are counted here, each at its maximum size, from what the session itself has and never from a shortage
of the machine.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Sequence

# This many descriptors of all processes together use little memory, and are not inspected one by one.
_FEW_DESCRIPTORS = 256
# A pipe starts with 16 pages, which are larger on some ARM boards; a process may ask for more, up to a mebibyte.
_PIPE_BYTES = 16 * resource.getpagesize()
_LARGE_PIPE_BYTES = max(2**20, _PIPE_BYTES)
_WATCH_BYTES = 192
# A mapping, and its link to the memory of every process that it was inherited from.
_MAPPING_BYTES, _LINK_BYTES = 256, 64
_DEFAULT_BUFFER_BYTES = 212992


def buffer_bytes(*, adjustable: bool) -> int:
    """Return the maximum kernel memory for one end of a socket pair; `adjustable` says that the process may ask for more."""
    sizes = [_DEFAULT_BUFFER_BYTES]
    for name in ("wmem_default", *(("wmem_max", "rmem_max") if adjustable else ())):
        try:
            with open(f"/proc/sys/net/core/{name}", "rb") as file:
                sizes.append(int(file.read()))
        except (OSError, ValueError):
            continue
    # A nearly full buffer still takes one message, and a message takes more room than its bytes.
    return 2 * max(sizes)


def of_descriptors(pids: Sequence[int], socket_bytes: int, *, adjustable: bool) -> int:
    """Return the maximum memory of these processes' descriptors, each socket and pipe counted once."""
    if sum(map(_count, pids)) <= _FEW_DESCRIPTORS:
        return 0
    pipe_bytes = _LARGE_PIPE_BYTES if adjustable else _PIPE_BYTES
    shared: set[str] = set()
    total = 0
    for pid in pids:
        targets = _targets(pid)
        shared.update(target for target in targets if target.startswith(("socket:", "pipe:")))
        # Each may watch every file under every number.
        total += targets.count("anon_inode:[eventpoll]") * len(targets) ** 2 * _WATCH_BYTES
    return total + sum(socket_bytes if target.startswith("socket:") else pipe_bytes for target in shared)


def _count(pid: int) -> int:
    try:
        # The size of this folder is the number of its entries from Linux 6.2 on, and 0 before.
        return os.stat(f"/proc/{pid}/fd").st_size or len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def _targets(pid: int) -> list[str]:
    found = []
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                found.append(os.readlink(f"/proc/{pid}/fd/{name}"))
            except OSError:
                continue
    except OSError:
        pass
    return found


def mappings(pid: int) -> int:
    """Return how many mappings a process has; 0 if it may not be inspected."""
    total = 0
    try:
        with open(f"/proc/{pid}/maps", "rb", buffering=0) as file:
            while block := file.read(2**16):
                total += block.count(b"\n")
    except OSError:
        pass
    return total


def of_mappings(pids: Sequence[int], usual: int) -> int:
    """Return the maximum kernel memory for the mappings of these processes, beyond the `usual` number of each."""
    more = sum(max(0, mappings(pid) - usual) for pid in pids)
    return more * (_MAPPING_BYTES + _LINK_BYTES * len(pids))
