"""The clean parent starts clean, is shared, and ends with whoever started it."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.fence import CleanParent, FenceError
from grader.fence.levels import IsolationLevel
from grader.fence.parent_process import ParentProcess, scratch_parent
from tests.fence.conftest import python_for
from tests.processes import descendants, living, wait_until

_PR_GET_DUMPABLE = 3


def test_clean_parent_says_what_it_has_loaded(clean_parent):
    """Versions of Python and of the preloaded packages are known after the start."""
    info = clean_parent.start()
    assert set(info.versions) == {"python", "numpy"}
    assert info.versions["python"] == ".".join(map(str, sys.version_info[:3]))


def test_clean_parent_that_cannot_import_says_what_to_install():
    """A missing package is one sentence with the interpreter and the reason."""
    with pytest.raises(FenceError) as caught:
        CleanParent(preload=("no_such_package",)).start()
    message = str(caught.value)
    assert message.startswith(
        f"The process for students' code must import no_such_package with {sys.executable}, but did not start. "
        "Install what is missing there. It said: Traceback"
    )
    assert "No module named 'no_such_package'" in message


@pytest.mark.parametrize("mask", [0o027, 0o077, 0o777])
def test_clean_parent_starts_whatever_the_umask(mask):
    """Root's private root is made open to the user that it becomes, also where the instructor's files are closed to others."""
    before = os.umask(mask)
    try:
        with CleanParent(preload=("numpy",)) as clean_parent, clean_parent.open() as session:
            assert session.read([("s001.py", b"x = 1\n")], name="s001.py", form="file")["kind"] == "script"
            assert clean_parent.start().report.not_held == () or clean_parent.start().level is not IsolationLevel.FULL
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    ("kind", "limit", "said"),
    [
        (
            "NOFILE",
            12,
            "Too many open files. To mend it, raise the number of files that may be open (`ulimit -n 256`).\n",
        ),
        ("AS", 60 << 20, ".\n"),
    ],
)
def test_clean_parent_that_cannot_start_says_what_happened(kind, limit, said):
    """Where the machine refuses something, nothing is missing that could be installed."""
    program = (
        f"import resource\nfrom grader.errors import GraderError\nfrom grader.fence import CleanParent\n"
        f"resource.setrlimit(resource.RLIMIT_{kind}, ({limit}, {limit}))\n"
        "try:\n    CleanParent(preload=('numpy',)).start()\nexcept GraderError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("The process for students' code could not start: "), done.stderr
    assert done.stdout.endswith(said)
    assert "Install" not in done.stdout and "Traceback" not in done.stderr


def test_clean_parent_without_linux_is_refused(monkeypatch):
    """Elsewhere there is one sentence instead of a traceback."""
    monkeypatch.setattr("grader.fence.parent_process.sys.platform", "darwin")
    with pytest.raises(FenceError) as caught:
        CleanParent().launch()
    assert str(caught.value) == (
        "Students' code can be confined on Linux only; use Linux, a container of it, or WSL 2."
    )


def test_clean_parent_closes_the_judge_to_others(clean_parent):
    """Whoever starts a clean parent can no longer be looked into by processes of the same user."""
    assert ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 0


@pytest.mark.parametrize("level", [None, IsolationLevel.NO_NAMESPACES])
def test_clean_parent_leaves_no_folder(level, monkeypatch):
    """After closing, the temporary folder is as it was, on a level that needs it and on one that does not."""
    with tempfile.TemporaryDirectory(prefix="test-") as folder:
        os.chmod(folder, 0o755)
        monkeypatch.setattr("tempfile.tempdir", folder)
        with CleanParent(level=level) as clean_parent, clean_parent.open() as session:
            session.read([("s001.py", b"")], name="s001.py", form="file")
            assert len(os.listdir(folder)) == (0 if clean_parent.start().level is IsolationLevel.FULL else 1)
        assert os.listdir(folder) == []
        monkeypatch.undo()


def test_clean_parent_that_was_begun_early_serves_and_leaves_nothing(monkeypatch):
    """The process may begin before it is known what it shall import; one that is told nothing ends by itself."""
    with tempfile.TemporaryDirectory(prefix="test-") as folder:
        os.chmod(folder, 0o755)
        monkeypatch.setattr("tempfile.tempdir", folder)
        with CleanParent(preload=("numpy",), process=ParentProcess()) as clean_parent:
            assert set(clean_parent.start().versions) == {"python", "numpy"}
        ParentProcess().close()
        process = ParentProcess()
        process.control.close()  # as the kernel does for a judge that is killed
        wait_until(lambda: not os.listdir(folder))
        assert os.listdir(folder) == []
        process.close()
        monkeypatch.undo()


def test_clean_parent_of_root_avoids_a_closed_folder(monkeypatch, tmp_path):
    """Temporary files of root's sessions do not go where another user cannot follow."""
    tmp_path.chmod(0o700)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert scratch_parent() == "/tmp"
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert scratch_parent() == str(tmp_path)


HOLDER = """
import os, sys
from grader.fence import CleanParent
from grader.outcomes import StudentFault
source = b'''
import os, time
for _ in range(3):
    if os.fork() == 0:
        time.sleep(3600)
def spin():
    while True: pass
'''
clean_parent = CleanParent(level=sys.argv[1])
clean_parent.start()
session = clean_parent.open()
session.read([("s001.py", source)], name="s001.py", form="file")
session.load("submission", cpu_seconds=50.0)
with session.check(100.0) as ask:
    print("spinning", flush=True)
    ask({"op": "call", "on": 0, "name": "spin", "args": [], "kwargs": {}})
"""


@pytest.mark.parametrize("level", list(IsolationLevel))
def test_clean_parent_dies_with_a_killed_judge(level, open_python):
    """Kill -9 of the judge in the middle of a check leaves no process behind, at any level."""
    root = Path(__file__).parents[2]
    judge = subprocess.Popen([python_for(level, open_python), "-c", HOLDER, level], cwd=root, stdout=subprocess.PIPE)
    assert judge.stdout is not None
    assert judge.stdout.readline() == b"spinning\n"
    family = descendants(judge.pid)
    assert len(family) >= 6
    os.kill(judge.pid, signal.SIGKILL)
    judge.wait()
    judge.stdout.close()
    wait_until(lambda: not living(family))
    assert living(family) == []
