"""Tests of the sample submissions of ``layers``: graded by the real command, through the fence, and compared with expected.toml."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from typing import Any

import pytest

from tests.grading import PROJECT, environment

GALLERY = PROJECT / "tests" / "gallery_layers"
TEMPLATE = PROJECT / "student_template" / "layers"
SAMPLES = sorted(path.name for path in GALLERY.glob("s*/"))
# What a wrong submission is told, by check and part: each slip by its name.
SLIPS = {
    ("check_affine_backward", "db"): "affine-bias-gradient-row",
    ("check_softmax_extremes", None): "softmax-not-finite",
    ("check_batchnorm_forward", "test"): "batchnorm-test-uses-batch",
    ("check_dropout_forward", "training"): "dropout-other-p",
    ("check_conv_backward", "dx"): "conv-padding-cut-from-the-end",
    ("check_max_pool_forward", None): "pool-height-and-width-exchanged",
    ("check_max_pool_backward", "dx"): "pool-gradient-assigned-at-largest",
    ("check_spatial_batchnorm_forward", "training"): "spatial-not-transposed",
    ("check_network_loss", "regularization"): "network-biases-regularized",
}


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Grade every sample, and the untouched template in its three forms, once; the records by student."""
    work = tmp_path_factory.mktemp("layers")
    students = work / "class"
    students.mkdir()
    for name in SAMPLES:
        (entry,) = [path for path in (GALLERY / name).iterdir() if path.name != "expected.toml"]
        if entry.is_dir():
            shutil.copytree(entry, students / entry.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(entry, students)
    shutil.copytree(TEMPLATE / "modules", students / "modules", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TEMPLATE / "script" / "layers.py", students / "script.py")
    shutil.copy(TEMPLATE / "notebook" / "layers.ipynb", students / "notebook.ipynb")
    command = [sys.executable, "-m", "grader", "grade", str(students), "--assignment", "layers"]
    done = subprocess.run(
        [*command, "--out", str(work / "reports"), "--jobs", "2", "--quiet"],
        cwd=PROJECT,
        env=environment(GRADER_SEED="gallery"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in (work / "reports" / "records").glob("*.json")
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_layers_gallery_grades_as_expected(name: str, records: dict[str, dict[str, Any]]):
    """A sample submission gets the points, the words and the loading status that its expected.toml states."""
    expected = tomllib.loads((GALLERY / name / "expected.toml").read_text(encoding="utf-8"))["expected"]
    record = records[name.partition("_")[0]]
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


@pytest.mark.parametrize("form", ["modules", "script", "notebook"])
def test_the_untouched_template_of_layers_is_a_list_of_what_to_do(form: str, records: dict[str, dict[str, Any]]):
    """In each of its forms: no point, and nothing worse than that it is not written yet."""
    assert records[form]["score"]["points"] == 0
    assert {check["why"] for check in records[form]["checks"] if check["result"] == "failed"} == {"missing"}


def test_slips_that_small_tests_never_see_are_named(records: dict[str, dict[str, Any]]):
    """Nine of them in one submission, which is written in another way than the answer key: each is told by its name."""
    told = {}
    for check in records["s303"]["checks"]:
        told[check["id"], None] = (check["diagnosis"] or {}).get("id")
        for part in check["parts"]:
            told[check["id"], part["name"]] = (part.get("diagnosis") or {}).get("id")
    assert {place: told.get(place) for place in SLIPS} == SLIPS
