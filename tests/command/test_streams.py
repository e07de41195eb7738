"""A terminal that is closed, full, gone or unable to show a name stops no grading; a Ctrl-C is one sentence."""

import os
import shlex
import signal
import subprocess
import sys
import time

import pytest

from tests.grading import PROJECT, RIGHT, command, environment, write_class

FULL = "grader: What was to be printed could not be written: No space left on device. The files are complete.\n"


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
        ["bash", "-c", line], cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (status, errors)
    assert "s001" in (out / "scores.csv").read_text()
    assert (out / "students" / "s001.html").exists()


def test_names_are_printable_where_only_ascii_is(tmp_path):
    """What the terminal cannot show is written out."""
    folder = write_class(tmp_path / "class", zé=RIGHT)
    done = subprocess.run(
        command(folder, "--out", tmp_path / "out"), cwd=PROJECT, capture_output=True, timeout=120,
        env=environment(LC_ALL="C", PYTHONIOENCODING="ascii"),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"z\\xe9" in done.stdout


@pytest.mark.parametrize("seconds", [0.6, 2.5])
def test_a_ctrl_c_is_one_sentence(tmp_path, seconds):
    """While the worker begins, and while students' code runs: status 130, no traceback of any process."""
    slow = "import time\ntime.sleep(1)\n" + RIGHT
    folder = write_class(tmp_path / "class", **{f"s{k:03}": slow for k in range(20)})
    running = subprocess.Popen(
        command(folder, "--out", tmp_path / "out"), cwd=PROJECT, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    time.sleep(seconds)
    os.killpg(running.pid, signal.SIGINT)
    output, errors = running.communicate(timeout=60)
    assert (running.returncode, output) == (130, "")
    assert errors in (
        "grader: interrupted; what was graded so far is kept.\n",
        "grader: interrupted; nothing was graded yet.\n",
    )


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
