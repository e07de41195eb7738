"""The memory that is left: the machine's, or that of the tightest group."""

import fcntl
import os

from _walls import holdings, machine


def group(folder, limit, used, **stat):
    """Write the files of a memory group; return it as the clean parent holds it."""
    folder.mkdir()
    (folder / "used").write_text(f"{used}\n")
    (folder / "stat").write_text("".join(f"{name} {value}\n" for name, value in stat.items()))
    return {"limit": limit, **{name: os.open(folder / name, os.O_RDONLY) for name in ("used", "stat")}}


def test_memory_is_that_of_the_tightest_group(tmp_path):
    """Pages of files are given back, so they count as available, in both versions of the kernel's files."""
    alone = machine.memory([])
    wide = group(tmp_path / "wide", 2**50, 5)
    tight = group(tmp_path / "tight", 1000, 900, anon=700, inactive_file=150, active_file=50)
    old = group(tmp_path / "old", 2000, 1900, inactive_file=1, total_inactive_file=100, total_active_file=30)
    assert alone.available > 2**20 < alone.kernel
    assert [machine.memory([wide, each]).available for each in (tight, old)] == [300, 230]
    assert machine.floor(machine.Memory(2**40, 0)) == 2**26
    assert machine.floor(machine.Memory(300, 0)) == 150


def test_holdings_count_each_pipe_once():
    """Few descriptors are not looked at; many pipes count with their buffers, shared ones once."""
    child = os.fork()
    if child == 0:  # which has no descriptors of other tests
        status = 1
        try:
            os.closerange(3, 4096)
            status = 0 if pipes_count_once() else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def pipes_count_once():
    """Return whether 140 pipes count with all that the kernel lets them hold, and nothing does before."""
    me = os.getpid()
    before = holdings.of_descriptors([me], 1000, adjustable=False)
    pipes = [os.pipe() for _ in range(140)]
    counted = [holdings.of_descriptors(pids, 1000, adjustable=False) for pids in ([me], [me, me])]
    room = sum(fcntl.fcntl(writing, fcntl.F_GETPIPE_SZ) for _, writing in pipes)
    return before == 0 and counted[0] == counted[1] >= max(room, 140 * 2**16)


def test_holdings_of_mappings_and_buffers():
    """A process has some mappings, no more than very many; a buffer that may be adjusted is no smaller."""
    me = os.getpid()
    assert holdings.mappings(me) > 20
    assert holdings.of_mappings([me], 10**6) == 0
    assert holdings.of_mappings([me], 0) > 20 * 256
    assert holdings.buffer_bytes(adjustable=True) >= holdings.buffer_bytes(adjustable=False) >= 2 * 212992
