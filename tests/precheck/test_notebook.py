"""Tests of `check("1.1")` in a live notebook: a real IPython shell, in a process of its own, in the unzipped bundle."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SHELL = """
import json, sys
sys.path.insert(0, ".")
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in json.loads(sys.stdin.read()):
    result = shell.run_cell(cell, store_history=True)
    result.raise_error()
"""
DEFINED = """
import random, warnings
import numpy as np
import matplotlib.pyplot as plt
calls = []
table = np.arange(6.0)
generator = np.random.default_rng(3)
class Sigmoid:
    made = 0
    def forward(self, inputs):
        global last
        last = inputs
        Sigmoid.made += 1
        calls.append(1)
        table[0] += 1.0
        generator.random(); np.random.rand(); random.random()
        warnings.simplefilter("always")
        plt.figure()
        print("forward")
        self.outputs = 1 / (1 + np.exp(-inputs))
        return self.outputs
    def backward(self, grad_output):
        return grad_output * self.outputs
figure = plt.figure()
"""
STATE = """
import hashlib
def state():
    return repr((calls, table.tolist(), Sigmoid.made, "last" in globals(), generator.bit_generator.state, random.getstate(),
        hashlib.sha256(np.random.get_state()[1].tobytes()).hexdigest(), np.random.get_state()[2], warnings.filters,
        plt.get_fignums(), plt.figure(1) is figure, sorted(name for name in globals() if not name.startswith("_"))))
before = None
before = state()
"""


def cells(home: Path, *sources: str) -> str:
    """Run cells in a real shell; return what they print."""
    done = subprocess.run(
        [sys.executable, "-c", SHELL],
        cwd=home,
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_check_shows_the_names_as_they_are_and_changes_nothing(home: Path):
    """Variables, attributes, arrays, figures, random states and warnings are as before, whatever the student's code did meanwhile."""
    out = cells(
        home,
        DEFINED,
        "from precheck import check",
        STATE,
        "check('1.1')",
        "assert state() == before, (before, state())",
    )
    assert "done  1.1, Sigmoid.forward returns 1 / (1 + exp(-x)) for every element (1 / 1)\n" in out
    assert (
        "open  1.1, Sigmoid.backward returns the gradient for the inputs (0 / 2)\n  wrong: `Sigmoid.backward` should be "
        in out
    )
    assert "\nforward\n" not in out


def test_check_follows_the_notebook(home: Path):
    """After a cell is run again, the check sees what it defines now, and a near name is told."""
    wrong = "class Sigmoid:\n    def forward(self, inputs):\n        return inputs / 0"
    near = "del Sigmoid\nclass sigmoid: pass"
    misspelt = "class Sigmoid:\n    def foward(self, inputs):\n        return inputs"
    out = cells(
        home, "from precheck import check", wrong, "check('1.1')", near, "check('1.1')", misspelt, "check('1.1')"
    )
    assert "missing: `Sigmoid()` has no `forward`. Did you mean `foward`?" in out
    assert "missing: `Sigmoid` is not defined in your submission. Did you mean `sigmoid`?" in out
    assert "wrong: `Sigmoid.forward` must be finite, but it is " in out


def test_an_endless_loop_costs_one_check_in_a_notebook(home: Path):
    """A loop that never ends is ended when its time is up, and the notebook goes on."""
    toml = home / "precheck_files" / "assignment" / "assignment.toml"
    toml.write_text(toml.read_text().replace("check_cpu_seconds = 10", "check_cpu_seconds = 1"))
    loop = "class Identity:\n    def forward(self, inputs):\n        while True:\n            pass"
    out = cells(home, loop, "from precheck import check\ncheck('1.4')", "print('the notebook goes on')")
    assert "timed out: `Identity().forward(inputs)`: It did not finish within 1 seconds of computing time." in out
    assert "the notebook goes on\n" in out
