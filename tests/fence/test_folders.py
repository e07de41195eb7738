"""Temporary folders: removed when they are closed, by the next run when their owner was killed, and never while they are in use."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import FenceError
from grader.fence.folders import Folder, sweep
from tests.fence.conftest import MACHINE
from tests.grading import PROJECT, RIGHT, command, environment, write_class
from tests.processes import descendants, living, wait_until

HOLDER = """
import os, sys, time
from grader.fence.folders import Folder
folder = Folder(parent=sys.argv[1])
os.chdir(folder.path)
for _ in range(300):
    os.mkdir("deeper")
    os.chdir("deeper")
os.symlink("/", "link")
os.mkdir("closed")
os.chmod("closed", 0)
print("made", flush=True)
time.sleep(600)
"""


def test_folder_is_gone_when_it_is_closed(tmp_path):
    """With all that is in it."""
    with Folder(parent=str(tmp_path)) as folder:
        (folder / "file").write_text("something")
        assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert list(tmp_path.iterdir()) == []


def test_sweep_leaves_folders_that_are_in_use_or_not_ours(tmp_path):
    """A locked one, one with another name, a file and a link of that name, and one that belongs to somebody else."""
    (tmp_path / "grader-notours").mkdir()
    (tmp_path / "grader-abcdefgh").write_text("a file")
    (tmp_path / "grader-ijklmnop").symlink_to(tmp_path / "grader-notours")
    if os.geteuid() == 0:
        (tmp_path / "grader-qrstuvwx").mkdir()
        os.chown(tmp_path / "grader-qrstuvwx", 54321, 54321)
    before = sorted(path.name for path in tmp_path.iterdir())
    with Folder(parent=str(tmp_path)) as folder:
        sweep([str(tmp_path)])
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, folder.name])
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_sweep_removes_what_a_killed_process_has_left(tmp_path):
    """Not while it lives; afterwards whatever lies in it: folders in one another, one that is closed, a link, which is not followed."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], cwd=PROJECT, stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"made\n"
    sweep([str(tmp_path)])
    assert len(list(tmp_path.iterdir())) == 1
    holder.kill()
    holder.communicate()
    sweep([str(tmp_path)])
    assert list(tmp_path.iterdir()) == []


def test_folders_and_sweeps_at_once_lose_none(tmp_path):
    """Many processes that make folders while others tidy up: nobody's folder disappears while it is in use."""
    program = (
        "import os, sys\nfrom grader.fence.folders import Folder, sweep\n"
        "for _ in range(150):\n"
        "    sweep([sys.argv[1]])\n"
        "    with Folder(parent=sys.argv[1]) as folder:\n"
        "        (folder / 'mine').write_text('x')\n"
        "        assert (folder / 'mine').exists()\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, tmp_path], cwd=PROJECT, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [process.communicate(timeout=300)[1] for process in running] == [b"", b"", b""]
    assert list(tmp_path.iterdir()) == []


def test_folder_where_none_can_be_made(tmp_path):
    """One sentence that says where it was tried, and what to do."""
    with pytest.raises(FenceError) as caught:
        Folder(parent=str(tmp_path / "gone"))
    message = str(caught.value)
    assert message.startswith(
        f"A temporary folder is needed, but: [Errno 2] No such file or directory: '{tmp_path}/gone/grader-"
    )
    assert message.endswith("Name one in TMPDIR that is there, that you may write to, and that has room.")


@pytest.mark.parametrize("prefix", ["", "probe-", "post-", "run-", "audit-"])
def test_folder_of_every_use_is_removed_when_its_owner_is_gone(tmp_path, prefix):
    """One in use stays; what has another name stays, too."""
    others = tmp_path / f"grader-{prefix}with-a-longer-name"
    others.mkdir()
    with Folder(f"grader-{prefix}", str(tmp_path)) as folder:
        (folder / "printed").write_text("text")
        sweep([str(tmp_path)])
        assert (folder / "printed").read_text() == "text"
    program = "import os, sys; from grader.fence.folders import Folder; Folder(sys.argv[1], sys.argv[2]); os._exit(0)"
    subprocess.run([sys.executable, "-c", program, f"grader-{prefix}", tmp_path], cwd=PROJECT, check=True)
    assert len(os.listdir(tmp_path)) == 2
    sweep([str(tmp_path)])
    assert os.listdir(tmp_path) == [others.name]


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder that every user can reach: pytest's own is closed to others whenever a run of it begins somewhere."""
    with tempfile.TemporaryDirectory(prefix="temporary-", dir="/tmp") as folder:
        os.chmod(folder, 0o777)
        yield Path(folder)


@pytest.mark.parametrize("level", ["full", "no-namespaces"])
def test_next_run_removes_what_killed_ones_left(tmp_path, temporary, level):
    """Kill -9 of everything at several moments of a run; after one whole run the temporary folder is empty."""
    write_class(tmp_path / "class", s001=RIGHT)
    words = [sys.executable, str(MACHINE), "--level", level]
    words += command(tmp_path / "class", "--out", tmp_path / "out", "--quiet", "--again")
    surroundings = environment(TMPDIR=str(temporary))
    for seconds in (0.3, 0.6, 0.9):
        running = subprocess.Popen(
            words, cwd=PROJECT, env=surroundings, start_new_session=True, stderr=subprocess.DEVNULL
        )
        time.sleep(seconds)
        os.killpg(running.pid, signal.SIGSTOP)  # so that nobody is born while the family is counted
        family = descendants(running.pid)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        # Its worker leads a session of its own and hears of the end in its own time; until then its folders are in use.
        assert wait_until(lambda family=family: not living(family) and not users_of(temporary))
    done = subprocess.run(
        words, cwd=PROJECT, env=surroundings, capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, os.listdir(temporary)) == (0, []), done.stderr


def users_of(temporary: Path) -> list[str]:
    """Return the running processes that were told to keep their temporary files in this folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"TMPDIR={temporary}\0".encode() in path.read_bytes():
                found.append(path.parent.name)
    return found
