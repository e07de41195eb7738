"""Trusted code runs as a submission does, and leaves this process as it was."""

import builtins
import os
import sys
import warnings

import pytest

from grader.outcomes import Why
from grader.trusted import InProcess, executed, run_of

DRAWS = """
import matplotlib.pyplot as plt
print("first")
plt.plot([1.0, 2.0])
plt.show()
plt.plot([3.0, 4.0])
print("second")
1 / 0
print("third")
"""


def test_run_of_keeps_what_came_before_an_exception():
    """What was printed and drawn counts, as officially; the exception is told beside it."""
    run = run_of(DRAWS)
    assert run.output == "first\nsecond\n"
    assert [figure["axes"][0]["lines"][0]["y"].tolist() for figure in run.figures] == [[1.0, 2.0], [3.0, 4.0]]
    assert run.fault is not None
    assert (run.fault.why, run.fault.message) == (Why.CRASHED, "It raised ZeroDivisionError: division by zero")


def test_a_run_leaves_no_file_behind(tmp_path, monkeypatch):
    """What it saves goes into a scratch folder, from which it can read it again."""
    monkeypatch.chdir(tmp_path)
    run = run_of("open('log.txt', 'w').write('loss 0.1')\nprint(open('log.txt').read())\n")
    assert (run.output, run.fault) == ("loss 0.1\n", None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    return 1\nf = f()\n",
        "def f():\n    return 1\n\n\nfor f in (2, 3):\n    pass\n",
        "# %%\ndef f():\n    return 1\n\n# %%\nf = f()\n",
    ],
)
def test_a_name_that_is_used_again_is_what_it_was_written_as(source):
    """A function that an assignment asks for is checked as it was written, in scripts and notebooks; of others, the last value counts."""
    assert executed(source, asked=("f",)).namespace.get("f")() == 1
    assert executed(source).namespace.get("f") in (1, 3)


def state():
    """Return what trusted code must not change for good."""
    return (
        sys.stdout, sys.stderr, list(sys.path), os.environ.get("MPLBACKEND"), list(warnings.filters), dict(vars(builtins)),
        sys.modules.get("submission"), sys.modules["__main__"],
    )  # fmt: skip


def test_trusted_code_leaves_this_process_as_it_was():
    """Streams, search path, environment, warnings and builtins are as before, however the code ends."""
    before = state()
    run_of(DRAWS)
    ask = InProcess(executed("import matplotlib.pyplot as plt\ndef f():\n    print('x')\n    raise ValueError('no')\n"))
    with pytest.raises(Exception, match="It raised ValueError: no"):
        ask({"op": "call", "on": 0, "name": "f", "args": [], "kwargs": {}})
    assert state() == before
    assert ask({"op": "output"})["value"] == "x\n"


def test_who_interrupts_trusted_code_is_obeyed():
    """An interruption ends the audit, and is no fault of the code."""
    ask = InProcess(executed("def f():\n    raise KeyboardInterrupt\n"))
    with pytest.raises(KeyboardInterrupt):
        ask({"op": "call", "on": 0, "name": "f", "args": [], "kwargs": {}})
