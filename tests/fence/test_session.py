"""A session answers, or says in one word why not, and never leaves anything behind."""

import gc
import os
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from grader.fence import CleanParent, FenceError
from grader.outcomes import StudentFault, Why
from tests.attacks.machine import calls_of
from tests.fence.conftest import EVERYTHING, MEBIBYTE, SMALL

SOURCE = """
import os, time
import numpy as np
print("loaded")
def double(x): return x * 2
def state(): globals()["seen"] = globals().get("seen", 0) + 1; return globals()["seen"]
def raises(): return 1 / 0
def stub(): raise NotImplementedError("Task 1.1: stub")
def leaves(): os._exit(7)
def spins():
    while True: pass
def sleeps(): time.sleep(3600)
def grows(): return len(bytearray(2**31))
def knocks():
    import socket
    socket.socket()
def breaks_out(): os.chroot(".")
def floods(): print("x" * 3_000_000)
def daemon():
    if os.fork() == 0:
        if os.fork() == 0:
            time.sleep(3600)
        os._exit(0)
    os.wait()
def leaves_an_orphan():
    if os.fork() == 0:
        time.sleep(3600)
    os._exit(7)
def processes(): return sum(name.isdecimal() for name in os.listdir("/proc"))
def big(): return np.zeros(1000)
"""


def test_session_calls_what_was_loaded(fenced, call):
    """Arrays go in and come out; a check starts from the state right after loading."""
    session = fenced(SOURCE)
    assert call(session, "double", np.arange(3.0)).tolist() == [0.0, 2.0, 4.0]
    assert call(session, "state") == 1
    assert call(session, "state") == 1
    assert session.output().stdout == "loaded\n"


def test_session_says_that_a_given_file_has_no_room(clean_parent):
    """What could not be written is named as such, and not as a folder that is in the way."""
    with clean_parent.open(SMALL) as session:
        given = [("b.csv", bytes(3 * MEBIBYTE))]
        reading = session.read([("s001.py", b"x = 1\n")], name="s001.py", form="file", given=given)
    said = {"The file b.csv, which is given, could not be written: File too large."}
    assert {problem["message"] for problem in reading["problems"]} == said


def test_session_keeps_state_within_a_check(fenced):
    """Two questions of one check meet the same process."""
    with fenced(SOURCE).check(5.0) as ask:
        request = {"op": "call", "on": 0, "name": "state", "args": [], "kwargs": {}}
        assert [ask(request)["value"], ask(request)["value"]] == [1, 2]


def test_session_runs_on_the_cores_of_its_judge(fenced, call):
    """A judge that keeps to one core takes the submission along; one that does not leaves it all."""
    everywhere = os.sched_getaffinity(0)
    source = "import os\ndef cores(): return sorted(os.sched_getaffinity(0))\n"
    assert call(fenced(source), "cores") == sorted(everywhere)
    os.sched_setaffinity(0, {max(everywhere)})
    try:
        assert call(fenced(source), "cores") == [max(everywhere)]
    finally:
        os.sched_setaffinity(0, everywhere)


FAULTS = [
    ("raises", Why.CRASHED, "It raised ZeroDivisionError: division by zero"),
    ("stub", Why.MISSING, "It is not implemented yet (Task 1.1: stub)."),
    ("leaves", Why.CRASHED, "It ended before it answered (exit status 7)."),
    ("leaves_an_orphan", Why.CRASHED, "It ended before it answered (exit status 7)."),
    ("spins", Why.TIMED_OUT, "It did not finish within 1 seconds of computing time."),
    ("grows", Why.OUT_OF_MEMORY, "It raised MemoryError."),
    ("breaks_out", Why.BLOCKED, "It was stopped for asking the system for something that is not allowed here."),
    ("knocks", Why.BLOCKED, "It raised PermissionError: [Errno 1] Operation not permitted"),
]


@pytest.mark.parametrize(("name", "why", "sentence"), FAULTS)
def test_session_says_why_there_is_no_answer(fenced, call, name, why, sentence):
    """Each way to fail has its word, costs only its own check, and the next check is answered."""
    session = fenced(SOURCE)
    with pytest.raises(StudentFault) as caught:
        call(session, name, cpu_seconds=1.0)
    assert (caught.value.why, caught.value.message) == (why, sentence)
    assert call(session, "double", 21) == 42


def test_session_repeats_a_fatal_fault(fenced):
    """Within a check whose child is gone every further question gets the same answer."""
    with fenced(SOURCE).check(5.0) as ask:
        request = {"op": "call", "on": 0, "name": "leaves", "args": [], "kwargs": {}}
        with pytest.raises(StudentFault) as first:
            ask(request)
        with pytest.raises(StudentFault) as second:
            ask({"op": "names", "on": 0})
    assert first.value is second.value
    assert first.value.fatal


def test_session_caps_a_reply_by_what_is_expected(fenced):
    """An answer that is larger than asked for is not taken."""
    with fenced(SOURCE).check(5.0) as ask, pytest.raises(StudentFault):
        ask({"op": "call", "on": 0, "name": "big", "args": [], "kwargs": {}}, reply_bytes=100)


def test_session_kills_what_a_check_leaves(fenced, call):
    """A daemon that one check started is gone in the next."""
    session = fenced(SOURCE)
    before = call(session, "processes")
    call(session, "daemon")
    assert call(session, "processes") == before


def test_session_ends_with_all_its_processes(fenced, call):
    """After closing nothing holds the output pipes any more, whatever was started."""
    session = fenced("import os, time\nfor _ in range(3):\n    if os.fork() == 0:\n        time.sleep(3600)\n")
    session.close()
    assert session.output_ended()


def test_session_keeps_the_head_of_a_flood(fenced):
    """A hundred megabytes of output cost neither memory nor the loading."""
    text = "for i in range(100):\n    print('x' * (1 << 20))\n"
    output = fenced(text).output()
    assert output.truncated
    assert len(output.stdout) <= 256 * 1024


def test_session_counts_computing_time_of_all_processes(fenced, call):
    """What a check used is in the sum, although its process is gone."""
    session = fenced(SOURCE)
    before = session.cpu_seconds()
    with pytest.raises(StudentFault):
        call(session, "spins", cpu_seconds=1.0)
    assert session.cpu_seconds() >= before + 0.5


def test_session_dies_with_its_loader(clean_parent):
    """A submission that ends its process while loading is told how it ended, and nothing more is asked."""
    with clean_parent.open(SMALL) as session:
        session.read([("s001.py", b"import ctypes\nctypes.CDLL(None)._exit(5)")], name="s001.py", form="file")
        with pytest.raises(StudentFault) as caught:
            session.load("submission", cpu_seconds=5.0)
        assert caught.value.message == "It ended before it answered (exit status 5)."
        with pytest.raises(StudentFault) as later, session.check(1.0):
            raise AssertionError("no check can begin")
        assert later.value.message == "It ended before this could be asked."


def test_session_stops_many_processes_that_share_the_memory_out(fenced, call):
    """Processes that together take far more than one may are stopped by the trusted init."""
    source = (
        "import os, time\ndef share(n):\n    for _ in range(n):\n        if os.fork() == 0:\n"
        "            x = bytearray(b'x') * (100 << 20)\n            time.sleep(3600)\n    time.sleep(3600)\n"
    )
    limits = replace(SMALL, memory_bytes=128 * MEBIBYTE)
    with pytest.raises(StudentFault) as caught:
        call(fenced(source, limits), "share", 8)
    assert caught.value.message == "Its processes together took more memory than they may."


def test_session_stops_many_processes_that_share_the_time_out(fenced, call):
    """Processes that together compute far more than one may are stopped by the trusted init."""
    source = "import os\ndef share():\n    os.fork()\n    os.fork()\n    while True: pass\n"
    with pytest.raises(StudentFault) as caught:
        call(fenced(source, replace(SMALL, session_cpu_seconds=1.5)), "share")
    assert caught.value.message == "Its processes together took more computing time than they may."


LOOPS = "for _ in range(4):\n    if os.fork() == 0:\n        while True: pass\n"
# Each process hands the work on and ends, so that none is old, and the init is woken all the time.
RELAY = "if os.fork() == 0:\n    while True:\n        sum(range(20000))\n        if os.fork(): os._exit(0)\n"


@pytest.mark.parametrize("work", [LOOPS, RELAY], ids=["loops", "relay"])
def test_session_ends_loading_when_its_processes_have_used_the_time_up(clean_parent, call, work):
    """A parent that computes nothing itself is ended by what its children compute; its names survive, they do not."""
    source = "import os, signal\ndef answer():\n    return 42\n" + work + "signal.pause()\n"
    with clean_parent.open(SMALL) as session:
        session.read([("s001.py", source.encode())], name="s001.py", form="file", allowed_imports=("os", "signal"))
        loading = session.load("submission", cpu_seconds=0.5)
        assert loading["status"] == "timed_out"
        assert loading["error"]["message"] == "Its processes together took more computing time than they may."
        assert call(session, "answer") == 42
        before = session.cpu_seconds()
        time.sleep(0.3)
        assert session.cpu_seconds() - before < 0.1


def test_session_ends_a_check_when_its_processes_have_used_the_time_up(fenced, call):
    """A check whose children compute while it sleeps is timed out, and costs the next one nothing."""
    source = "import os, signal\ndef answer():\n    return 42\ndef share():\n"
    source += "".join(f"    {line}\n" for line in (LOOPS + "signal.pause()").splitlines())
    session = fenced(source)
    with pytest.raises(StudentFault) as caught:
        call(session, "share", cpu_seconds=0.5)
    assert (caught.value.why, caught.value.message) == (
        Why.TIMED_OUT,
        "It did not finish within 0.5 seconds of computing time.",
    )
    assert call(session, "answer") == 42


def test_session_of_a_lost_clean_parent_is_our_fault():
    """A clean parent that is gone is a fault of the grader, not of a student."""
    clean_parent = CleanParent(preload=())
    clean_parent.start()
    clean_parent.close()
    with pytest.raises(FenceError) as caught:
        clean_parent.open(SMALL)
    assert str(caught.value) == "The process for students' code has ended; start the grader again."


def test_sessions_of_many_judges_do_not_meet(clean_parent, fenced, call):
    """Judges forked from one worker open sessions of one clean parent at the same time."""
    judges = []
    for number in range(4):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                with clean_parent.open(SMALL) as session:
                    source = f"def number(): return {number}".encode()
                    session.read([("s001.py", source)], name="s001.py", form="file")
                    session.load("submission", cpu_seconds=5.0)
                    with session.check(5.0) as ask:
                        answer = ask({"op": "call", "on": 0, "name": "number", "args": [], "kwargs": {}})
                    status = 0 if answer["value"] == number else 2
            finally:
                os._exit(status)
        judges.append(pid)
    assert [os.waitpid(pid, 0)[1] for pid in judges] == [0, 0, 0, 0]
    assert call(fenced("def number(): return 9"), "number") == 9


def test_session_answers_while_another_spins(fenced, call):
    """An endless loop of one student does not hold another one up."""
    busy, other = fenced(SOURCE), fenced(SOURCE)
    ended = threading.Event()

    def spin():
        with pytest.raises(StudentFault):
            call(busy, "spins", cpu_seconds=2.0)
        ended.set()

    spinning = threading.Thread(target=spin)
    spinning.start()
    assert call(other, "double", 4) == 8
    assert not ended.is_set()
    spinning.join()


def test_session_leaves_no_descriptor(clean_parent):
    """Ten sessions later the judge has as many descriptors as before."""

    def descriptors():
        return len(os.listdir("/proc/self/fd"))

    gc.collect()  # what earlier tests have left is not closed in the middle of this one
    before = descriptors()
    for _ in range(10):
        with clean_parent.open(SMALL) as session:
            session.read([("s001.py", b"")], name="s001.py", form="file")
    assert descriptors() == before


def test_session_is_silent_three_times_at_most(fenced, call, monkeypatch):
    """Sleeping in every function costs the wall-clock backstop three times, then nothing more is asked."""
    session = fenced(SOURCE)
    monkeypatch.setattr("grader.fence.session.wall_seconds", lambda cpu_seconds: 0.5)
    messages = []
    for _ in range(4):
        with pytest.raises(StudentFault) as caught:
            call(session, "sleeps", cpu_seconds=1.0)
        messages.append(caught.value.message)
    silent = "It did not finish within 1 seconds of computing time."
    assert messages == [silent, silent, silent, "It ended before this could be asked."]


def test_session_sees_a_loader_die_whose_socket_a_child_holds(clean_parent):
    """What the loader has forked keeps its socket open; the judge hears of the end all the same, with the right word."""
    source = (
        "import ctypes, os, time\nif os.fork() == 0:\n    time.sleep(600)\n"
        'ctypes.CDLL(None).syscall(CALLS["ptrace"], 0, 0, 0, 0)\n'
    )
    source = f"CALLS = {calls_of(source)}\n{source}"
    with clean_parent.open(SMALL) as session:
        session.read([("a.py", source.encode())], name="a.py", form="file", allowed_imports=EVERYTHING)
        with pytest.raises(StudentFault) as caught:
            session.load("submission", cpu_seconds=5.0)
    assert (caught.value.why, caught.value.message) == (
        Why.BLOCKED,
        "It was stopped for asking the system for something that is not allowed here.",
    )


@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_session_hears_a_check_whose_loader_is_gone(clean_parent, seconds):
    """What a check answers does not depend on how soon the end of the loader that it has killed is noticed; nothing more is asked then."""
    source = (
        "import os, signal, time\ndef kills(x):\n    os.kill(os.getppid(), signal.SIGKILL)\n"
        f"    time.sleep({seconds})\n    return 2 * x\n"
    )
    request = {"op": "call", "on": 0, "name": "kills", "args": [3], "kwargs": {}}
    for _ in range(5):
        with clean_parent.open(SMALL) as session:
            session.read([("s.py", source.encode())], name="s.py", form="file")
            session.load("submission", cpu_seconds=5.0)
            with session.check(5.0) as ask:
                assert ask(request)["value"] == 6
            with pytest.raises(StudentFault, match=r"^It ended before this could be asked\.$"), session.check(5.0):
                pass
