"""A judge has limits of its own, and one that runs into them is a fault of ours for one student."""

import json
import shutil
import signal
import subprocess
import sys

import pytest

from grader.judge.process import FAILED, OUT_OF_MEMORY, JudgeLimits, cause_of
from tests.grading import PROJECT, RIGHT, TINY, environment, write_class

# A check that a student's word leads astray, as a hostile value would lead one of ours that has a hole.
ASTRAY = '''

@pytest.mark.points(1)
@pytest.mark.task("1")
def check_astray(student):
    """This check does what it is told."""
    word = student.word
    if word == "compute":
        while True:
            pass
    if word == "wait":
        time.sleep(3600)
    if word == "fill":
        held = bytearray(1 << 30)
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
'''
LIMITS = "judge_cpu_seconds = 3\njudge_memory_bytes = 536_870_912\njudge_wall_seconds = 30\n"
GIVEN = JudgeLimits(3.0, 512 * 2**20, 30.0)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """What became of a class in which some lead the judge astray: the finished command and its reports."""
    folder = tmp_path_factory.mktemp("astray")
    assignment = folder / "tiny"
    shutil.copytree(TINY, assignment, ignore=shutil.ignore_patterns("__pycache__"))
    checks, about = assignment / "check_tiny.py", assignment / "assignment.toml"
    checks.write_text("import os\nimport signal\nimport time\n\n" + checks.read_text() + ASTRAY)
    about.write_text(about.read_text().replace("total = 10", "total = 11") + LIMITS)
    words = ("compute", "die", "fill", "nothing", "wait")
    students = write_class(folder / "class", **{f"s-{word}": f"{RIGHT}\nword = {word!r}\n" for word in words})
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        students,
        "--anyway",
        "--assignment",
        assignment,
        "--out",
        folder / "out",
    ]
    done = subprocess.run(
        list(map(str, command)), cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300
    )
    return done, folder / "out"


def test_limits_end_the_judge_of_one_student_and_say_why(graded):
    """A judge that computes, waits or dies costs its own student the grading; why stands in one sentence, without a traceback."""
    done, _ = graded
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    for name, cause in (
        ("s-compute", "its judge used up its 3 seconds of computing time"),
        ("s-die", "its judge was killed by the signal SIGKILL"),
        ("s-wait", "its judge did not end within 30 seconds"),
    ):
        assert f"  {name}: judge: Not graded, because {cause}." in done.stdout.splitlines()


def test_limits_leave_the_others_and_the_class_whole(graded):
    """Whoever else is in the class is graded, and the reports of the class are written."""
    _, out = graded
    record = json.loads((out / "records" / "s-nothing.json").read_bytes())
    assert (record["status"], record["score"]["points"]) == ("graded", 11.0)
    assert {"index.html", "scores.csv"} <= {path.name for path in out.iterdir()}
    assert not list(out.glob("**/*.tmp"))


def test_limits_of_memory_are_a_fault_of_the_check(graded):
    """A judge that would take too much memory is refused it: the check that asked is a fault of ours, all others count."""
    _, out = graded
    record = json.loads((out / "records" / "s-fill.json").read_bytes())
    assert (record["status"], record["score"]["points"]) == ("grader_fault", 10.0)
    assert [(fault["where"], fault["message"]) for fault in record["faults"]] == [("check_astray", "MemoryError: ")]


@pytest.mark.parametrize(
    ("status", "late", "cause"),
    [
        (0, False, None),
        (-signal.SIGKILL, True, "its judge did not end within 30 seconds"),
        (-signal.SIGKILL, False, "its judge was killed by the signal SIGKILL"),
        (-signal.SIGXCPU, False, "its judge used up its 3 seconds of computing time"),
        (OUT_OF_MEMORY, False, "its judge used up its 512 MiB of memory"),
        (FAILED, False, "its judge ended with exit status 70"),
    ],
)
def test_cause_of_an_end_is_the_end_of_a_sentence(status, late, cause):
    """Each way in which a judge can end has words of its own; one that came to its end has none."""
    assert cause_of(status, GIVEN, late=late) == cause
