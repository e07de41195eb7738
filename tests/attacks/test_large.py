"""What is long, large or slow in a hand-in costs its own student, in moderate time and memory, and the class has its reports."""

import json
import subprocess

import pytest

from grader.record.notebook import MOST_BYTES
from tests.attacks.packages import code, notebook
from tests.attacks.running import Watch
from tests.grading import PROJECT, RIGHT, command, environment

KERNEL = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
JUDGE_BYTES = 300e6
HUGE_PARAMETER = """
import numpy as np
from types import SimpleNamespace
class Linear:
    def __init__(self, *words, **more):
        self.weight = SimpleNamespace(value=np.zeros(60_000_000, dtype=bool), grad=None)
        self.bias = self.weight
    def parameters(self):
        return [self.weight, self.bias]
"""
RAISED = """
import sys
outputs = sys.modules["_child.outputs"]
outputs.MAX_STREAM = outputs.MAX_TEXT = 10**12
outputs.Budget.spend = lambda *words: True
"""
LINE_FEEDS = 'print("\\n" * 800_000)'


def cells(*sources):
    """Return a notebook of these cells."""
    return notebook(*map(code, sources), metadata=KERNEL)


def graded(folder, files, *options):
    """Grade a class for real; return its records, the folder of its reports and the most memory of a judge, in bytes."""
    (folder / "class").mkdir(parents=True)
    for name, content in files.items():
        (folder / "class" / name).write_bytes(content)
    words = command(folder / "class", "--out", folder / "out", "--quiet", *options)
    with open(folder / "said", "w+b") as said:
        running = subprocess.Popen(words, cwd=PROJECT, env=environment(), stdout=said, stderr=said)
        watch = Watch(running.pid)
        try:
            status = running.wait(timeout=500)
        finally:
            running.kill()
            watch.stop()
    assert (status, (folder / "said").read_bytes()) == (0, b"")
    records = {path.stem: json.loads(path.read_bytes()) for path in (folder / "out" / "records").glob("*.json")}
    return records, folder / "out", watch.peak_bytes


@pytest.fixture(scope="module")
def backprop(tmp_path_factory):
    """A class whose hand-ins are slow to read, to search and to compare."""
    files = {
        "blanks.py": b'print("Iter: 0 | Ground truth" + " " * 100_000)\n' * 2,
        "digits.py": b'print("loss=" + "1" * 100_000 + " Iter" + " " * 100_000)\n',
        "commands.ipynb": cells("!ls\n" * 6000),
        "assigned.ipynb": cells("a = !ls\n" * 4000, "%x\n" * 4000),
        "parameter.py": HUGE_PARAMETER.encode(),
    }
    return graded(tmp_path_factory.mktemp("large"), files, "--assignment", "backprop")


@pytest.mark.parametrize("name", ["blanks", "digits", "commands", "assigned", "parameter"])
def test_large_texts_and_values_are_judged_in_moderate_time(name, backprop):
    """A line of blanks, thousands of commands and a parameter of 60 MB each end in a score, within seconds and megabytes."""
    records, _, peak_bytes = backprop
    record = records[name]
    assert (record["status"], record["score"]["points"], record["faults"]) == ("graded", 0.0, [])
    assert record["times"]["cpu_seconds"] < 20
    assert 0 < peak_bytes < JUDGE_BYTES


def test_large_parameter_has_a_sentence(backprop):
    """What is more than the check could ever want is said so."""
    said = {check["id"]: check["message"] for check in backprop[0]["parameter"]["checks"]}
    assert said["check_linear_initial_values"] == (
        "`Linear(5, 7, rng)`: It gave far more than is asked for: the value takes more than 4 MiB."
    )


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    """A class in which one notebook floods its outputs, with the limits of its own process raised, beside an honest one."""
    files = {
        "flood.ipynb": cells(RIGHT, RAISED, *[LINE_FEEDS] * 40),
        "source.ipynb": cells(RIGHT, *["#" + "q" * 20_000] * 900),
        "honest.ipynb": cells(RIGHT),
    }
    return graded(tmp_path_factory.mktemp("notebooks"), files, "--notebooks", "html")


def test_large_notebooks_leave_the_class_its_reports(notebooks):
    """Every report and page of the class is there; no file of the flood is larger than it may be, and nobody loses a point."""
    records, out, peak_bytes = notebooks
    assert {name: (record["status"], record["score"]["sum"]) for name, record in records.items()} == dict.fromkeys(
        ("flood", "source", "honest"), ("graded", 10.0)
    )
    assert {"index.html", "scores.csv", "junit.xml", "summary.md"} <= {path.name for path in out.iterdir()}
    assert {path.name for path in (out / "students").iterdir()} == {"flood.html", "source.html", "honest.html"}
    assert (out / "notebooks" / "honest.html").exists()
    assert all(path.stat().st_size <= MOST_BYTES for path in (out / "notebooks").glob("*.ipynb"))
    assert all(path.stat().st_size < 2**20 for path in (out / "records").iterdir())
    assert 0 < peak_bytes < JUDGE_BYTES


def test_large_notebooks_without_care_are_as_large_as_they_like():
    """The control: kept as they come, the outputs of the same cells are larger than any of our files."""
    printed = "\n" * 800_000
    assert 40 * len(json.dumps(printed)) > 2 * MOST_BYTES
