"""One bad submission costs only itself, and every fault has its word."""

import json
import os
import subprocess
import sys

import pytest

from tests.grading import RIGHT, grade, words, write_class

PASSED = {
    "check_double": ("passed", None, 4.0),
    "check_total": ("passed", None, 4.0),
    "check_printed": ("passed", None, 2.0),
}


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """The records of a class with one right submission, and one for each way to go wrong."""
    folder = tmp_path_factory.mktemp("class")
    write_class(
        folder,
        right=RIGHT,
        wrong=RIGHT.replace("2.0 * x", "2.0 * x + 1e-3"),
        in_part=RIGHT.replace("np.sum(x, axis=axis)", "np.sum(x, axis=1)"),
        hangs=RIGHT.replace("return 2.0 * x", "while True: pass"),
        hangs_loading=RIGHT.replace("if __name__", "while True: pass\nif __name__"),
        swallows=RIGHT.replace(
            "if __name__",
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass\nif __name__",
        ),
        sleeps=RIGHT.replace("return 2.0 * x", "import time; time.sleep(3600)"),
        raises=RIGHT.replace("return 2.0 * x", "return {}['key']"),
        exits=RIGHT.replace("return 2.0 * x", "import os; os._exit(3)"),
        bomb=RIGHT.replace("return 2.0 * x", "y = []\n    while True: y.append(np.ones(10**6))"),
        raises_loading=RIGHT.replace("def total", "1 / 0\ndef total"),
        imports_torch="import torch\n" + RIGHT,
        uses_torch="import torch\n" + RIGHT.replace("2.0 * x", "torch.add(x, x)"),
        needs_torch="import torch\ntorch.manual_seed(0)\n" + RIGHT,
        empty="",
        syntax="def double(:\n",
        stub=RIGHT.replace("return 2.0 * x", "raise NotImplementedError('Task 1: double')"),
        returns_none=RIGHT.replace("return 2.0 * x", "2.0 * x"),
    )
    return grade(folder, tmp_path_factory.mktemp("reports"), "--quiet")


@pytest.mark.parametrize(
    ("student", "double", "total", "printed"),
    [
        ("right", ("passed", None, 4), ("passed", None, 4), ("passed", None, 2)),
        ("wrong", ("failed", "wrong", 0), ("not_checked", None, 0), ("passed", None, 2)),
        ("in_part", ("passed", None, 4), ("failed", "wrong", 3), ("passed", None, 2)),
        ("hangs", ("failed", "timed_out", 0), ("not_checked", None, 0), ("passed", None, 2)),
        ("hangs_loading", ("passed", None, 4), ("passed", None, 4), ("failed", "timed_out", 0)),
        ("swallows", ("passed", None, 4), ("passed", None, 4), ("failed", "timed_out", 0)),
        ("sleeps", ("failed", "timed_out", 0), ("not_checked", None, 0), ("passed", None, 2)),
        ("raises", ("failed", "crashed", 0), ("not_checked", None, 0), ("passed", None, 2)),
        ("exits", ("failed", "crashed", 0), ("not_checked", None, 0), ("passed", None, 2)),
        ("bomb", ("failed", "out_of_memory", 0), ("not_checked", None, 0), ("passed", None, 2)),
        ("raises_loading", ("passed", None, 4), ("failed", "crashed", 0), ("failed", "crashed", 0)),
        ("imports_torch", ("passed", None, 4), ("passed", None, 4), ("passed", None, 2)),
        ("uses_torch", ("failed", "forbidden", 0), ("not_checked", None, 0), ("passed", None, 2)),
        ("needs_torch", ("failed", "forbidden", 0), ("not_checked", None, 0), ("failed", "forbidden", 0)),
        ("empty", ("failed", "missing", 0), ("not_checked", None, 0), ("failed", "missing", 0)),
        ("syntax", ("failed", "crashed", 0), ("not_checked", None, 0), ("failed", "crashed", 0)),
        ("stub", ("failed", "missing", 0), ("not_checked", None, 0), ("passed", None, 2)),
        ("returns_none", ("failed", "wrong", 0), ("not_checked", None, 0), ("passed", None, 2)),
    ],
)
def test_grading_gives_each_fault_its_word_and_takes_only_its_points(records, student, double, total, printed):
    """The right word, the points of what the fault touches, nothing else."""
    assert words(records[student]) == {"check_double": double, "check_total": total, "check_printed": printed}
    assert records[student]["status"] == "graded"


def test_grading_says_what_to_mend_first(records):
    """The lead is the first failed check, and what follows from it points there."""
    assert records["right"]["lead"] is None
    assert records["wrong"]["lead"] == "check_double"
    assert records["wrong"]["checks"][1]["mend_first"] == "check_double"


def test_grading_names_the_line_where_loading_stopped(records):
    """A missing name is explained by the exception that came before it."""
    (check,) = [check for check in records["raises_loading"]["checks"] if check["id"] == "check_total"]
    assert check["message"].endswith(
        "Loading your submission stopped at line 6 of raises_loading.py with ZeroDivisionError: division by zero."
    )


def test_grading_same_class_twice_gives_the_same_records(tmp_path):
    """Byte for byte, apart from the field named times, with one judge at a time or several."""
    folder = write_class(
        tmp_path / "class", a=RIGHT, b=RIGHT.replace("2.0", "np.random.rand()"), c="import torch\n", d=RIGHT
    )
    texts = []
    for out, jobs in (("first", 1), ("second", 2), ("third", 3)):
        records = grade(folder, tmp_path / out, "--jobs", jobs, "--quiet")
        assert sorted(records) == ["a", "b", "c", "d"]
        for record in records.values():
            assert record.pop("times")["cpu_seconds"] >= 0
        texts.append(json.dumps(records, indent=1).replace(f"/{out}", ""))
    assert texts[0] == texts[1] == texts[2]
    assert words(json.loads(texts[0])["a"]) == PASSED


def test_grading_repeats_addresses_that_a_submission_prints(tmp_path):
    """Where an object lies in memory is the same in every run, so that even such output does not differ."""
    folder = write_class(
        tmp_path / "class", a=RIGHT.replace("print(21 * 2)", "print(42, object(), id(np), hash('text'))")
    )
    printed = [grade(folder, tmp_path / out, "--quiet")["a"]["output"]["stdout"] for out in ("first", "second")]
    assert "<object object at 0x" in printed[0]
    assert printed[0] == printed[1]


def test_grading_remarks_when_half_of_a_limit_was_used(tmp_path):
    """A submission that is right but comes near its limit is told so, beside the times and not in the score."""
    slow = "import time\nbegan = time.process_time()\nwhile time.process_time() < began + 0.7:\n    pass\n" + RIGHT
    records = grade(write_class(tmp_path / "class", slow=slow, quick=RIGHT), tmp_path / "reports", "--quiet")
    assert records["quick"]["times"]["remarks"] == []
    assert "Loading used 1 of its 1 seconds of computing time." in records["slow"]["times"]["remarks"]
    assert records["slow"]["score"]["sum"] == 10
    assert "Loading used 1 of its 1 seconds" in (tmp_path / "reports" / "students" / "slow.html").read_text()


def test_grading_on_a_busy_machine_gives_the_same_record(tmp_path):
    """With every core busy with other work, the names that a hanging load has defined survive as they do on an idle one."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        hangs = RIGHT.replace("if __name__", "while True: pass\nif __name__")
        folder = write_class(tmp_path / "class", hangs_loading=hangs, right=RIGHT)
        records = grade(folder, tmp_path / "reports", "--quiet")
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert words(records["right"]) == PASSED
    assert words(records["hangs_loading"]) == PASSED | {"check_printed": ("failed", "timed_out", 0)}


def test_grading_tells_every_check_why_a_child_that_died_while_loading_is_gone(tmp_path):
    """A loader that the kernel had to end leaves no names, and each check says what happened, not that something did."""
    folder = write_class(tmp_path / "class", gone="import ctypes\nctypes.CDLL(None)._exit(7)\n" + RIGHT)
    record = grade(folder, tmp_path / "reports", "--quiet")["gone"]
    sentence = "your submission did not come to its end. It ended before it answered (exit status 7)."
    failed = [check["message"] for check in record["checks"] if check["result"] == "failed"]
    assert failed == [f"Loading {sentence}", f"The line `42` was not printed. Running {sentence}"]


def test_grading_keeps_to_one_core_only_where_each_submission_has_one(tmp_path):
    """With a submission for each core, all that one starts stays on a single core; otherwise it may use any."""
    cores = sorted(os.sched_getaffinity(0))
    folder = write_class(tmp_path / "class", s001=RIGHT + "import os\nprint(sorted(os.sched_getaffinity(0)))\n")
    for jobs, most in ((len(cores), 1), (len(cores) + 1, len(cores))):
        record = grade(folder, tmp_path / f"out-{jobs}", "--jobs", str(jobs))["s001"]
        used = json.loads(record["output"]["stdout"].splitlines()[-1])
        assert (len(used), set(used) <= set(cores)) == (most, True)
