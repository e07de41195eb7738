"""Memory that the kernel keeps for a submission counts as its own; an innocent one is never blamed."""

import pytest

from grader.errors import FenceError
from grader.fence import SessionLimits
from grader.fence.levels import IsolationLevel
from grader.outcomes import StudentFault, Why
from tests.fence.conftest import MEBIBYTE, SMALL

LEVELS = [IsolationLevel.FULL, IsolationLevel.NO_NAMESPACES]
ROOM = SessionLimits(memory_bytes=128 * MEBIBYTE, processes=30, cpu_seconds=40.0)
SOCKETS = """
import os, socket, time
def hold():
    for _ in range(20):
        if os.fork() == 0:
            kept = []
            try:
                while len(kept) < 40:
                    kept.append(socket.socketpair())
            except OSError:
                pass
            time.sleep(600)
    time.sleep(600)
    return "held"
"""
MAPPINGS = """
import ctypes, os, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
def hold():
    for _ in range(20):
        if os.fork() == 0:
            start = libc.mmap(None, 4096 * 30000, 3, 0x22, -1, 0)
            for page in range(0, 30000, 2):
                libc.mprotect(start + 4096 * page, 4096, 1)
            time.sleep(600)
    time.sleep(600)
    return "held"
"""
HONEST = """
import asyncio, os, time
async def nothing():
    await asyncio.sleep(0.01)
def hold():
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            files = [open(os.devnull) for _ in range(30)]
            asyncio.run(nothing())
            time.sleep(0.5)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return "held"
"""


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("source", [SOCKETS, MAPPINGS], ids=["sockets", "mappings"])
def test_memory_of_the_kernel_ends_a_session(source, level, fenced, call, clean_parents):
    """Twenty processes that each stay below every limit are ended for what they hold together."""
    session = fenced(source, ROOM, clean_parents(level))
    with pytest.raises(StudentFault) as caught:
        call(session, "hold", cpu_seconds=20.0)
    assert (caught.value.why, caught.value.message) == (
        Why.OUT_OF_MEMORY,
        "Its processes together took more memory than they may.",
    )


@pytest.mark.parametrize("level", LEVELS)
def test_files_and_event_loops_are_not_taken_for_it(level, fenced, call, clean_parents):
    """The control: eight processes with thirty files and an event loop each go on."""
    assert call(fenced(HONEST, SMALL, clean_parents(level)), "hold", cpu_seconds=20.0) == "held"


def test_shortage_of_the_machine_is_nobodys_fault(clean_parents, fenced, call):
    """A session that is told that the machine ran short raises a fault of ours, in one sentence, and no student's."""
    session = fenced("def hold(): return 1", SMALL, clean_parents(None))
    assert call(session, "hold") == 1
    with pytest.raises(FenceError) as caught:
        session._require_memory({"overrun": "shortage", "starved": False}, None)
    assert str(caught.value) == (
        "The memory of this machine ran out while this submission was graded. Free some, or grade fewer at once (`--jobs 1`), and "
        "grade it again."
    )
