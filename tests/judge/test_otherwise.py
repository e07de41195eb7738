"""A submission that lost points only by how it was saved, or by lines that stopped it, is told what it would earn otherwise."""

import json

import pytest

from tests.grading import RIGHT, grade, write_class

DEFINED = RIGHT.removeprefix("import numpy as np\n")
GOES_ON = "If Python went on after each line that fails, as {} does, this submission would earn {} of 10 points."
PLAIN = "If {} were saved as plain UTF-8 text, this submission would earn 10 of 10 points."
KOREAN = f"# 역전파 과제\n{RIGHT}"


def notebook(*cells):
    """Return a notebook of cells with code, as a text."""
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "metadata": {}, "source": cell, "outputs": [], "execution_count": None}
                for cell in cells
            ],
            "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


SCRIPTS = {
    "fetches": "import urllib.request\nurllib.request.urlopen('https://example.org/data.csv')\n" + RIGHT,
    "sets": "import seaborn as sns\nsns.set_theme()\n" + RIGHT,
    "makes": "import torch\nmodel = torch.nn.Linear(2, 3)\nmodel.train()\n" + RIGHT,
    "asks": "name = input('Your name: ')\n" + RIGHT,
    "exits": "import sys\nsys.exit(0)\n" + RIGHT,
    "ends": RIGHT + "import os\nos.abort()\n",
    "wants": RIGHT.replace("    print", "    import sys\n    name = sys.argv[1]\n    print"),
    "half": "import seaborn as sns\nsns.set_theme()\n" + RIGHT.replace("2.0 * x", "3.0 * x"),
    "right": RIGHT,
    "wrong": RIGHT.replace("2.0 * x", "3.0 * x"),
    "hopeless": "raise ValueError\n",
    "quoted": RIGHT.replace('"', "\u201d"),
}
SENTENCES = {
    "fetches": GOES_ON.format("line 2 of fetches.py", 10),
    "sets": GOES_ON.format("line 2 of sets.py", 10),
    "makes": GOES_ON.format("line 2 of makes.py", 10),
    "asks": GOES_ON.format("line 1 of asks.py", 10),
    "exits": GOES_ON.format("line 2 of exits.py", 10),
    "ends": GOES_ON.format("line 12 of ends.py", 10),
    "wants": GOES_ON.format("line 11 of wants.py", 10),
    "half": GOES_ON.format("line 2 of half.py", 2),
    "cell": GOES_ON.format("line 2 of cell 1 of cell.ipynb", 10),
    "modules": GOES_ON.format("line 2 of layers.py", 10),
    "wide": PLAIN.format("wide.py"),
    "korean": PLAIN.format("korean.py"),
    "padded": PLAIN.format("padded.py"),
    "unseen": PLAIN.format("unseen.py"),
    "book": PLAIN.format("book.ipynb"),
}


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """The records of a class in which nearly everybody is right, and nearly everybody was stopped."""
    folder = write_class(tmp_path_factory.mktemp("class"), **SCRIPTS)
    files = {
        "cell.ipynb": notebook(
            "import seaborn as sns\nsns.set()\nimport numpy as np", *DEFINED.split("\nif ")[:1], "print(42)"
        ),
        "modules/layers.py": "import seaborn as sns\nsns.set()\n" + RIGHT.partition("if __name__")[0],
        "modules/main.py": "from layers import double, total\nif __name__ == '__main__':\n    print(42)\n",
    }
    (folder / "modules").mkdir()
    for path, text in files.items():
        (folder / path).write_text(text)
    texts = {
        "wide.py": RIGHT.encode("utf-16"),
        "korean.py": KOREAN.encode("cp949"),
        "padded.py": RIGHT.encode() + bytes(300),
        "unseen.py": RIGHT.replace("import", "\u200bimport", 1).encode(),
        "book.ipynb": notebook(RIGHT).encode("utf-16"),
    }
    for path, content in texts.items():
        (folder / path).write_bytes(content)
    return grade(folder, tmp_path_factory.mktemp("reports"), "--quiet")


@pytest.mark.parametrize("student", SENTENCES)
def test_page_says_what_right_work_would_earn(student, records):
    """The sentence is among the remarks, and no point is given for it."""
    record = records[student]
    assert [remark for remark in record["remarks"] if "would earn" in remark] == [SENTENCES[student]]
    assert record["score"]["points"] < float(SENTENCES[student].split(" of 10 points")[0].rpartition(" ")[2])


@pytest.mark.parametrize(("student", "points"), [("right", 10), ("wrong", 2), ("hopeless", 0), ("quoted", 0)])
def test_nothing_is_said_where_nothing_stopped_the_work_or_nothing_would_be_better(student, points, records):
    """What is right needs no other way, what is wrong has none."""
    assert records[student]["score"]["points"] == points
    assert not [remark for remark in records[student]["remarks"] if "would earn" in remark]
