"""What the marks of a check allow it, through the real command: computing time and memory of its own."""

import json
import shutil
import subprocess
import sys

import pytest

from grader.errors import AssignmentError
from grader.judge.collecting import collect_checks
from grader.judge.marks import catalogue
from grader.judge.setup import CPU_MARGIN_SECONDS, Setup
from grader.material.assignment import load_assignment
from tests.grading import PROJECT, RIGHT, TINY, environment, write_class

# The session of this assignment has 256 MiB.
SPENDING = '''

@pytest.mark.points(1)
@pytest.mark.task("2")
def check_roomy(student):
    """This check may use what the session may."""
    assert student.spend(150) == 150 * 2**17


@pytest.mark.points(1)
@pytest.mark.task("2")
@pytest.mark.memory_bytes(64 * 2**20)
def check_frugal(student):
    """This check may use little."""
    assert student.spend(150) == 150 * 2**17


@pytest.mark.points(1)
@pytest.mark.task("2")
def check_afterwards(student):
    """This check comes after one that has run out of memory."""
    assert student.spend(150) == 150 * 2**17
'''
WHOLE = "def spend(mebibytes):\n    return float(np.ones(mebibytes * 2**17).sum())\n"
PIECES = "def spend(mebibytes):\n    return float(sum(np.ones(2**17).sum() for _ in range(mebibytes)))\n"
RAISING = """
import resource
def spend(mebibytes):
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    for value in (resource.RLIM_INFINITY, 1 << 40, most + 1, most):
        try:
            resource.setrlimit(resource.RLIMIT_AS, (value, value))
        except (OSError, ValueError):
            pass
    return float(np.ones(mebibytes * 2**17).sum())
"""
MEMORY = (
    "has memory_bytes {}; it must be a number from 16777216 to the assignment's own memory_bytes, which is 268435456"
)
CPU = "has cpu_seconds {}; it must be a number above 0"
SPENDERS = ("check_roomy", "check_frugal", "check_afterwards")
PASSED = ("passed", None, None, None)
MESSAGE = (
    "`spend(150)`: It raised MemoryError: Unable to allocate 150. MiB for an array with shape (19660800,) "
    "and data type float64"
)
MACHINE = str(PROJECT / "tests" / "attacks" / "machine.py")
HINT = "Look for an array that is larger than it should be, for example from broadcasting (n,) with (n, 1)."
ENDED = {"check_roomy": PASSED, "check_frugal": ("failed", "out_of_memory", MESSAGE, HINT), "check_afterwards": PASSED}


def own_assignment(folder, checks, total):
    """Write the tiny assignment with more checks; return its folder."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    file, about = folder / "check_tiny.py", folder / "assignment.toml"
    file.write_text(file.read_text() + checks)
    about.write_text(about.read_text().replace("total = 10", f"total = {total}"))
    return folder


def run(*words, machine=()):
    """Run a command of ours, here or as if on another machine; return its status and what it printed to both streams."""
    done = subprocess.run(
        [sys.executable, *machine, "-m", "grader", *map(str, words)],
        cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def spending_checks(out):
    """Return the spending checks of each student: result, reason, message and hint by name."""
    records = {path.stem: json.loads(path.read_bytes()) for path in (out / "records").glob("*.json")}
    return {
        student: {
            each["id"]: (each["result"], each["why"], each["message"], each["hint"])
            for each in record["checks"]
            if each["id"] in SPENDERS
        }
        for student, record in records.items()
    }


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The spending checks of each student: result, reason and message by the check's name."""
    folder = tmp_path_factory.mktemp("memory")
    assignment = own_assignment(folder / "tiny", SPENDING, 13)
    students = write_class(
        folder / "class",
        whole=RIGHT + WHOLE,
        pieces=RIGHT + PIECES,
        large=f"{RIGHT}{PIECES}held = np.ones(100 * 2**17)\n",
        raising=RIGHT + RAISING,
    )
    status, output, errors = run("grade", students, "--assignment", assignment, "--out", folder / "out")
    assert status == 0, output + errors
    return spending_checks(folder / "out")


@pytest.mark.parametrize("student", ["whole", "raising"])
def test_memory_of_one_check_ends_what_takes_more(graded, student):
    """What the session has room for is out of memory where a check may use less, also for code that asks for more; others go on."""
    assert graded[student] == ENDED


@pytest.mark.parametrize("level", ["no-namespaces", "process-only"])
def test_memory_of_one_check_is_limited_at_every_level(tmp_path, level):
    """A fence that has less of the kernel limits a check all the same."""
    assignment = own_assignment(tmp_path / "tiny", SPENDING, 13)
    students = write_class(tmp_path / "class", whole=RIGHT + WHOLE)
    words = ("grade", students, "--assignment", assignment, "--out", tmp_path / "out", "--isolation", "process-only")
    status, output, errors = run(*words, machine=[MACHINE, "--open", "--level", level, sys.executable])
    assert status == 0, output + errors
    assert spending_checks(tmp_path / "out") == {"whole": ENDED}


@pytest.mark.parametrize("student", ["pieces", "large"])
def test_memory_of_one_check_is_enough_for_what_takes_less(graded, student):
    """The same numbers in pieces have room, and what a submission holds when it is loaded does not count."""
    assert graded[student] == dict.fromkeys(SPENDERS, PASSED)


def test_memory_of_one_check_is_limited_at_home(tmp_path):
    """The pre-check tells the same before anything is handed in."""
    assignment = own_assignment(tmp_path / "tiny", SPENDING, 13)
    (tmp_path / "s001.py").write_text(RIGHT + WHOLE)
    status, output, errors = run("precheck", tmp_path / "s001.py", "--assignment", assignment, "--all")
    assert status == 0, output + errors
    assert "next   2     total                                                    6 / 7\n" in output
    assert f"Next: 2, This check may use little out of memory: {MESSAGE} " in " ".join(output.split())


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        ("memory_bytes(1000)", MEMORY.format("1000")),
        ("memory_bytes(512 * 2**20)", MEMORY.format("536870912")),
        ("memory_bytes('64 MiB')", MEMORY.format("'64 MiB'")),
        ("memory_bytes(True)", MEMORY.format("True")),
        ("memory_bytes(float('nan'))", MEMORY.format("nan")),
        ("cpu_seconds(0)", CPU.format("0")),
        ("cpu_seconds('20 s')", CPU.format("'20 s'")),
        ("cpu_seconds(float('inf'))", CPU.format("inf")),
    ],
)
def test_limit_in_a_mark_must_be_one(tmp_path, mark, sentence):
    """A number that no check can be held to is found before anybody is graded."""
    folder = own_assignment(tmp_path / "tiny", SPENDING.replace("memory_bytes(64 * 2**20)", mark), 13)
    with pytest.raises(AssignmentError) as raised:
        collect_checks(folder, lambda items: catalogue(items, load_assignment(folder)))
    assert str(raised.value) == f"{folder}/check_tiny.py, line 53: check_frugal {sentence}."


def test_limit_of_a_mark_counts_for_the_session(tmp_path):
    """Where a check may compute for longer than loading and running together, so may its process."""
    folder = own_assignment(tmp_path / "tiny", SPENDING.replace("memory_bytes(64 * 2**20)", "cpu_seconds(500)"), 13)
    assignment, found = load_assignment(folder), []
    collect_checks(
        folder,
        lambda items: found.append(
            Setup(assignment, catalogue(items, assignment), "", None, {}, tmp_path).limits.cpu_seconds
        ),
    )
    assert found == [2 * 500 + CPU_MARGIN_SECONDS]
