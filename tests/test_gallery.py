"""Tests of the sample submissions: each is graded through the real command and compared with its expected.toml."""

from __future__ import annotations

import filecmp
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
GALLERY = ROOT / "tests" / "gallery"
SAMPLES = sorted(path.name for path in GALLERY.glob("s*/"))
SHORT_LIMITS = {"load_cpu_seconds": 4.0, "run_cpu_seconds": 12.0, "check_cpu_seconds": 4.0}


def publish_module() -> Any:
    """Return tests/gallery/publish.py as a module."""
    spec = importlib.util.spec_from_file_location("publish", GALLERY / "publish.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def with_short_limits(destination: Path) -> Path:
    """Copy the assignment and lower its limits, so that endless loops cost seconds in place of minutes."""
    folder = destination / "backprop"
    shutil.copytree(ROOT / "grader" / "assignments" / "backprop", folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "assignment.toml"
    text = file.read_text(encoding="utf-8")
    for name, seconds in SHORT_LIMITS.items():
        text, count = re.subn(rf"(?m)^{name}\s*=.*$", f"{name} = {seconds}", text)
        assert count == 1, f"{name} must stand once in {file}"
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Grade submissions/ once with the command line; the records by student."""
    work = tmp_path_factory.mktemp("gallery")
    command = [sys.executable, "-m", "grader", "grade", "submissions", "--assignment", str(with_short_limits(work))]
    finished = subprocess.run(
        [*command, "--out", str(work / "reports"), "--jobs", "2", "--quiet", "--seed", "gallery"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    paths = (work / "reports" / "records").glob("*.json")
    return {record["student"]: record for record in (json.loads(path.read_text(encoding="utf-8")) for path in paths)}


def words_by_task(record: dict[str, Any]) -> dict[str, list[str]]:
    """Return, for each required task, the words of its checks that were not passed."""
    words: dict[str, set[str]] = {}
    for check in record["checks"]:
        if check["result"] != "passed" and not check["bonus"]:
            words.setdefault(check["task"], set()).add(check["why"] or check["result"])
    return {task: sorted(found) for task, found in words.items()}


@pytest.mark.parametrize("name", SAMPLES)
def test_gallery_grades_as_expected(name, records):
    """A sample submission gets the points, the words and the loading status that its expected.toml states."""
    expected = tomllib.loads((GALLERY / name / "expected.toml").read_text(encoding="utf-8"))["expected"]
    record = records[name.partition("_")[0]]
    said = {
        "points": record["score"]["points"],
        "bonus": record["score"]["bonus_points"],
        "loading": record["loading"]["status"],
        "words": words_by_task(record),
    }
    reasons = {check["id"]: check["message"] for check in record["checks"] if check["result"] != "passed"}
    assert said == {"words": {}, **expected}, json.dumps(reasons, indent=2)


def test_submissions_equal_the_gallery(tmp_path):
    """What lies in submissions/ is byte for byte what the gallery's students handed in."""
    publish_module().publish(tmp_path / "submissions")
    seen = [str(path.relative_to(ROOT / "submissions")) for path in (ROOT / "submissions").rglob("*") if path.is_file()]
    seen = sorted(name for name in seen if "__pycache__" not in name)
    wanted = sorted(
        str(p.relative_to(tmp_path / "submissions")) for p in (tmp_path / "submissions").rglob("*") if p.is_file()
    )
    assert seen == wanted, "run: python tests/gallery/publish.py"
    same, _, _ = filecmp.cmpfiles(ROOT / "submissions", tmp_path / "submissions", wanted, shallow=False)
    assert sorted(same) == wanted, "run: python tests/gallery/publish.py"
