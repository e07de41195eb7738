"""Tests of the autograder zip: run in a folder that is laid out as Gradescope's container is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from grader.handout.archive import zipped
from grader.handout.container import FAILED, WALL_SECONDS, history_of, with_history
from grader.handout.gradescope import CONTAINER, PROGRAMS, contained, gradescope_files
from grader.handout.official import constraints, official_files, requirements
from tests.processes import wait_until

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "tiny"
METADATA = {
    "created_at": "2026-03-02T10:30:00.123456-08:00",
    "assignment": {"due_date": "2026-03-01T08:00:00.000000-08:00", "total_points": "10.0"},
    "previous_submissions": [
        {"submission_time": "2026-03-02T09:00:00.000000-08:00"},
        {"submission_time": "2026-02-20T09:00:00.000000-08:00"},
    ],
}
RIGHT = "def double(x):\n    return 2.0 * x\n\n\ndef total(x, axis):\n    return x.sum(axis=axis)\n\n\nprint(42)\n"


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the container has it, with an assignment from outside this repository."""
    monkeypatch.setenv("GRADER_SEED", "of the course")
    outside = Path(shutil.copytree(TINY, tmp_path / "elsewhere" / "tiny"))
    archive = tmp_path / "autograder.zip"
    archive.write_bytes(zipped(gradescope_files(outside), programs=PROGRAMS))
    place = tmp_path / "autograder"
    with zipfile.ZipFile(archive) as opened:
        assert [each.external_attr >> 16 for each in opened.infolist() if each.filename in PROGRAMS] == [
            0o100755,
            0o100755,
        ]
        opened.extractall(place / "source")
    (place / "submission").mkdir()
    (place / "submission_metadata.json").write_text(json.dumps(METADATA))
    return place


def run(place: Path) -> dict[str, Any]:
    """Run the autograder as the container does; return what it wrote."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "GRADER_"))}
    environment |= {"GRADER_CONTAINER": str(place), "GRADER_PYTHON": sys.executable}
    command = ["bash", str(place / "source" / "run_autograder")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads((place / "results" / "results.json").read_text())
    return results


def test_a_hand_in_is_graded_in_the_container(container: Path):
    """Points, visibilities, and what is known of lateness and earlier hand-ins stand in results.json."""
    (container / "submission" / "work.py").write_text(RIGHT)
    results = run(container)
    assert (results["score"], results["visibility"], results["stdout_visibility"]) == (10.0, "visible", "hidden")
    assert [(test["number"], test["status"], test["visibility"]) for test in results["tests"]] == [
        ("1", "passed", "visible"), ("2", "passed", "visible"), ("3", "passed", "visible"),
    ]  # fmt: skip
    assert results["extra_data"] == {"late_seconds": 95400, "earlier": 2, "in_last_day": 1}
    assert results["output"].endswith(
        "Handed in 1 day 2 hours 30 minutes late.\n\nThis is hand-in number 3, 2 of them in the last 24 hours."
    )


def test_results_are_written_when_the_grader_fails(container: Path):
    """Without a usable assignment the file is written all the same, and blames nobody."""
    (container / "submission" / "work.py").write_text(RIGHT)
    (container / "source" / "assignment" / "assignment.toml").write_text("no toml")
    results = run(container)
    assert results["score"] == 0.0
    assert results["output"].startswith(FAILED)


def test_results_are_written_before_the_container_ends(container: Path):
    """Code that takes for ever by the clock is stopped in time; the words say so, and nothing that was started is left."""
    (container / "submission" / "work.py").write_text(f"import time\n\ntime.sleep(600)\n\n{RIGHT}")
    words = [
        sys.executable,
        "-m",
        "grader.handout.container",
        "./assignment",
        "--at",
        str(container),
        "--wall-seconds",
        "6",
    ]
    done = subprocess.run(words, cwd=container / "source", capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads((container / "results" / "results.json").read_text())
    assert (results["score"], results["visibility"]) == (0.0, "visible")
    assert results["output"].startswith(
        "The autograder was stopped after 0.1 minutes, before Gradescope's own limit. Nothing is scored. Look for an endless loop, "
        'and for slow code outside of `if __name__ == "__main__":`; then hand in again.\n\nHanded in 1 day'
    )
    assert wait_until(lambda: not [path for path in Path("/proc").glob("[0-9]*/cwd") if _lies_in(path, container)])


def _lies_in(link: Path, folder: Path) -> bool:
    try:
        return Path(os.readlink(link)).is_relative_to(folder)
    except OSError:
        return False


@pytest.mark.parametrize("name", ["backprop", "components", "autograd"])
def test_limits_fit_the_container(name: str):
    """768 MB and half a CPU for less than ten minutes: no limit is above that, lower ones stay, and nothing else changes."""
    text = (ROOT / "grader" / "assignments" / name / "assignment.toml").read_text(encoding="utf-8")
    before, after = tomllib.loads(text), tomllib.loads(contained(tomllib.loads(text)))
    for limit, most in CONTAINER.items():
        assert after["limits"].pop(limit) == min(before["limits"].pop(limit), most)
    assert after == before
    longest_check = 60.0
    assert 2 * (CONTAINER["total_cpu_seconds"] + longest_check) < WALL_SECONDS < 600
    low = contained({"assignment": {"id": "x"}, "limits": {"load_cpu_seconds": 1, "total_cpu_seconds": 20}})
    assert {name: value for name, value in tomllib.loads(low)["limits"].items() if name.startswith(("load", "total"))} == {
        "load_cpu_seconds": 1, "total_cpu_seconds": 20,
    }  # fmt: skip


def test_what_the_metadata_does_not_tell_is_left_out():
    """Times without a zone, or none at all, lead to no sentence."""
    assert history_of({}) == {}
    assert history_of({"created_at": "2026-03-02T10:30:00", "assignment": {"due_date": None}}) == {}
    assert with_history({"output": "7 points."}, {}) == {"output": "7 points.", "extra_data": {}}


def scored(**points):
    """Return results with a visible test for each of these tasks, and one that is still hidden."""
    tests = [
        {"number": task[1:].replace("_", "."), "score": score, "visibility": "visible"}
        for task, score in points.items()
    ]
    return {"output": "x", "tests": [*tests, {"number": "9", "score": 5.0, "visibility": "after_published"}]}


def test_what_changed_since_the_last_hand_in_is_said():
    """Of the tests that are shown at once, from the latest of the earlier results; a task that was no test before earned nothing."""
    earlier = [
        {"submission_time": "2026-03-02T09:00:00.0-08:00", "results": scored(t1_1=4.0, t2_2=1.5)},
        {"submission_time": "2026-02-02T09:00:00.0-08:00", "results": scored(t1_1=0.0)},
    ]
    now = scored(t1_1=3.0, t2_2=4.0, t7_1=3.0)
    assert with_history(now, {"previous_submissions": earlier})["output"] == (
        "x\n\nThis is hand-in number 3.\n\n"
        "Since your last hand-in: +4.5 points in the tests shown now (`1.1` -1, `2.2` +2.5, `7.1` +3)."
    )
    same = with_history(earlier[0]["results"], {"previous_submissions": earlier})["output"]
    assert same.endswith("Since your last hand-in: the points of all tasks are unchanged.")
    for odd in (
        None,
        {},
        {"tests": 7},
        {"tests": [{"number": "`x`", "score": 1, "visibility": "visible"}]},
        {"tests": [None]},
    ):
        output = with_history(now, {"previous_submissions": [{"results": odd}]})["output"]
        assert output == "x\n\nThis is hand-in number 2."


def test_the_zip_holds_what_grading_needs_and_no_other_assignment(monkeypatch: pytest.MonkeyPatch):
    """The shipped assignment travels with its answer key, the requirements and the seed; the others stay."""
    monkeypatch.setenv("GRADER_SEED", "of the course")
    files = gradescope_files(ROOT / "grader" / "assignments" / "backprop")
    assert {
        "setup.sh",
        "run_autograder",
        "seed",
        "requirements.txt",
        "constraints.txt",
        "reference/linear.py",
        "grader/judge/grading.py",
    } <= set(files)
    assert not [
        path for path in files if path.startswith(("grader/assignments/components", "grader/assignments/autograd"))
    ]
    assert files["seed"] == b"of the course\n"


def test_what_is_installed_there_is_what_is_pinned_here(monkeypatch: pytest.MonkeyPatch):
    """Each package of the group is named in its pinned version, and the file with all others lies beside; another NumPy that grades here grades there."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    group = [line for line in groups["grade"] if isinstance(line, str)] + groups["course"]
    assert {"include-group": "course"} in groups["grade"]
    names = sorted(Requirement(line).name for line in group)
    first, *rest = requirements().replace("\\\n", "").splitlines()
    assert first == "-c constraints.txt"
    lines = [line.partition("--hash")[0].strip() for line in rest]
    assert [line for line in rest if "--hash=sha256:" not in line] == []
    assert sorted(Requirement(line).name for line in lines) == names
    assert all([each.operator for each in Requirement(line).specifier] == ["=="] for line in lines)
    files, _ = official_files(TINY)
    assert (files["requirements.txt"].decode(), files["constraints.txt"].decode()) == (requirements(), constraints())
    monkeypatch.setattr("grader.handout.official.version", lambda name: "2.2.6")
    assert [line for line in constraints().splitlines() if line.startswith("numpy")] == ["numpy==2.2.6"]
    assert "numpy==2.2.6" in requirements().splitlines()
    assert "--hash" not in requirements() + constraints()
