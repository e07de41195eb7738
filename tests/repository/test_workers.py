"""Tests of the distribution over workers: groups stay together, and the number of workers is limited by the cores."""

import os
import subprocess
import sys

import pytest

from tests.grading import PROJECT
from tests.workers import LONGEST, TOGETHER

WORKER = "import os\n\n\ndef test_worker():\n    print('by', __name__, os.environ['PYTEST_XDIST_WORKER'])\n"
FILES = (
    "tests/attacks/test_attacks.py",
    "tests/command/test_disk.py",
    "tests/executors/dask/test_a.py",
    "tests/executors/dask/test_b.py",
)


def run(*words, cwd=PROJECT, cores=None, status=0):
    """Run Python on some of the cores, and return its output."""
    bound = (lambda: os.sched_setaffinity(0, cores)) if cores else None
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, *words], cwd=cwd, env=environment, preexec_fn=bound, capture_output=True, text=True, timeout=300
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_files_that_are_named_exist():
    """All files named in the groups exist."""
    for start in (*LONGEST, *(start for starts in TOGETHER.values() for start in starts)):
        assert (PROJECT / start).exists(), start


@pytest.mark.parametrize("together", [True, False])
def test_groups_stay_on_one_worker(tmp_path, together):
    """Files of one group run on one worker, one after another; as a control, without groups they do not."""
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(WORKER)
    if together:
        (tmp_path / "tests" / "conftest.py").write_text((PROJECT / "tests" / "workers.py").read_text())
    words = (
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadfile",
        "-v",
        "-p",
        "no:cacheprovider",
        "-rP",
        "--import-mode=importlib",
    )
    lines = [line.split()[1:] for line in run(*words, cwd=tmp_path).splitlines() if line.startswith("by ")]
    workers = {name.rpartition(".")[2]: worker for name, worker in lines}
    assert len(workers) == 4
    assert len(set(workers.values())) == 2
    pairs = workers["test_a"] == workers["test_b"], workers["test_attacks"] == workers["test_disk"]
    assert (pairs == (True, True)) is together


def test_workers_are_as_many_as_the_cores_of_this_process():
    """`-n auto` starts one worker if this process may use one core, even on a larger machine."""
    code = "from tests.workers import pytest_xdist_auto_num_workers as number; print(number())"
    assert run("-c", code, cores={min(os.sched_getaffinity(0))}) == "1\n"
    assert run("-c", code) == f"{min(len(os.sched_getaffinity(0)), 8)}\n"


def test_a_path_that_is_not_there_is_refused():
    """One mistyped path among several ends the run with its name, also with workers, which would silently run nothing."""
    words = ("-m", "pytest", "-n", "2", "--dist", "loadfile", "tests/tiny", "tests/reports/test_page.py::test_a")
    assert "ERROR: file or directory not found: tests/reports/test_page.py::test_a\n" in run(*words, status=4)
