"""Tests of the sample submissions of ``autograd``: graded by the real command, through the fence, and compared with expected.toml."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.grading import PROJECT, environment

GALLERY = PROJECT / "tests" / "gallery_autograd"
TEMPLATE = PROJECT / "student_template" / "autograd"
SAMPLES = sorted(path.name for path in GALLERY.glob("s*/"))
FORMS = {"modules": TEMPLATE / "modules", "script": TEMPLATE / "script", "notebook": TEMPLATE / "notebook"}


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Grade every sample, and the untouched template in its three forms, once; the folder of the reports."""
    work = tmp_path_factory.mktemp("autograd")
    students = work / "class"
    students.mkdir()
    for name in SAMPLES:
        (entry,) = [path for path in (GALLERY / name).iterdir() if path.suffix in {".py", ".ipynb"}]
        shutil.copy(entry, students)
    shutil.copytree(FORMS["modules"], students / "modules", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(FORMS["script"] / "autograd.py", students / "script.py")
    shutil.copy(FORMS["notebook"] / "autograd.ipynb", students / "notebook.ipynb")
    command = [sys.executable, "-m", "grader", "grade", str(students), "--assignment", "autograd"]
    done = subprocess.run(
        [*command, "--out", str(work / "reports"), "--jobs", "2", "--quiet"],
        cwd=PROJECT,
        env=environment(GRADER_SEED="gallery"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return work / "reports"


def record_of(reports: Path, student: str) -> dict[str, Any]:
    """Return the record of one student."""
    record: dict[str, Any] = json.loads((reports / "records" / f"{student}.json").read_text(encoding="utf-8"))
    return record


@pytest.mark.parametrize("name", SAMPLES)
def test_autograd_gallery_grades_as_expected(name: str, reports: Path):
    """A sample submission gets the points, the words and the loading status that its expected.toml states."""
    expected = tomllib.loads((GALLERY / name / "expected.toml").read_text(encoding="utf-8"))["expected"]
    record = record_of(reports, name.partition("_")[0])
    words: dict[str, set[str]] = {}
    for check in record["checks"]:
        if check["result"] != "passed":
            words.setdefault(check["task"], set()).add(check["why"] or check["result"])
    said = {
        "points": record["score"]["points"],
        "bonus": record["score"]["bonus_points"],
        "loading": record["loading"]["status"],
        "words": {task: sorted(found) for task, found in words.items()},
    }
    reasons = {check["id"]: check["message"] for check in record["checks"] if check["result"] != "passed"}
    assert said == {"words": {}, **expected}, json.dumps(reasons, indent=2)
    assert record["faults"] == []


@pytest.mark.parametrize("form", FORMS)
def test_the_untouched_autograd_template_is_a_list_of_what_to_do(form: str, reports: Path):
    """In each of its forms: no point, and nothing worse than that it is not written yet."""
    record = record_of(reports, form)
    assert record["score"]["points"] == 0
    assert {check["why"] for check in record["checks"] if check["result"] == "failed"} == {"missing"}
    assert "this page is your list of what to do" in (reports / "students" / f"{form}.html").read_text(encoding="utf-8")


def test_messages_say_what_differs_and_where_to_look(reports: Path):
    """The sentences of one wrong submission, whole, with the hint apart."""
    checks = {check["id"]: check for check in record_of(reports, "s103")["checks"]}
    shapes = checks["check_broadcast_stretched_axes"]
    assert shapes["message"] == (
        "The gradient of `a + b` for `b`, with `a` of shape (4, 4), `b` of shape (4, 1), must have shape (4, 1), "
        "but it has shape (4, 4)."
    )
    assert shapes["hint"] == (
        "Sum the gradient over the axes along which the operand was stretched, so that it has the shape of the operand again."
    )
    chains = {check["id"]: check for check in record_of(reports, "s104")["checks"]}["check_long_chains"]
    assert chains["message"] == "`a = a + a, 40 times over`: It did not finish within 10 seconds of computing time."
    assert chains["hint"] == (
        "Visit each result once, after all of its uses; going down every way from it takes twice as long with every use."
    )
    lost = {check["id"]: check for check in record_of(reports, "s105")["checks"]}["check_no_grad"]
    assert lost["message"] == "`with no_grad(): raise ...`: It raised RuntimeError: nothing here requires a gradient"
    assert lost["hint"] == (
        "Switch recording on again in `finally:`, or in `__exit__`, which runs after an exception as well."
    )
