"""The exercise for Otter: a master notebook, from which ``otter assign`` makes the autograder, and plain submissions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peer_tools.exercise import CLAIMS, cells
from benchmarks.peer_tools.notebooks import as_notebook, code_cell, raw_cell
from benchmarks.peer_tools.tools import Tool

VERSION = "7.0.0"
CONFIG = "# ASSIGNMENT CONFIG\nrun_tests: false\nexport_cell: false\ninit_cell: true\n"


def make_master(folder: Path, epochs: int) -> None:
    """Write the master notebook."""
    make_master_of(folder, cells(0, epochs), CLAIMS)


def make_master_of(folder: Path, own: Sequence[str], claims: Mapping[str, str]) -> None:
    """Write a master notebook with these cells and claims."""
    made = [raw_cell(CONFIG, "config")]
    made += [code_cell(source, f"answer{k}") for k, source in enumerate(own)]
    for name, source in claims.items():
        made += [
            raw_cell(f"# BEGIN QUESTION\nname: {name}\npoints: 1", f"begin-{name}"),
            raw_cell("# BEGIN TESTS", f"tests-{name}"),
            code_cell(source, name),
            raw_cell("# END TESTS", f"done-{name}"),
            raw_cell("# END QUESTION", f"end-{name}"),
        ]
    folder.mkdir(parents=True)
    (folder / "ps1.ipynb").write_text(as_notebook(made), encoding="utf-8")


def make_class(folder: Path, students: Sequence[str], epochs: int) -> None:
    """Write every student's submission; ours are the same files."""
    folder.mkdir(parents=True)
    for seed, student in enumerate(students):
        made = [code_cell(source, f"answer{k}") for k, source in enumerate(cells(seed, epochs))]
        (folder / f"{student}.ipynb").write_text(as_notebook(made), encoding="utf-8")


def prepare(tool: Tool, folder: Path) -> Path:
    """Have Otter make the autograder, which is not measured, and return its path."""
    tool.run("otter", "assign", "ps1.ipynb", "dist", "--no-run-tests", cwd=folder)
    (made,) = (folder / "dist" / "autograder").glob("*.zip")
    return made


def commands(autograder: Path, folder: Path, students: Sequence[str], out: Path) -> list[list[str]]:
    """Return the commands that grade the class, one per student; creates a folder for the results of each."""
    for student in students:
        (out / student).mkdir(parents=True)
    return [
        ["otter", "run", "-a", str(autograder), "-o", str(out / student), str(folder / f"{student}.ipynb")]
        for student in students
    ]


def scores(out: Path) -> list[float]:
    """Return the points of every student."""
    return [
        sum(test.get("score", 0.0) for test in json.loads(path.read_text(encoding="utf-8"))["tests"])
        for path in sorted(out.glob("*/results.json"))
    ]
