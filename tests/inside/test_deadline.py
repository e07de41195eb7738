"""Time limits end code that resists, and keep what it had defined."""

import os
import signal

import pytest

from tests.inside.driver import Gone

STUBBORN = {
    "endless loop": "while True:\n    pass\n",
    "swallows everything": "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass\n",
    "in a destructor": "class A:\n    def __del__(self):\n        while True:\n            pass\nA()\n",
    "in a thread": "import threading\ndef w():\n    while True:\n        pass\nt = threading.Thread(target=w)\nt.start()\nt.join()\n",
    "own handler": "import signal\nsignal.signal(signal.SIGALRM, lambda *a: None)\nwhile True:\n    pass\n",
    "blocks signals": (
        "import signal\nsignal.signal(signal.SIGVTALRM, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "while True:\n    pass\n"
    ),
}


@pytest.mark.parametrize("text", STUBBORN.values(), ids=STUBBORN.keys())
def test_deadline_ends_code_that_resists(load, text):
    """Whatever the loop catches, loading ends as timed out, and what was defined before answers."""
    session, loading = load("def f():\n    return 5\n" + text, cpu_seconds=0.3)
    assert loading["status"] == "timed_out"
    assert loading["error"] == {
        "type": "TimedOut",
        "message": "The time limit of 0.3 seconds was reached.",
        "frames": [],
    }
    assert "f" in loading["names"]
    for _ in range(2):
        with session.check() as check:
            assert check.call("f") == 5


def test_deadline_at_the_end_of_the_stack_is_the_kernels(load):
    """Code that leaves not one frame for the handler loses everything to the kernel's limit."""
    text = "def g():\n    while True:\n        try:\n            g()\n        except BaseException:\n            continue\ng()\n"
    with pytest.raises(Gone):
        load(text, cpu_seconds=0.1)


def test_deadline_ends_sleep(load):
    """Waiting counts on the wall clock."""
    _session, loading = load("x = 1\nimport time\ntime.sleep(1000)\n", wall_seconds=2.0)
    assert (loading["status"], loading["names"]) == ("timed_out", ["x"])
    assert loading["error"]["message"] == "It was still waiting for something after 2 seconds."


def test_deadline_in_c_code_is_the_kernels(load):
    """A loop inside one call of C cannot be interrupted: the kernel ends the loader."""
    session, _ = load("def f():\n    return 9 ** (9 ** 9)\n")
    check = session.check(cpu_seconds=1.0)
    with check, pytest.raises(Gone):
        check.ask("call", on=0, name="f")
    assert os.WTERMSIG(check.ended["status"]) in (signal.SIGXCPU, signal.SIGKILL)
    with session.check() as check:
        assert check.value("names", on=0) == ["f"]


def test_deadline_of_a_check_ends_it_alone(load):
    """A check that hangs ends by itself; the next one answers."""
    session, _ = load("import time\ndef wait():\n    time.sleep(1000)\ndef f():\n    return 1\n")
    check = session.check(wall_seconds=2.0)
    with check, pytest.raises(Gone):
        check.ask("call", on=0, name="wait")
    assert os.WTERMSIG(check.ended["status"]) == signal.SIGALRM
    with session.check() as check:
        assert check.call("f") == 1


def test_deadline_counts_a_check_anew(load):
    """The CPU seconds that loading has used are not charged to a check."""
    session, _ = load(
        "import time\nt = time.process_time()\nwhile time.process_time() < t + 1.2:\n    pass\n", cpu_seconds=5
    )
    with session.check(cpu_seconds=1.0) as check:
        assert check.value("names", on=0) == ["t"]


def test_deadline_below_deep_frames_leaves_room_for_checks(load):
    """Checks have their full stack even when the loop was ended far down."""
    text = (
        "def deep(n):\n    return n if n == 0 else 1 + deep(n - 1)\n"
        "def loop(n):\n    if n == 0:\n        while True:\n            pass\n    return loop(n - 1)\nloop(900)\n"
    )
    session, loading = load(text, cpu_seconds=0.3)
    assert loading["status"] == "timed_out"
    with session.check() as check:
        assert check.call("deep", 800) == 800
