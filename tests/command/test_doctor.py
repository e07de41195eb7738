"""``doctor`` on machines that are set up oddly: what would stop grading there is one line with its remedy."""

import os
import shlex
import subprocess
import sys

import pytest

from tests.grading import PROJECT, environment

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can lose its capabilities, or mount a small disk")


def doctor(*before, **more):
    """Run ``doctor`` after some shell commands; return its status and the lines other than held guarantees."""
    words = [sys.executable, "-m", "grader", "doctor"]
    done = subprocess.run(
        ["bash", "-c", "; ".join([*before, shlex.join(words)])],
        cwd=PROJECT, env=environment(PYTHONPATH=str(PROJECT), **more), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, [line for line in done.stdout.splitlines() if not line.startswith(("  held ", "Isolation"))]


@pytest.mark.parametrize(
    ("option", "most", "told", "here", "advised"),
    [("-n", "20", "32 open files", "20", "256"), ("-t", "60", "605 seconds of computing time", "60", "unlimited")],
)
def test_a_limit_of_the_shell_is_found(option, most, told, here, advised):
    """A limit that grading would stop at is told with the command that raises it, and the status is 2."""
    assert doctor(f"ulimit {option} {most}") == (
        2,
        [
            f"  Remedy: Grading may need {told}, but a limit of this shell or service allows {here}. To mend it, raise that limit "
            f"(`ulimit {option} {advised}`) where the grader is started."
        ],
    )


def test_a_low_limit_that_is_enough_is_none():
    """With 64 open files there is nothing to say."""
    assert doctor("ulimit -n 64") == (0, [])


@AS_ROOT
def test_a_full_disk_is_found(tmp_path):
    """A folder without room for reports is told, and grading may go on: reports can lie elsewhere."""
    inner = f"mount -t tmpfs -o size=1m none {tmp_path}; cd {tmp_path}; exec {sys.executable} -m grader doctor"
    status, lines = doctor(f"exec unshare --mount bash -c {shlex.quote(inner)}")
    assert (status, lines) == (
        0,
        [
            f"  Remedy: 1 MiB are free in {tmp_path}, and the reports of a class may need 100; free some space, or name the folder "
            "of the reports with --out."
        ],
    )


@AS_ROOT
def test_a_seed_of_somebody_else_is_found(tmp_path):
    """A seed that this user may not read is told with what to do, before a run stops at it."""
    (tmp_path / "seed").write_text("of the course\n")
    (tmp_path / "seed").chmod(0o600)
    os.chown(tmp_path / "seed", 4321, 4321)
    tmp_path.chmod(0o755)
    lines = doctor(
        f"exec setpriv --bounding-set -dac_override,-dac_read_search --inh-caps -all {sys.executable} -m grader doctor",
        GRADER_SEED="", GRADER_SEED_FILE=str(tmp_path / "seed"),
    )[1]  # fmt: skip
    assert (
        f"  Remedy: The secret seed in {tmp_path}/seed cannot be read; name another file in GRADER_SEED_FILE, or give --seed."
        in lines
    )


@AS_ROOT
def test_root_without_its_capabilities_is_told_what_is_missing():
    """As in a container that drops them all: one sentence, no traceback."""
    status, (line,) = doctor(
        f"exec setpriv --bounding-set -chown,-setuid,-setgid --inh-caps -all {sys.executable} -m grader doctor"
    )
    assert status == 2
    assert line.startswith("A session for a student's code could not be confined: PermissionError: [Errno 1] ")
    assert line.endswith(
        " To mend it, grade as an ordinary user, or let root keep its capabilities CHOWN, KILL, SETUID and SETGID."
    )
