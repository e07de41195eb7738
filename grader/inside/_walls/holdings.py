"""What a session keeps beside the pages of its processes, in the kernel.

No limit of the kernel counts the buffers of sockets and pipes, the watches of an epoll or the descriptions of mappings. So they are
counted here, each with the most that it can hold, by what the session itself has: never by what the machine is short of.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Sequence

# So many descriptors of all processes together hold little, and are not looked at one by one.
_FEW_DESCRIPTORS = 256
# A pipe is born with 16 pages, which are larger on some boards with ARM; whoever may asks for more, up to a mebibyte.
_PIPE_BYTES = 16 * resource.getpagesize()
_LARGE_PIPE_BYTES = max(2**20, _PIPE_BYTES)
_WATCH_BYTES = 192
# A mapping, and its link to the memory of every process that it was inherited from.
_MAPPING_BYTES, _LINK_BYTES = 256, 64
_DEFAULT_BUFFER_BYTES = 212992


def buffer_bytes(*, adjustable: bool) -> int:
    """Return the most that the kernel keeps for one end of a socket pair; `adjustable`: the process may ask for more."""
    sizes = [_DEFAULT_BUFFER_BYTES]
    for name in ("wmem_default", *(("wmem_max", "rmem_max") if adjustable else ())):
        try:
            with open(f"/proc/sys/net/core/{name}", "rb") as file:
                sizes.append(int(file.read()))
        except (OSError, ValueError):
            continue
    # A buffer takes a last message when it is nearly full, and a message more room than it has bytes.
    return 2 * max(sizes)


def of_descriptors(pids: Sequence[int], socket_bytes: int, *, adjustable: bool) -> int:
    """Return what the descriptors of these processes can hold at most, each socket and pipe once."""
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
    """Return how many mappings a process has; 0 when it may not be looked at."""
    total = 0
    try:
        with open(f"/proc/{pid}/maps", "rb", buffering=0) as file:
            while block := file.read(2**16):
                total += block.count(b"\n")
    except OSError:
        pass
    return total


def of_mappings(pids: Sequence[int], usual: int) -> int:
    """Return what the kernel keeps at most to describe the mappings of these processes, beyond the `usual` number of each."""
    more = sum(max(0, mappings(pid) - usual) for pid in pids)
    return more * (_MAPPING_BYTES + _LINK_BYTES * len(pids))
