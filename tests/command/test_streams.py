"""A terminal that is closed, full, gone or unable to show a name stops no grading; a Ctrl-C is one sentence."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.grading import PROJECT, RIGHT, command, environment, write_class
from tests.processes import descendants, wait_until

FULL = "grader: Some output could not be printed: No space left on device. The files are complete.\n"


@pytest.mark.parametrize(
    ("how", "status", "errors"),
    [
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        ("<&- >&- 2>&-", 0, ""),
        (">/dev/full", 3, FULL),
        ("2>/dev/full", 0, ""),
        ("| true", 0, ""),
    ],
)
def test_a_class_is_graded_whatever_it_is_printed_to(tmp_path, how, status, errors):
    """Every report is there; only what was asked for and could not be printed is a status of its own."""
    folder, out = write_class(tmp_path / "class", s001=RIGHT), tmp_path / "out"
    line = f"{shlex.join(command(folder, '--out', out))} {how}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line], cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stderr) == (status, errors)
    assert "s001" in (out / "scores.csv").read_text()
    assert (out / "students" / "s001.html").exists()


def test_names_are_printable_where_only_ascii_is(tmp_path):
    """What the terminal cannot show is written out."""
    folder = write_class(tmp_path / "class", zé=RIGHT)
    done = subprocess.run(
        command(folder, "--out", tmp_path / "out"), cwd=PROJECT, capture_output=True, timeout=300,
        env=environment(LC_ALL="C", PYTHONIOENCODING="ascii"),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"z\\xe9" in done.stdout


def judges_below(pid):
    """Return how many processes of the judge there are: the worker, and a fork of it for each student at work."""
    found = 0
    for each in descendants(pid):
        with contextlib.suppress(OSError):
            found += b"grader.judge" in Path(f"/proc/{each}/cmdline").read_bytes().split(b"\0")
    return found


@pytest.mark.parametrize(("judges", "presses"), [(1, 1), (1, 3), (2, 1), (2, 3)])
def test_a_ctrl_c_is_one_sentence(tmp_path, judges, presses):
    """While the worker begins, and while students' code runs, pressed once or held: status 130, no traceback of any process."""
    slow = "import time\ntime.sleep(1)\n" + RIGHT
    folder = write_class(tmp_path / "class", **{f"s{k:03}": slow for k in range(20)})
    running = subprocess.Popen(
        command(folder, "--out", tmp_path / "out"), cwd=PROJECT, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert wait_until(lambda: judges_below(running.pid) >= judges)
    for _ in range(presses):
        os.killpg(running.pid, signal.SIGINT)
        time.sleep(0.02)
    output, errors = running.communicate(timeout=300)
    assert running.returncode == 130
    assert output in ("", "Plain folder: 20 students\n")
    assert errors in (
        "grader: interrupted; everything graded so far is kept. Run the same command to continue from there.\n",
        "grader: interrupted; nothing has been graded yet. Run the same command to start again.\n",
    )


@pytest.mark.parametrize(
    ("again", "how"), [([], "the same command"), (["--again"], "the same command without --again")]
)
def test_a_ctrl_c_says_how_to_go_on(tmp_path, again, how):
    """What was graded before it is not graded again by the command that it names."""
    folder, out = write_class(tmp_path / "class", **{f"s{k:03}": RIGHT for k in range(20)}), tmp_path / "out"
    words = command(folder, "--out", out, "--jobs", "1")
    running = subprocess.Popen(
        [*words, *again], cwd=PROJECT, env=environment(), text=True, stderr=subprocess.PIPE, start_new_session=True
    )
    assert wait_until(lambda: len(list(out.glob("records/*.json"))) >= 3)
    os.killpg(running.pid, signal.SIGINT)
    _, errors = running.communicate(timeout=300)
    assert (running.returncode, errors) == (
        130, f"grader: interrupted; everything graded so far is kept. Run {how} to continue from there.\n"
    )  # fmt: skip
    kept = len(list(out.glob("records/*.json")))
    assert 3 <= kept < 20
    done = subprocess.run(words, cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300)
    assert f"Unchanged since an earlier run and not graded again: {kept} of 20 submissions" in done.stderr


def test_an_interrupt_that_python_cannot_pass_on_is_not_lost(tmp_path):
    """A Ctrl-C that meets the end of an object's life prints no traceback, and interrupts all the same."""
    (tmp_path / "late.py").write_text(
        "import os, signal, sys, time\n"
        "import grader.command\n"
        "class Late:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        time.sleep(60)\n"
        "def main():\n"
        "    Late()\n"
        "    time.sleep(60)\n"
        "    print('not interrupted')\n"
        "    return 0\n"
        "grader.command.main = main\n"
        "import runpy\n"
        "runpy.run_module('grader', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, str(tmp_path / "late.py")], cwd=PROJECT, capture_output=True, text=True, timeout=300,
        env=environment(PYTHONPATH=str(PROJECT)),
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (
        130, "", "grader: interrupted; nothing has been graded yet. Run the same command to start again.\n"
    )  # fmt: skip


@pytest.mark.parametrize("words", [["grade", "--no\x1b[2J"], ["grade", "x", "--jobs", "\x1b]0;t\x07"], ["\x1b[2J"]])
def test_wrong_arguments_are_harmless_to_show(words):
    """An argument that is echoed shows its control characters written out."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *words], cwd=PROJECT, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr
    assert "\\x1b" in done.stderr
