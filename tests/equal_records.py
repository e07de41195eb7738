"""Grades the demonstration classes with this checkout and with another one, and prints where their records differ.

Run it before and after a change that must move no score: ``python -m tests.equal_records OTHER_CHECKOUT [ASSIGNMENT ...]``.
What depends on the checkout or on the clock is left out: fingerprints, versions, times, and the command that repeats a grading.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.precheck.bundles import ROOT, gallery, lowered

CLASSES = ("backprop", "autograd", "components", "layers", "lab")
LEFT_OUT = ("grader", "provenance", "repeat", "seed_id", "times", "versions")


def graded(tree: Path, assignment: str, students: Path, out: Path) -> dict[str, Any]:
    """Return the records that a checkout writes of a class, by student; endless loops get lower limits."""
    shipped = tree / "grader" / "assignments" / assignment
    copy = Path(shutil.copytree(shipped, out / assignment, ignore=shutil.ignore_patterns("__pycache__")))
    folder = lowered(copy) if assignment != "lab" else copy
    words = [
        "grade",
        students,
        "--assignment",
        folder,
        "--out",
        out / "reports",
        "--seed",
        "equal",
        "--anyway",
        "--quiet",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=tree,
        env={name: value for name, value in os.environ.items() if not name.startswith(("GRADER_", "GITHUB_"))},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{tree} ended with status {done.returncode} over {assignment}.")
    records = (json.loads(path.read_bytes()) for path in (out / "reports" / "records").glob("*.json"))
    return {record["student"]: {key: record[key] for key in record if key not in LEFT_OUT} for record in records}


def differences(one: Any, other: Any, place: str) -> Iterator[str]:
    """Yield where two values differ, and both values there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differences(one.get(key), other.get(key), f"{place}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{place}[{number}]")
    elif one != other:
        yield f"{place}: {str(one)[:200]} | {str(other)[:200]}"


def students_of(assignment: str, place: Path) -> Path:
    """Write the demonstration class of an assignment into a folder, and return it."""
    if assignment == "lab":
        return Path(
            shutil.copytree(ROOT / "tests" / "gallery_lab", place, ignore=shutil.ignore_patterns("__pycache__"))
        )
    gallery(assignment, place)
    return place


def main() -> int:
    """Compare, print the differences, and return 1 if there are any."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("other", type=Path, help="the root of the other checkout")
    parser.add_argument("assignments", nargs="*", default=CLASSES, help=f"default: {' '.join(CLASSES)}")
    options = parser.parse_args()
    different = 0
    for assignment in options.assignments:
        with TemporaryDirectory() as work:
            students = students_of(assignment, Path(work) / "class")
            theirs = graded(options.other.resolve(), assignment, students, Path(work) / "theirs")
            ours = graded(ROOT, assignment, students, Path(work) / "ours")
            found = list(differences(theirs, ours, assignment))
        different += len(found)
        print(f"{assignment}: {len(ours)} records, {len(found)} differences", *found, sep="\n  ", flush=True)
    return int(different > 0)


if __name__ == "__main__":
    raise SystemExit(main())
