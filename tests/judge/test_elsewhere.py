"""Right work that was written for another computer, and packed as nobody expects, keeps its points in the real fence."""

import gzip
import json

import pytest

from tests.grading import RIGHT, grade, write_class

PARTS = RIGHT.partition("if __name__")[0]
LINE = "print(21 * 2)\n"


def book(*cells):
    """Return a notebook of cells with code, as a text."""
    entries = [
        {"cell_type": "code", "metadata": {}, "source": cell, "outputs": [], "execution_count": None} for cell in cells
    ]
    return json.dumps(
        {
            "cells": entries,
            "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


UP = "import os\nos.makedirs('../out/a', exist_ok=True)\nopen('../out/a/x.txt', 'w').close()\nassert open('../out/a/x.txt').read() == ''\n"
PATH = "import pathlib\npathlib.Path('../out').mkdir(exist_ok=True)\npathlib.Path('../out/x.txt').write_text('1')\n"
SCRIPTS = {"up": UP + RIGHT, "path": PATH + RIGHT, "none": "open('../x.txt', 'w').close()\n" + RIGHT}
FOLDERS = {
    "package": {
        "hw1/parts.py": PARTS,
        "hw1/main.py": f"from hw1.parts import double, total\nif __name__ == '__main__':\n    {LINE}",
    },
    "report": {
        "parts.py": PARTS,
        "main.py": f"from parts import double, total\nif __name__ == '__main__':\n    {LINE}",
        "report.ipynb": book("from main import *"),
    },
    "runs": {"parts.py": PARTS, "hw.ipynb": book("%run parts.py", LINE)},
    "runs_another": {"parts.ipynb": book(PARTS), "hw.ipynb": book("%run parts.ipynb", LINE)},
    "imports": {"parts.py": PARTS, "hw.ipynb": book("import parts", f"parts.double(1.0)\n{LINE}")},
    "acts": {"parts.py": PARTS, "run_it.py": f"from parts import double, total\nif True:\n    {LINE}"},
    "old": {"hw.py": RIGHT, "hw_old.py": RIGHT.replace("def total(", "def total((")},
}


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """The records of a class of right work."""
    folder = write_class(tmp_path_factory.mktemp("class"), **SCRIPTS)
    for student, files in FOLDERS.items():
        for path, text in files.items():
            (folder / student / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / student / path).write_text(text)
    (folder / "single.py.gz").write_bytes(gzip.compress(RIGHT.encode()))
    (folder / "empty" / "out").mkdir(parents=True)
    (folder / "empty" / "main.py").write_text("open('out/x.txt', 'w').close()\n" + RIGHT)
    return grade(folder, tmp_path_factory.mktemp("reports"), "--quiet")


@pytest.mark.parametrize("student", [*SCRIPTS, *FOLDERS, "single.py", "empty"])
def test_right_work_keeps_all_points(student, records):
    """Whatever it was written for, and however it lies there."""
    (record,) = [record for record in records.values() if record["student"] == student]
    assert record["score"]["points"] == 10, record["remarks"]


def test_page_says_what_was_graded_and_why(records):
    """Of two files of which one cannot be read the other one is graded."""
    assert records["old"]["remarks"][0] == (
        "hw.py was graded: it has written most of what is asked for and can be read. Not graded: hw_old.py."
    )
