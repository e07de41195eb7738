"""The students' bundles of the shipped assignments, each made once for all tests."""

from __future__ import annotations

import functools
import json
import shutil
from pathlib import Path

from grader.handout.students import student_files
from grader.material.assignment import find_assignment
from tests.gallery_components.students import hand_in

ROOT = Path(__file__).parents[2]
NAMES = ("backprop", "autograd", "components", "layers")
# A task of each whose check is public and needs the answer key.
TASKS = {"backprop": "2.2", "autograd": "1.1", "components": "1.2a", "layers": "1.1"}
SHORT_LIMITS = {"load_cpu_seconds = 60": "load_cpu_seconds = 4", "run_cpu_seconds = 120": "run_cpu_seconds = 12"}


@functools.cache
def files_of(name: str) -> dict[str, bytes]:
    """Return the files of the bundle of an assignment."""
    return student_files(find_assignment(name))


def unzipped(name: str, place: Path) -> Path:
    """Write the bundle of an assignment below a folder, and return its path."""
    for path, content in files_of(name).items():
        file = place / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return place / name


def lowered(folder: Path) -> Path:
    """Lower the limits of an assignment, so that endless loops cost seconds, except for a notebook with long training."""
    if folder.name == "components" or (folder / "digits.npz").exists():
        return folder
    file = folder / "assignment.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in SHORT_LIMITS.items():
        assert text.count(old) == 1, f"{old} must stand once in {file}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return folder


def gallery(name: str, place: Path) -> list[Path]:
    """Write the demonstration class of an assignment into a folder; return its entries in order."""
    place.mkdir(parents=True)
    if name == "components":
        hand_in(place)
    elif name in ("autograd", "layers"):
        for path in (ROOT / "tests" / f"gallery_{name}").glob("*/s*"):
            shutil.copytree(path, place / path.name) if path.is_dir() else shutil.copy(path, place)
    else:
        for path in (ROOT / "submissions").glob("s*"):
            shutil.copytree(path, place / path.name) if path.is_dir() else shutil.copy(path, place)
    return sorted(place.iterdir())


def right_answer(name: str, place: Path) -> Path:
    """Write a right answer of an assignment under its template's name, and return the path."""
    found = {
        "backprop": ROOT / "submissions" / "s001.py",
        "autograd": ROOT / "tests" / "gallery_autograd" / "s101_right_script" / "s101.py",
        "components": ROOT / "reference" / "components" / "solution.ipynb",
        "layers": ROOT / "tests" / "gallery_layers" / "s301_right_script" / "s301.py",
    }[name]
    file = place / f"{name}{found.suffix}"
    # What its cells showed where it was made is not handed out either.
    file.write_text(_without_outputs(found) if found.suffix == ".ipynb" else found.read_text(encoding="utf-8"), "utf-8")
    return file


def _without_outputs(path: Path) -> str:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps(notebook)
