"""A limit of the shell that is lower than what grading grants is one sentence, before anybody is graded."""

import resource
import subprocess

import pytest

from tests.grading import PROJECT, RIGHT, command, environment, write_class

MEBIBYTE = 2**20


@pytest.mark.parametrize(
    ("kind", "limit", "sentence"),
    [
        (
            resource.RLIMIT_FSIZE,
            MEBIBYTE,
            "grader: Grading may need 32 MiB in one file, but a limit of this shell or service allows 1. To mend it, raise that limit "
            "(`ulimit -f unlimited`) where the grader is started.\n",
        ),
        (
            resource.RLIMIT_CPU,
            60,
            "grader: Grading may need 605 seconds of computing time, but a limit of this shell or service allows 60. To mend it, raise "
            "that limit (`ulimit -t unlimited`) where the grader is started.\n",
        ),
        (
            resource.RLIMIT_AS,
            2000 * MEBIBYTE,
            "grader: Grading may need … MiB of memory, but a limit of this shell or service allows 2,000. To mend it, raise that limit "
            "(`ulimit -v unlimited`) where the grader is started.\n",
        ),
    ],
)
def test_a_lower_limit_is_one_sentence(tmp_path, kind, limit, sentence):
    """A submission would meet it before its own limit, and lose points by it."""
    folder = write_class(tmp_path / "class", s001=RIGHT)
    done = subprocess.run(
        command(folder, "--out", tmp_path / "out", "--quiet"), cwd=PROJECT, env=environment(), capture_output=True, text=True,
        timeout=300, preexec_fn=lambda: resource.setrlimit(kind, (limit, limit)),
    )  # fmt: skip
    begins, _, ends = sentence.partition("…")
    assert done.returncode == 3
    assert done.stderr.startswith(begins) and done.stderr.endswith(ends) and done.stderr.count("\n") == 1
    assert list((tmp_path / "out" / "records").iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "limit"), [(resource.RLIMIT_FSIZE, 40 * MEBIBYTE), (resource.RLIMIT_AS, 16_000 * MEBIBYTE)]
)
def test_a_limit_that_is_high_enough_changes_nothing(tmp_path, kind, limit):
    """Then a class is graded as without one."""
    folder = write_class(tmp_path / "class", s001=RIGHT)
    done = subprocess.run(
        command(folder, "--out", tmp_path / "out", "--quiet"), cwd=PROJECT, env=environment(), capture_output=True, text=True,
        timeout=300, preexec_fn=lambda: resource.setrlimit(kind, (limit, limit)),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
