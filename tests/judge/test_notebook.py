"""The executed notebook is written without nbformat, and is to the byte what nbformat would write."""

import json

import nbformat
import pytest

from grader.judge.notebook import executed_notebook

PICTURE = b"\x89PNG\r\n"
FRAME = {"file": "cell 2 of a.ipynb", "line": 1, "function": "<module>", "code": "1 / 0"}


def cell(kind="code", **more):
    """Return a cell as the child reports it."""
    fields = {"cell_type": kind, "source": "x = 1\nx", "tags": [], "error": None, "outputs": [], "execution_count": 1}
    return fields | more


def output(kind, **more):
    """Return an output as the child reports it."""
    return {"output_type": kind, "name": None, "text": None, "data": None} | more


CELLS = [
    cell("markdown", source="# Häding\n\nline\u2028separated", tags=["answer:1"], execution_count=None),
    cell("raw", source="", execution_count=None),
    cell(outputs=[output("stream", name="stdout", text="a\nb"), output("stream", name="stderr", text="careful\r\n")]),
    cell(outputs=[output("display_data", data={"text/plain": "<Figure>", "image/png": PICTURE})], tags=["cell:2a"]),
    cell(outputs=[output("execute_result", data={"text/plain": "1", "text/html": "<b>1</b>\n"})], execution_count=4),
    cell(error={"type": "ZeroDivisionError", "message": "division by zero", "frames": [FRAME]}, execution_count=5),
    cell(source="", execution_count=None),
]


def test_notebook_is_written_as_nbformat_writes_it():
    """Reading the notebook and writing it again with nbformat gives the same bytes, and the schema has nothing to say."""
    content, printed = executed_notebook({"cells": CELLS})
    read = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(read)
    assert nbformat.writes(read, version=4).encode() + b"\n" == content
    assert printed == "a\nbcareful\r\n"


@pytest.mark.parametrize("tags", [["a", "a"], ["a", ""], ["a", "b,c"]])
def test_notebook_leaves_out_tags_that_the_format_forbids(tags):
    """A tag that is there twice, empty, or has a comma would make the notebook invalid, so it is left out."""
    content, _ = executed_notebook({"cells": [cell(tags=tags)]})
    read = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(read)
    assert read.cells[0].metadata == {"tags": ["a"]}


def test_notebook_without_a_lawful_tag_has_none():
    """When no tag is left, the cell has no list of tags."""
    content, _ = executed_notebook({"cells": [cell(tags=["a,b"])]})
    assert json.loads(content)["cells"][0]["metadata"] == {}


def test_notebook_escapes_what_is_no_text():
    """Half a surrogate pair, which no file can hold, is written as its number."""
    content, _ = executed_notebook({"cells": [cell(source="'\ud800'")]})
    assert json.loads(content)["cells"][0]["source"] == ["'\ud800'"]


def test_notebook_of_a_lying_child_is_still_a_notebook():
    """Outputs that lack what their kind promises, as only a child that was tampered with reports them, are empty."""
    content, printed = executed_notebook({"cells": [cell(outputs=[output("stream"), output("error")])]})
    nbformat.validate(nbformat.reads(content.decode(), as_version=4))
    assert printed == ""
