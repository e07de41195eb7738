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
WRITES = "".join(
    f"open({name!r}, 'w').write('1')\nassert open({name!r}).read() == '1'\n"
    for name in ("/content/drive/MyDrive/hw1/x.txt", "/tmp/x.txt", "D:/hw1/x.txt", "/srv/kim/x.txt")
)
MAKES = "import os\nos.makedirs('/content/drive/MyDrive/out', exist_ok=True)\nopen('/content/drive/MyDrive/out/x.txt', 'w').close()\n"
LOGS = "import logging\nlogging.basicConfig(level=logging.INFO, format='%(message)s')\n"
MARIMO = (
    "import marimo\napp = marimo.App()\n@app.cell\ndef _(double):\n    print(double(21))\n    return\n"
    "@app.cell\ndef _(np):\n    def double(x):\n        return 2 * x\n    def total(x, axis):\n        return np.sum(x, axis=axis)\n"
    "    return double, total\n@app.cell\ndef _():\n    import numpy as np\n    return (np,)\nif __name__ == '__main__':\n    app.run()\n"
)
SCRIPTS = {
    "writes": WRITES + RIGHT,
    "makes": MAKES + RIGHT,
    "leaves": RIGHT + "import os\nos._exit(0)\n",
    "logs": LOGS + RIGHT.replace("print(21 * 2)", "logging.info('42')"),
    "marimo": MARIMO,
    "up": UP + RIGHT,
    "path": PATH + RIGHT,
    "none": "open('../x.txt', 'w').close()\n" + RIGHT,
}
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
    "tasks": {
        "2.ipynb": book("import numpy as np\ndef total(x, axis):\n    return np.sum(x, axis=axis)", LINE),
        "1.ipynb": book("def double(x):\n    return 2.0 * x"),
    },
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
