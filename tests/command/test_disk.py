"""A disk that takes no more is one sentence that names the file; the next run, with room, goes on where it was."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.grading import PROJECT, RIGHT, command, environment, write_class

MACHINE = PROJECT / "tests" / "attacks" / "machine.py"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")


def run(*words, machine=(), **more):
    """Run a `grade` command; return its exit status and errors."""
    done = subprocess.run(
        [*machine, *command(*words, "--quiet")], cwd=PROJECT, env=environment(**more), capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.fixture
def disk():
    """A function that makes the size of a small disk; the disk is a folder that every user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="disk-"))

    def mount(options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
        return folder

    yield mount
    subprocess.run(["umount", "-l", folder], check=False)
    folder.rmdir()


@needs_root
@pytest.mark.parametrize("size", ["16k", "64k", "100k"])
def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(tmp_path, disk, size):
    """Full while records, pages or reports of the class are written: no half file, and everybody is graded with room."""
    folder, place = write_class(tmp_path / "class", **{f"s00{k}": RIGHT for k in range(4)}), disk(f"size={size}")
    status, errors = run(folder, "--out", place / "out")
    assert status == 3
    assert errors.startswith(f"grader: {place}/out/")
    assert errors.endswith(
        " could not be written: No space left on device (0.0 MiB free). Files written before it are kept. Free some space, "
        "or name another folder, and run the same command again: it continues where it stopped.\n"
    )
    assert errors.count("\n") == 1
    assert not [path for path in Path(place).rglob("*") if path.name.endswith(".tmp") or path.stat().st_size == 0]
    records = (place / "out" / "records").iterdir()
    # Where a record had no room, a shorter one that says so may have had some; it is graded again.
    before = {path: path.stat().st_mtime_ns for path in records if json.loads(path.read_bytes())["status"] == "graded"}
    assert before
    subprocess.run(["mount", "-o", "remount,size=10m", place], check=True)
    assert run(folder, "--out", place / "out") == (0, "")
    assert len(list((place / "out" / "students").iterdir())) == 4
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in before.items())


@needs_root
def test_a_disk_that_is_read_only_is_one_sentence(tmp_path, disk):
    """The same sentence, with the reason that the system gives."""
    folder, place = write_class(tmp_path / "class", s001=RIGHT), disk("size=1m")
    (place / "out" / "records").mkdir(parents=True)
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    status, errors = run(folder, "--out", place / "out")
    assert (status, errors.count("\n")) == (3, 1)
    assert errors.startswith(
        f"grader: {place}/out/assignment.json could not be written: Read-only file system (1.0 MiB"
    )


@needs_root
@pytest.mark.parametrize("level", ["full", "no-namespaces"])
@pytest.mark.parametrize("options", ["size=4k", "nr_inodes=3"])
def test_a_full_folder_for_temporary_files_is_one_sentence(tmp_path, disk, options, level):
    """Nothing of pytest's own is shown; with no need of that room, the class is graded."""
    folder, place = write_class(tmp_path / "class", s001=RIGHT), disk(options)
    machine = [sys.executable, str(MACHINE), "--level", level]
    status, errors = run(folder, "--out", tmp_path / "out", machine=machine, TMPDIR=str(place))
    if (options, level) == ("size=4k", "full"):
        assert (status, errors) == (0, "")
        return
    assert (status, errors.count("\n")) == (3, 1)
    beginnings = (
        "A temporary folder is needed, but:",
        f"{place}",
        "A session for a student's code could not be confined:",
    )
    assert errors.startswith(tuple(f"grader: {beginning}" for beginning in beginnings))
    assert "No space left on device" in errors


@needs_root
@pytest.mark.parametrize("options", ["size=8m", "size=100m,nr_inodes=200"])
def test_a_student_does_not_pay_for_a_full_folder_for_temporary_files(tmp_path, disk, options):
    """Where scratch folders lie there, a hand-in that may not fit is not scored; with room, the next run does."""
    folder, place = write_class(tmp_path / "class", s001=RIGHT), disk(options)
    machine = [sys.executable, str(MACHINE), "--level", "no-namespaces"]
    status, errors = run(folder, "--out", tmp_path / "out", machine=machine, TMPDIR=str(place))
    assert status == 3
    record = json.loads((tmp_path / "out" / "records" / "s001.json").read_bytes())
    assert record["status"] == "grader_fault"
    (scratch,) = re.findall(r"'(/.*?)'", record["faults"][0]["message"])
    said = (
        f"A session for a student's code could not be confined: OSError: [Errno 28] No space left on device: '{scratch}'. "
        "To mend it, name a temporary folder that has room in TMPDIR."
    )
    assert record["faults"][0]["message"] == f"FenceError: {said}" and scratch.startswith(f"{place}/grader-")
    assert errors.startswith("grader: s001: a fault of the grader, not scored: ")
    subprocess.run(["mount", "-o", "remount,size=100m,nr_inodes=0", place], check=True)
    assert run(folder, "--out", tmp_path / "out", machine=machine, TMPDIR=str(place)) == (0, "")


@needs_root
def test_a_folder_for_temporary_files_may_refuse_programs(tmp_path, disk):
    """Nothing that is kept there is ever run."""
    folder = write_class(tmp_path / "class", s001=RIGHT)
    assert run(folder, "--out", tmp_path / "out", TMPDIR=str(disk("noexec"))) == (0, "")
