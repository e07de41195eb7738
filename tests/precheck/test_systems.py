"""Tests of what differs between systems: what Windows does not have, its line ends, its terminals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.precheck.test_home import PYTHON, RIGHT, ROOT, run

# What only Unix has: modules, and names of `os` and `signal`. What is imported first was made for this system, and needs them.
AS_ON_WINDOWS = """
import os, shutil, signal, subprocess, sys, tempfile
import matplotlib.pyplot
shutil._use_fd_functions = False
for _name in ("fcntl", "grp", "posix", "pwd", "resource", "termios", "tty", "pty", "syslog"):
    sys.modules[_name] = None
for _name in ("fork", "forkpty", "wait", "wait3", "wait4", "waitid", "killpg", "setpgid", "getpgid", "setsid", "getuid",
    "geteuid", "getgid", "getegid", "getgroups", "uname", "nice", "chown", "fchown", "fchmod", "mkfifo", "pread", "pwrite",
    "sched_getaffinity", "sysconf", "WIFSIGNALED", "WIFEXITED", "WIFSTOPPED", "WTERMSIG", "WEXITSTATUS", "O_NOFOLLOW",
    "O_NONBLOCK", "O_CLOEXEC", "O_DIRECTORY", "O_NOCTTY"):
    if hasattr(os, _name):
        delattr(os, _name)
for _name in dir(signal):
    if _name in ("alarm", "setitimer", "pthread_sigmask", "sigtimedwait", "SIGALRM", "SIGPROF", "SIGXCPU",
        "SIGCHLD", "SIGSYS", "SIGSTOP", "SIGPIPE", "ITIMER_PROF", "ITIMER_REAL"):
        delattr(signal, _name)
"""


def test_nothing_is_needed_that_windows_does_not_have(home: Path):
    """With everything gone that only Unix has, in both processes, the list is the same as with it."""
    (home / "backprop.py").write_text(RIGHT.read_text(encoding="utf-8"), encoding="utf-8")
    _, told, _ = run(home, "backprop.py")
    for file in (home / "precheck.py", home / "precheck_files" / "grader" / "inside" / "__main__.py"):
        file.write_text(AS_ON_WINDOWS + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert run(home, "backprop.py", PRECHECK_FORK="no") == (0, told, "")
    assert "Points so far: 86 of 86 in these checks" in told


def test_line_ends_of_windows_change_nothing(home: Path):
    """An editor's other line ends make neither an untouched form nor a right answer another one."""
    for name in ("backprop.py", "backprop.ipynb"):
        path = home / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (home / "modules" / "linear.py").write_bytes((home / "modules" / "linear.py").read_bytes() + b"# mine\r\n")
    assert run(home, "--task", "2.1")[1].startswith("A neural network from scratch: modules\n")
    (home / "backprop.py").write_bytes(RIGHT.read_bytes().replace(b"\n", b"\r\n"))
    assert "\ndone   2.2   Linear: backward " in run(home, "backprop.py", "--task", "2.2")[1]


def test_a_terminal_that_cannot_show_a_sign_shows_its_number(home: Path):
    """A message with signs that the terminal's encoding does not have is printed all the same, and a folder may have any name."""
    folder = home / "Übung 1 (π)"
    folder.mkdir()
    (folder / "mine.py").write_text(
        "class Identity:\n    def forward(self, inputs):\n        raise ValueError('π is not ≤ 3')\n", encoding="utf-8"
    )
    status, out, err = run(
        home, str(folder / "mine.py"), "--task", "1.4", PYTHONIOENCODING="cp1252", PYTHONUTF8="0", PRECHECK_FORK="no"
    )
    assert (status, err) == (0, "")
    assert "  crashed: `Identity().forward(inputs)`: It raised ValueError: \\u03c0 is not \\u2264 3\n" in out


def test_files_are_opened_with_their_encoding(home: Path):
    """No file is read or written in whatever encoding a system has: Python's own warning about that is an error here."""
    words = ["-X", "warn_default_encoding", "-W", "error::EncodingWarning", "precheck.py", "--html"]
    done = subprocess.run([PYTHON, *words], cwd=home, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")


STAND_INS = {"clock": ("_child.deadline", "_home.watch"), "channel": ("_walls.framing", "_home.pipes")}


@pytest.mark.parametrize("module", STAND_INS)
def test_what_stands_in_for_unix_takes_the_same_arguments(module: str):
    """What takes the place of the limits has every function that is used of them, with the same arguments."""
    real, ours = STAND_INS[module]
    code = (
        f"import sys, inspect, json; sys.path.insert(0, {str(ROOT / 'grader' / 'inside')!r}); import {real} as real\n"
        f"import {ours} as ours\n"
        "names = [n for n, f in vars(real).items() if inspect.isfunction(f) and f.__module__ == real.__name__ and n in vars(ours)]\n"
        "print(json.dumps({n: [list(inspect.signature(getattr(m, n)).parameters) for m in (real, ours)] for n in names}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=True)
    signatures = json.loads(done.stdout)
    assert all(real == ours for real, ours in signatures.values()), signatures
