"""The demonstration class of ``components``: notebooks made from the one with the solutions, each with something that students do.

``python tests/gallery_components/students.py FOLDER`` writes the class to a folder, to be graded by hand.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from tests.gallery_components.saved import colab_script, percent_script

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "reference" / "components" / "solution.ipynb"
TEMPLATE = ROOT / "student_template" / "components" / "components.ipynb"
Cells = list[dict[str, Any]]
COUNTS = "The cells of {0}.ipynb were not last run once each from top to bottom"
SAVED = "{0}.py was saved from a notebook and was run as one."
OLD = "{0}.ipynb has the old notebook format 3; it was converted to format 4."


@dataclass(frozen=True)
class Student:
    """What one student hands in, and what comes of it.

    Attributes
    ----------
    edit : callable
        Changes a copy of the notebook with the solutions.
    points : float
        Of the 22 for code.
    words : dict
        By task, the words of its checks that were not passed.
    waiting : float
        Points that a person will give.
    remarks : tuple of str
        Beginnings of remarks that the page must have, with ``{0}`` for the student.
    saved : callable, optional
        Returns the script that the student saves of the notebook and hands in.
    """

    title: str
    edit: Callable[[dict[str, Any]], None]
    points: float = 22.0
    words: dict[str, list[str]] = field(default_factory=dict)
    waiting: float = 23.0
    remarks: tuple[str, ...] = ()
    saved: Callable[[dict[str, Any]], str] | None = None


def tagged(notebook: dict[str, Any], tag: str) -> dict[str, Any]:
    """Return the cell with a tag."""
    return next(cell for cell in notebook["cells"] if tag in cell["metadata"].get("tags", ()))


def replace(notebook: dict[str, Any], old: str, new: str) -> None:
    """Replace a piece of text that stands in just one cell."""
    (cell,) = [cell for cell in notebook["cells"] if old in cell["source"]]
    cell["source"] = cell["source"].replace(old, new)


def code(text: str) -> dict[str, Any]:
    """Return a new cell with code."""
    return {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": None}


def right(notebook: dict[str, Any]) -> None:
    """Change nothing."""


def untouched(notebook: dict[str, Any]) -> None:
    """Hand in what was handed out."""
    notebook["cells"] = json.loads(TEMPLATE.read_text(encoding="utf-8"))["cells"]


def mistaken(notebook: dict[str, Any]) -> None:
    """Make mistakes, and leave two answers empty."""
    replace(
        notebook, "num_gradient = (relu(x + h) - relu(x - h)) / (2 * h)", "num_gradient = relu(x + h) - relu(x - h)"
    )
    replace(notebook, "self.db = dy.sum(axis=0)", "self.db = dy.mean(axis=0)")
    replace(notebook, "step_size=0.2, steps=10, decay=0.8)", "step_size=0.05, steps=10)")
    for question in ("1.1c", "1.7a"):
        tagged(notebook, f"answer:{question}")["source"] = f"**Answer {question}**"


def disordered(notebook: dict[str, Any]) -> None:
    """Run cells in an order of one's own, with what they printed then, and move one that others need."""
    cells: Cells = notebook["cells"]
    relu = tagged(notebook, "cell:1.2e")
    cells.remove(relu)
    cells.insert(cells.index(tagged(notebook, "cell:1.3a")), relu)
    for count, cell in enumerate(reversed([cell for cell in cells if cell["cell_type"] == "code"])):
        cell["execution_count"] = count + 3
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "all points earned"}]


def rearranged(notebook: dict[str, Any]) -> None:
    """Delete a cell, copy a stub below its answer, rename a function, answer in another cell."""
    cells: Cells = notebook["cells"]
    cells.remove(tagged(notebook, "cell:1.6g"))
    stub = {
        **copy.deepcopy(tagged(notebook, "cell:1.3a")),
        "source": "def fn(x, y):\n    raise NotImplementedError('Task 1.3a: write fn')",
    }
    cells.insert(cells.index(tagged(notebook, "cell:1.4a")), stub)
    replace(
        notebook,
        "def optimize_f(x, y, step_size, steps, decay=1.0):",
        "def optimise_f(x, y, step_size, steps, decay=1.0):",
    )
    sigmoid = tagged(notebook, "cell:1.2a")
    cells.insert(cells.index(sigmoid) + 1, code(sigmoid["source"].replace("# Answer 1.2a\n", "")))
    sigmoid["source"] = "# Answer 1.2a\n# see the next cell"


def shadowing(notebook: dict[str, Any]) -> None:
    """Use given names again: x and y harmlessly; f so that the walk is not tuned, and np so that the nets are never trained."""
    cells: Cells = notebook["cells"]
    cells.insert(
        cells.index(tagged(notebook, "cell:1.1a")) + 1, code("x, y, f, x_hist, y_hist = optimize_f(1.0, 1.0, 0.1, 3)")
    )
    cells.insert(cells.index(tagged(notebook, "cell:1.4a")), code("x, y = 3, 4"))
    cells.insert(cells.index(tagged(notebook, "cell:1.6b")) - 6, code("np = 7"))


def old(notebook: dict[str, Any]) -> None:
    """Save the notebook in the format of many years ago."""
    for cell in notebook["cells"]:
        cell.pop("id", None)
    converted = nbformat.convert(nbformat.from_dict({**notebook, "nbformat_minor": 4}), 3)
    notebook.clear()
    notebook.update(json.loads(json.dumps(converted)))


def plain(notebook: dict[str, Any]) -> None:
    """Save it with a front end that keeps neither tags nor ids nor counts, in format 4.0."""
    notebook.update(nbformat_minor=0, metadata={})
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {}


def noisy(notebook: dict[str, Any]) -> None:
    """Ask for input, show progress and widgets, print without end in sight."""
    cells: Cells = notebook["cells"]
    cells[3:3] = [
        code("name = input('Your name? ')"),
        code("import tqdm_that_nobody_has\nfor i in tqdm_that_nobody_has.tqdm(range(3)):\n    pass"),
        code("from no_widgets import interact\ninteract(lambda x: x, x=3)"),
        code("for i in range(60_000):\n    print('step', i, 'of many')"),
        code("import sys\nfor i in range(500):\n    sys.stdout.write(f'\\r{i} %')"),
    ]


STUDENTS = {
    "s001": Student("everything right", right),
    "s002": Student(
        "the notebook as it was handed out",
        untouched,
        0.0,
        {
            **{
                key: ["missing"]
                for key in ("1.1a", "1.1g", "1.2a", "1.2c", "1.2e", "1.2f", "1.2i", "1.2k", "1.3a", "1.4a")
            },
            **{key: ["missing"] for key in ("1.4b", "1.4c", "1.6e", "1.6g", "1.6h")},
            "1.6b": ["missing", "not_checked"],
        },
        0.0,
    ),
    "s003": Student(
        "mistakes in three places, two answers left empty",
        mistaken,
        # The bias is a quarter of 1.4a; with it goes what is built on the layer.
        19.25,
        {"1.1g": ["wrong"], "1.2f": ["wrong"], "1.4a": ["wrong"], "1.6b": ["not_checked"]},
        20.0,
    ),
    "s004": Student(
        "run in another order, one cell moved below those that need it",
        disordered,
        21.0,
        {"1.2f": ["wrong"]},
        remarks=(COUNTS,),
    ),
    "s005": Student(
        "cells deleted, copied and renamed, one answer in another cell",
        rearranged,
        19.0,
        {"1.1a": ["missing"], "1.1g": ["crashed"], "1.6g": ["missing"]},
    ),
    "s006": Student(
        "given names used again",
        shadowing,
        17.5,
        {**{key: ["crashed"] for key in ("1.1g", "1.6b", "1.6g", "1.6h")}, "1.6e": ["missing"]},
    ),
    "s007": Student("the old notebook format 3", old, remarks=(OLD,)),
    "s008": Student("format 4.0, without tags, ids and kernel", plain),
    "s009": Student("input, missing packages and very long output", noisy),
    "s010": Student("saved by Jupytext", right, remarks=(SAVED,), saved=percent_script),
    "s011": Student("downloaded from Colab as a script", right, remarks=(SAVED,), saved=colab_script),
}


def hand_in(folder: Path) -> None:
    """Write the class to a folder, one notebook a student; the first has a report beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, student in STUDENTS.items():
        notebook = json.loads(SOLUTION.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
        student.edit(notebook)
        place = folder
        if name == "s001":
            place = folder / name
            place.mkdir(exist_ok=True)
            (place / "report.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
        if student.saved is not None:
            (place / f"{name}.py").write_text(student.saved(notebook), encoding="utf-8")
        else:
            (place / f"{name}.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")


if __name__ == "__main__":
    hand_in(Path(sys.argv[1]))
