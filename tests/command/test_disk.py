"""A disk that takes no more is one sentence that names the file; the next run, with room, goes on where it was."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.grading import PROJECT, RIGHT, command, environment, write_class

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")


def run(*words):
    """Run a `grade` command; return its exit status and errors."""
    done = subprocess.run(
        command(*words, "--quiet"), cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300
    )
    return done.returncode, done.stderr


@pytest.fixture
def disk(tmp_path):
    """A function that makes the size of a small disk; the disk is a folder."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
        return folder

    yield mount
    subprocess.run(["umount", "-l", folder], check=False)


@needs_root
@pytest.mark.parametrize("size", ["16k", "64k", "100k"])
def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(tmp_path, disk, size):
    """Full while records, pages or reports of the class are written: no half file, and everybody is graded with room."""
    folder, place = write_class(tmp_path / "class", **{f"s00{k}": RIGHT for k in range(4)}), disk(f"size={size}")
    status, errors = run(folder, "--out", place / "out")
    assert status == 3
    assert errors.startswith(f"grader: {place}/out/")
    assert errors.endswith(
        " could not be written: No space left on device (0.0 MiB are free there). What was written before is kept; make room "
        "there, or name another folder, and run the same command again: it goes on where it was.\n"
    )
    assert errors.count("\n") == 1
    assert not [path for path in Path(place).rglob("*") if path.name.endswith(".tmp") or path.stat().st_size == 0]
    before = {path: path.stat().st_mtime_ns for path in (place / "out" / "records").iterdir()}
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
        f"grader: {place}/out/records/s001.json could not be written: Read-only file system (1.0 MiB"
    )
