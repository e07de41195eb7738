"""Written answers are found by their marks, whatever a front end or a student did to the cells."""

import json

import pytest


def markdown(source, *tags):
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "source": source, "metadata": {"tags": list(tags)} if tags else {}}


CODE = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": [], "execution_count": None}


def notebook(*cells):
    """Return the text of a notebook with these cells."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [CODE, *cells]})


@pytest.fixture
def found(session):
    """Reads files and returns the texts of the answers found, by id."""

    def read(files, questions=("1.1", "1.1f", "2"), form="folder"):
        answers = session.read(files, form, questions=list(questions))["answers"]
        return {answer["id"]: answer["text"] for answer in answers}

    return read


CELLS = {
    "tag": ([markdown("It diverges.", "answer:1.1f")], {"1.1f": "It diverges."}),
    "tag and mark": ([markdown("**Answer 1.1f**\n\nIt diverges.", "answer:1.1f")], {"1.1f": "It diverges."}),
    "bold mark": ([markdown("**Answer 1.1f.** (2 points)\nIt diverges.")], {"1.1f": "It diverges."}),
    "heading mark": ([markdown("\n### answer 1.1f\n\nIt diverges.")], {"1.1f": "It diverges."}),
    "several cells": (
        [markdown("One.", "answer:2"), markdown("Not mine."), markdown("Two.", "answer:2")],
        {"2": "One.\n\nTwo."},
    ),
    "a tag goes before marks": ([markdown("Right.", "answer:2"), markdown("**Answer 2**\nOld.")], {"2": "Right."}),
    "a shorter id is another one": ([markdown("**Answer 1.1f**\nf")], {"1.1f": "f"}),
    "an id at the end of a sentence": ([markdown("## Answer 1.1.\nall")], {"1.1": "all"}),
    "plain text is no mark": ([markdown("Answer 2\nno")], {}),
    "code is no answer": ([{**CODE, "source": "# **Answer 2**", "metadata": {"tags": ["answer:2"]}}], {}),
    "an empty cell": ([markdown("**Answer 2**\n\n")], {"2": ""}),
    "nobody asked": ([markdown("x", "answer:9")], {}),
}


@pytest.mark.parametrize(("cells", "answers"), CELLS.values(), ids=CELLS.keys())
def test_answers_are_found_in_a_notebook(found, cells, answers):
    """By tag, else by a heading or a bold line; code never holds an answer."""
    assert found({"s001.ipynb": notebook(*cells)}) == answers


def test_answers_of_a_notebook_without_code_are_found(found):
    """What cannot be run can be read."""
    text = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [markdown("Yes.", "answer:2")]})
    assert found({"s001.ipynb": text}) == {"2": "Yes."}


FILE = """\
Report of s001

## 1.1f: why it diverges
It overshoots.
```
## 2 is no heading here
```
## 2
Two.
### still two
## 9
Nobody asked.
## 2
More.
"""


def test_answers_are_found_in_a_file(found):
    """Below headings, whatever else the heading says; code blocks hold none, and other sections are left out."""
    assert found({"main.py": "x = 1", "answers.md": FILE}) == {
        "1.1f": "It overshoots.\n```\n## 2 is no heading here\n```",
        "2": "Two.\n### still two\nMore.",
    }


def test_answers_in_a_file_fill_up_those_of_a_notebook(found):
    """The notebook goes first."""
    files = {"s001.ipynb": notebook(markdown("Here.", "answer:1.1f")), "answers.md": FILE}
    assert found(files)["1.1f"] == "Here."
    assert found(files)["2"] == "Two.\n### still two\nMore."


def test_answers_are_cut_at_their_most_characters(session):
    """A book is no answer: its beginning is kept, and that it was cut is said."""
    files = {"s001.ipynb": notebook(markdown("x" * 50_000, "answer:2"))}
    (answer,) = session.read(files, "folder", questions=["2"])["answers"]
    assert (len(answer["text"]), answer["truncated"]) == (20_000, True)


def test_answers_are_not_looked_for_unless_asked(session):
    """An assignment without a rubric has none."""
    assert session.read({"s001.ipynb": notebook(markdown("x", "answer:2"))}, "folder")["answers"] == []
