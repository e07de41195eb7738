"""The lines that a fault or a check speaks of are in the record, as the student wrote them."""

import json

import pytest

from grader.judge.excerpts import MOST_CHARACTERS, MOST_EXCERPTS, MOST_LINES, excerpts
from grader.outcomes import Frame, Result, StudentFault, Why
from grader.record.score import CheckOutcome
from tests.grading import RIGHT, grade, write_class

NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for source in ("def double(x):\n    return 2.0 * x", "def total(x, axis):\n    return x[999]")
    ],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """The records of a class in which each hand-in is wrong in its own way, graded by the real command."""
    folder = write_class(
        tmp_path_factory.mktemp("excerpts") / "class",
        bracket=RIGHT.replace("np.sum(x, axis=axis)", "np.sum((x, axis=axis)"),
        wrong=RIGHT.replace("2.0 * x", "3.0 * x"),
        crashed=RIGHT.replace("2.0 * x", "(\n        2.0 * x[0][0][0]\n    )"),
        forbidden=RIGHT.replace("import numpy as np", "import numpy as np\nimport torch").replace("2.0 * x", "torch.x"),
        loading=f"{RIGHT}\nrate = 1 / 0\n",
        empty="",
        right=RIGHT,
    )
    (folder / "cells.ipynb").write_text(json.dumps(NOTEBOOK))
    return grade(folder, folder.parent / "out")


def shown(record):
    """Return file, first line, lines, marked lines and the checks of every excerpt."""
    return [(each["file"], each["first"], each["lines"], each["marked"], each["of"]) for each in record["excerpts"]]


def test_the_line_that_cannot_be_read_is_shown(records):
    """A bracket that is never closed is in the record with the lines around it, and is a frame of the fault."""
    (first, *more) = shown(records["bracket"])
    assert more == []
    assert first[:2] == ("bracket.py", 4)
    assert first[2][3] == "    return np.sum((x, axis=axis)"
    assert first[3] == [7]
    assert first[4][:2] == ["loading", "running"]
    assert records["bracket"]["loading"]["fault"]["frames"] == [
        {"file": "bracket.py", "line": 7, "function": "<module>", "code": "return np.sum((x, axis=axis)"}
    ]


def test_a_wrong_function_is_shown(records):
    """Where nothing was raised, it is the definition that the check names."""
    assert shown(records["wrong"]) == [("wrong.py", 3, ["def double(x):", "    return 3.0 * x"], [], ["check_double"])]


def test_the_line_that_raised_is_shown(records):
    """The innermost of the student's own lines is marked."""
    (first,) = shown(records["crashed"])
    assert (first[0], first[3], first[4]) == ("crashed.py", [5], ["check_double"])
    assert first[2][first[3][0] - first[1]] == "        2.0 * x[0][0][0]"


def test_a_forbidden_import_is_shown(records):
    """It is the line of the import, and with it the line that has used it, where that is near."""
    (found,) = shown(records["forbidden"])
    assert found[1:] == (
        1, ["import numpy as np", "import torch", "", "def double(x):", "    return torch.x"], [2, 5], ["import", "check_double"],
    )  # fmt: skip


def test_the_line_that_stopped_the_loading_is_shown(records):
    """Also where it cost no points."""
    assert shown(records["loading"])[0][2][-1] == "rate = 1 / 0"
    assert shown(records["loading"])[0][4] == ["loading", "running"]


def test_cells_of_a_notebook_are_shown(records):
    """A cell is named as everywhere, and lines count within it."""
    assert shown(records["cells"]) == [
        ("cell 2 of cells.ipynb", 1, ["def total(x, axis):", "    return x[999]"], [2], ["check_total"]),
    ]


def test_nothing_is_shown_where_nothing_is_wrong(records):
    """Neither of what is right nor of what is empty."""
    assert records["right"]["excerpts"] == []
    assert records["empty"]["excerpts"] == []


def reading(text, **definition):
    """Return what the child says of one file."""
    place = {"name": "f", "file": "a.py", "first": 1, "body": 2, "last": len(text.splitlines())}
    return {"texts": [{"file": "a.py", "text": text}], "definitions": [place | definition], "forbidden": []}


def failed(message=None, frames=(), title="f works", number=1):
    """Return a check that failed."""
    return CheckOutcome(f"check_{number}", title, "1", 1.0, "public", Result.FAILED, Why.WRONG, message, frames=frames)


def test_what_a_message_names_is_marked():
    """Of a long definition the lines around what is spoken of are shown, and these are marked."""
    text = "def f():\n" + "    pass\n" * 30 + "    self.bias.grad = 1\n    rest = 2\n"
    (found,) = excerpts(reading(text), [failed("`bias.grad` after `f` differs.")], {}, ["f"])
    assert (found["first"], found["marked"], found["lines"][3]) == (29, [32], "    self.bias.grad = 1")


def test_excerpts_are_few_and_short():
    """However much is wrong and however long a line is, the record stays small; lines beyond the text are none."""
    text = "\n".join("x" * 5000 for _ in range(400))
    outcomes = [failed(frames=[Frame("a.py", 9 * number, "f", "")], number=number) for number in range(1, 100)]
    found = excerpts(reading(text), outcomes, {"loading": StudentFault(Why.CRASHED, "x")}, ["f"])
    assert len(found) == MOST_EXCERPTS
    assert max(len(line) for each in found for line in each["lines"]) == MOST_CHARACTERS
    assert max(len(each["lines"]) for each in found) <= MOST_LINES
    odd = [failed(frames=[Frame(file, line, "f", "")]) for file, line in (("a.py", 401), ("a.py", 0), ("b.py", 1))]
    assert excerpts(reading(text), odd, {}, []) == []


def test_only_names_that_are_asked_for_are_looked_for():
    """A helper whose name is a common word is not taken for what a check speaks of."""
    text = "def points():\n    return 1\n"
    said = failed("All points differ.", title="points of both sets are drawn")
    assert excerpts(reading(text, name="points"), [said], {}, ["f"]) == []


@pytest.mark.parametrize(
    "place",
    [
        {"first": 500},
        {"last": 1},
        {"body": 10**7},
        {"first": 9, "last": 3, "body": 1},
        {"file": "b.py"},
        {"last": 10**7},
    ],
)
def test_definitions_that_are_nowhere_do_no_harm(place):
    """Whatever lines a child has named, what is shown are lines of the text, or none."""
    found = excerpts(reading("def f():\n    return 1\n", **place), [failed("`f` differs at `x`.")], {}, ["f"])
    assert [line for each in found for line in each["lines"] if line not in ("def f():", "    return 1")] == []
