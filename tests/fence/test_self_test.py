"""The self-test tells what is held by trying it, on every level and where namespaces are refused."""

import contextlib
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.fence import CleanParent, diagnose
from grader.fence.acceptance import LOWEST_BY_DEFAULT, acceptable, accepted_level, require_level
from grader.fence.doctor import describe
from grader.fence.guarantees import GUARANTEES, level_held
from grader.fence.levels import IsolationLevel, layers_of, level_of

# What each level may lose on this kernel; `signals` needs namespaces, another user, or Landlock's scopes.
MAY_LOSE = {
    IsolationLevel.FULL: set(),
    IsolationLevel.NO_NAMESPACES: {"disk", "signals", "other_processes"},
    IsolationLevel.NO_LANDLOCK: set(),
}
WRAPPER = f"""#!{sys.executable}
import errno, os, sys
sys.path.insert(0, {os.path.abspath("grader/inside")!r})
from _walls import bpf, calls, linux, seccomp
refused = bpf.refuse(errno.EPERM)
linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
rules = {{calls.HERE.numbers[name]: refused for name in ("unshare", "setns")}}
seccomp.install(bpf.assemble(calls.HERE.architecture, rules, bpf.verdict(bpf.ALLOW)))
os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])
"""
# The kernel then names itself as it does to a program for 32 bits: i686, or armv8l.
UNKNOWN_PROCESSOR = f"""#!{sys.executable}
import ctypes, os, sys
PER_LINUX32 = 8
assert ctypes.CDLL(None).personality(PER_LINUX32) >= 0
os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])
"""


def lost(clean_parent):
    """Return the names of the guarantees that the self-test found not held."""
    return {finding.guarantee.name for finding in clean_parent.start().report.findings if not finding.held}


@pytest.mark.parametrize("level", MAY_LOSE)
def test_self_test_finds_what_a_level_holds(level, clean_parents):
    """Nothing that a level promises is lost on a machine that has its layers."""
    assert clean_parents(level).start().level is level
    assert lost(clean_parents(level)) <= MAY_LOSE[level]


def test_self_test_sees_the_missing_layers(clean_parents):
    """The control: without layers the same probes get through, so the self-test can fail."""
    clean_parent = clean_parents(IsolationLevel.PROCESS_ONLY)
    assert clean_parent.start().level is IsolationLevel.PROCESS_ONLY
    assert {"answers", "network", "writing", "calls", "kernel_memory", "other_processes", "disk"} <= lost(clean_parent)
    assert not {"leftovers", "processes", "memory_limit", "time_limit"} & lost(clean_parent)


def program(folder, text):
    """Write a program that becomes the interpreter, and return its path."""
    python = folder / "python"
    python.write_text(text, encoding="utf-8")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    return str(python)


@pytest.mark.parametrize("begins_closed", [True, False])
def test_self_test_in_a_closed_folder_sees_that_files_can_be_written(tmp_path, monkeypatch, open_python, begins_closed):
    """Where other users cannot enter the folder for temporary files, from the start or in a run, a level without Landlock still does not hold."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    if begins_closed:
        monkeypatch.setattr(tempfile, "tempdir", str(closed))
    with contextlib.closing(CleanParent(open_python, level=IsolationLevel.PROCESS_ONLY)) as clean_parent:
        monkeypatch.setattr(tempfile, "tempdir", str(closed))
        assert "A submission can write files outside its folder." in clean_parent.start().not_held
    assert not list(closed.glob("grader-probe-*"))
    assert not list(Path("/dev/shm").glob("grader-probe-*"))


def test_self_test_where_the_processor_is_unknown(tmp_path):
    """A processor without a filter of ours has the weakest level, by name; all that needs no filter holds there."""
    with CleanParent(python=program(tmp_path, UNKNOWN_PROCESSOR), preload=("numpy",)) as clean_parent:
        level = clean_parent.start().level
        gone = lost(clean_parent)
    assert level is IsolationLevel.PROCESS_ONLY
    assert gone == {"calls", "kernel_memory"}


def test_self_test_where_namespaces_are_refused(tmp_path):
    """In a container that refuses `unshare` the level is found, and grading goes on."""
    with CleanParent(python=program(tmp_path, WRAPPER), preload=("numpy",)) as clean_parent:
        info = clean_parent.start()
    assert info.level is IsolationLevel.NO_NAMESPACES
    assert "A submission can fill the disk below its folder." in info.not_held
    assert acceptable(info.level, LOWEST_BY_DEFAULT)


def test_levels_and_layers_agree():
    """Each level is the one that its own layers make."""
    for level in IsolationLevel:
        assert level_of(layers_of(level)) is level
    assert layers_of(None) == layers_of(IsolationLevel.FULL)
    assert level_of(("namespaces", "landlock")) is IsolationLevel.PROCESS_ONLY


@pytest.mark.parametrize(
    ("level", "missing", "held"),
    [
        (IsolationLevel.FULL, (), IsolationLevel.FULL),
        (IsolationLevel.FULL, ("disk",), IsolationLevel.NO_NAMESPACES),
        (IsolationLevel.FULL, ("network",), IsolationLevel.PROCESS_ONLY),
        (IsolationLevel.NO_NAMESPACES, ("disk", "signals"), IsolationLevel.NO_NAMESPACES),
        (IsolationLevel.NO_NAMESPACES, ("answers",), IsolationLevel.PROCESS_ONLY),
        (IsolationLevel.NO_LANDLOCK, ("disk",), IsolationLevel.PROCESS_ONLY),
        (IsolationLevel.PROCESS_ONLY, ("answers",), IsolationLevel.PROCESS_ONLY),
    ],
)
def test_level_held_goes_down_with_what_is_lost(level, missing, held):
    """A level is claimed only while everything it needs is held."""
    assert level_held(level, missing) is held


@pytest.mark.parametrize(
    ("found", "wanted", "accepted"),
    [
        ("full", None, True),
        ("no-namespaces", None, True),
        ("no-landlock", None, False),
        ("process-only", None, False),
        ("process-only", "process-only", True),
        ("process-only", "no-landlock", False),
        ("no-namespaces", "process-only", True),
        ("no-namespaces", "full", False),
    ],
)
def test_acceptable_needs_a_word_for_weak_levels(found, wanted, accepted):
    """The two strongest levels are accepted, a weaker one only when it was asked for; a stronger one can be demanded."""
    assert acceptable(IsolationLevel(found), accepted_level(wanted)) is accepted


def test_require_level_names_both_levels_and_what_to_do():
    """Grading stops with one sentence."""
    with pytest.raises(UsageError) as caught:
        require_level(IsolationLevel.PROCESS_ONLY, LOWEST_BY_DEFAULT)
    assert str(caught.value) == (
        "This machine confines students' code at the level process-only only, and the lowest that is accepted is no-namespaces. "
        "`python -m grader doctor` says what is missing; `--isolation process-only` accepts it as it is."
    )


def test_accepted_level_refuses_another_word():
    """A mistyped level is answered with the right ones."""
    with pytest.raises(UsageError) as caught:
        accepted_level("perfect")
    assert str(caught.value) == (
        "There is no isolation level 'perfect'; from the strongest to the weakest they are "
        "full, no-namespaces, no-landlock, process-only."
    )


def test_diagnose_prints_every_guarantee():
    """The lines for `doctor` name the level, each guarantee, and no remedy where all is held."""
    lines, usable = diagnose("no-landlock")
    assert usable
    assert lines[0].startswith("Isolation level: no-landlock (python ")
    assert len(lines) == 1 + len(GUARANTEES)
    assert lines[1] == "  held      A submission cannot read files of the judge."


def test_diagnose_prints_each_remedy_once(clean_parents):
    """What is not held comes with what to do about it."""
    lines = describe(clean_parents(IsolationLevel.PROCESS_ONLY).start())
    remedies = [line for line in lines if line.startswith("  Remedy: ")]
    assert len(remedies) == len(set(remedies)) > 0
    assert any(line == "  not held  A submission cannot reach a network." for line in lines)


def test_a_judge_that_is_process_number_one_is_no_loss():
    """In a container the judge has number 1, and so has the first process of a session: it is another process all the same."""
    as_user = [] if os.geteuid() == 0 else ["--user", "--map-current-user"]
    command = ["unshare", *as_user, "--pid", "--fork", "--mount-proc", sys.executable, "-m", "grader", "doctor"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    here = subprocess.run([sys.executable, "-m", "grader", "doctor"], capture_output=True, text=True, check=True)
    assert done.stdout == here.stdout
    assert "  held      A submission cannot see other processes.\n" in done.stdout
