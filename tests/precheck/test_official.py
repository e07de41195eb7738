"""Official grading with the public seed, and the pre-check on the recording, say the same of every public check."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.judge.diagnosis.slipped import SLIP
from grader.record.record import check_fields
from tests.precheck.bundles import NAMES, ROOT, gallery, lowered, unzipped

# A notebook that is right, and a wrong gradient.
SAMPLE = ("s002", "s005")
# A check that is hidden may be what another one follows from; at home nothing is known of it.
NOT_COMPARED = ("mend_first", "bonus")


def official(name: str, paths: list[Path], place: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the public checks of the records that official grading writes, by student."""
    assignment = shutil.copytree(
        ROOT / "grader" / "assignments" / name,
        place / "official" / name,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    folder = place / "class"
    folder.mkdir()
    for path in paths:
        shutil.copytree(path, folder / path.name) if path.is_dir() else shutil.copy(path, folder)
    command = [sys.executable, "-m", "grader", "grade", str(folder), "--assignment", str(lowered(Path(assignment)))]
    done = subprocess.run(
        [*command, "--seed", "public", "--out", str(place / "reports"), "--quiet"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    records = [json.loads(path.read_bytes()) for path in sorted((place / "reports" / "records").glob("*.json"))]
    return {
        record["student"]: [plain(each) for each in record["checks"] if each["visibility"] == "public"]
        for record in records
    }


def plain(check: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a check that must be equal; slips are tried on the answer key, which nobody has at home."""
    fields = {key: value for key, value in json.loads(json.dumps(check)).items() if key not in NOT_COMPARED}
    for each in (fields, *fields["parts"]):
        if each["diagnosis"] is not None and each["diagnosis"]["id"].startswith(SLIP):
            each["diagnosis"] = None
    return fields


def compared(name: str, chosen: tuple[str, ...], precheck: Any, place: Path) -> None:
    """Grade entries of a gallery both ways, and at home with and without forks, and compare."""
    paths = [path for path in gallery(name, place / "gallery") if not chosen or path.stem in chosen]
    graded = official(name, paths, place)
    assert set(graded) == {path.stem for path in paths}
    home = lowered(unzipped(name, place / "home") / "precheck_files" / "assignment")
    for forks in (True, False):
        for path, result in zip(paths, precheck(home, *paths, forks=forks), strict=True):
            if result.unreadable is not None:
                # At home one sentence says it, in place of the same one at every check.
                said = {check["message"] for check in graded[path.stem] if check["result"] == "failed"}
                assert [message for message in said if not result.unreadable.startswith(message)] == [], path.name
                assert said
                continue
            at_home = [plain(check_fields(outcome, False)) for outcome in result.outcomes]
            for one, other in zip(map(as_at_home, graded[path.stem]), at_home, strict=True):
                assert other == one, f"{path.name}, forks: {forks}, {one['id']}"


def as_at_home(check: dict[str, Any]) -> dict[str, Any]:
    """Return a check without what only official grading tries: what would follow if one thing alone were mended."""
    return check | {"remarks": [each for each in check["remarks"] if not each.startswith("With this alone mended")]}


def test_the_precheck_says_what_official_grading_says(precheck: Any, tmp_path: Path):
    """Verdict, points, message, hint, frames, measurements and likely causes are equal for a sample of the gallery."""
    compared("backprop", SAMPLE, precheck, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_the_precheck_says_what_official_grading_says_of_everybody(name: str, precheck: Any, tmp_path: Path):
    """The same for the whole gallery of each assignment, with forks and without."""
    compared(name, (), precheck, tmp_path)
