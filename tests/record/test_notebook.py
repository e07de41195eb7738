"""The executed notebook is written without nbformat, within limits, and holds nothing that a page would run."""

import json

import nbformat
import pytest

from grader.record.notebook import LEFT_OUT, MOST_BYTES, executed_notebook

PICTURE = b"\x89PNG\r\n\x1a\n"
FRAME = {"file": "cell 2 of a.ipynb", "line": 1, "function": "<module>", "code": "1 / 0"}


def cell(kind="code", **more):
    """Return a cell as the child reports it."""
    fields = {"cell_type": kind, "source": "x = 1\nx", "tags": [], "error": None, "outputs": [], "execution_count": 1}
    return fields | more


def output(kind, **more):
    """Return an output as the child reports it."""
    return {"output_type": kind, "name": None, "text": None, "data": None} | more


def shown(**data):
    """Return the data that the notebook keeps of one displayed value, whose forms are named by the last word of their types."""
    mimes = {
        "plain": "text/plain",
        "markdown": "text/markdown",
        "latex": "text/latex",
        "png": "image/png",
        "jpeg": "image/jpeg",
    }
    displayed = output("display_data", data={mimes.get(name, name): value for name, value in data.items()})
    content, _ = executed_notebook({"cells": [cell(outputs=[displayed])]})
    return json.loads(content)["cells"][0]["outputs"][0]["data"]


CELLS = [
    cell("markdown", source="# Häding\n\nline\u2028separated", tags=["answer:1"], execution_count=None),
    cell("raw", source="", execution_count=None),
    cell(outputs=[output("stream", name="stdout", text="a\nb"), output("stream", name="stderr", text="careful\r\n")]),
    cell(outputs=[output("display_data", data={"text/plain": "<Figure>", "image/png": PICTURE})], tags=["cell:2a"]),
    cell(outputs=[output("execute_result", data={"text/plain": "1\n2\n"})], execution_count=4),
    cell(error={"type": "ZeroDivisionError", "message": "division by zero", "frames": [FRAME]}, execution_count=5),
    cell(source="", execution_count=None),
]


def test_notebook_is_what_nbformat_reads_and_writes():
    """Reading the notebook, and what nbformat writes of it, gives the same cells, and the schema has nothing to say."""
    content, printed = executed_notebook({"cells": CELLS})
    read = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(read)
    assert nbformat.reads(nbformat.writes(read, version=4), as_version=4) == read
    assert [one.source for one in read.cells] == [one["source"] for one in CELLS]
    assert printed == "a\nbcareful\r\n"


@pytest.mark.parametrize(
    "tags", [["a", "a"], ["a", ""], ["a", "b,c"], ["a", 'x" onclick="alert(1)'], ["a", "two words"]]
)
def test_notebook_leaves_out_tags_that_are_no_words(tags):
    """A tag that is there twice, or is no plain word, would make the notebook invalid or a page unsafe, so it is left out."""
    content, _ = executed_notebook({"cells": [cell(tags=tags)]})
    read = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(read)
    assert read.cells[0].metadata == {"tags": ["a"]}


def test_notebook_keeps_the_tags_that_assignments_use():
    """Marks of answers and cells, and the one for a cell that is expected to raise, stay."""
    tags = ["cell:1.2c", "answer:2-b_1", "raises-exception", "C++"]
    content, _ = executed_notebook({"cells": [cell(tags=tags)]})
    assert json.loads(content)["cells"][0]["metadata"]["tags"] == tags


def test_notebook_without_a_lawful_tag_has_none():
    """When no tag is left, the cell has no list of tags."""
    content, _ = executed_notebook({"cells": [cell(tags=["a,b"])]})
    assert json.loads(content)["cells"][0]["metadata"] == {}


def test_notebook_escapes_what_is_no_text():
    """Half a surrogate pair, which no file can hold, is written as its number."""
    content, _ = executed_notebook({"cells": [cell(source="'\ud800'")]})
    assert json.loads(content)["cells"][0]["source"] == "'\ud800'"


def test_notebook_of_a_lying_child_is_still_a_notebook():
    """Outputs that lack what their kind promises, as only a child that was tampered with reports them, are empty."""
    content, printed = executed_notebook({"cells": [cell(outputs=[output("stream"), output("error")])]})
    nbformat.validate(nbformat.reads(content.decode(), as_version=4))
    assert printed == ""


def test_notebook_shows_text_and_pictures_only():
    """Of a value that is shown in many ways, its plain text and its picture are kept; what is only called a picture is not."""
    assert shown(plain="1", markdown="**1**", latex="$1$", png=PICTURE, jpeg=b"\xff\xd8\xff") == {
        "text/plain": "1",
        "image/png": "iVBORw0KGgo=",
        "image/jpeg": "/9j/",
    }
    assert shown(plain="x", png=b"<svg onload=alert(1)>", jpeg=PICTURE) == {"text/plain": "x"}
    assert shown(plain="x", **{"text/html": "<script>", "application/javascript": "1", "__proto__": "x"}) == {
        "text/plain": "x"
    }


@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_notebook_shows_markdown_and_formulas_as_they_were_written(form):
    """A value that has no plain text worth reading is shown as the text that it was made from, not interpreted."""
    plain = f"<IPython.core.display.{form.title()} object>"
    assert shown(plain=plain, **{form: "**a** <script>"}) == {"text/plain": "**a** <script>"}
    assert shown(plain=plain) == {"text/plain": plain}


def test_notebook_of_line_feeds_is_hardly_larger_than_they_are():
    """A text is written as one, so that a file of line feeds takes two bytes for each and no list."""
    feeds = "\n" * 90_000
    content, printed = executed_notebook({"cells": [cell(outputs=[output("stream", text=feeds)])] * 10})
    assert len(content) < 2.1 * 10 * len(feeds)
    assert printed == feeds * 10
    assert json.loads(content)["cells"][0]["outputs"][0]["text"] == feeds


@pytest.mark.parametrize(
    "full",
    [
        cell(outputs=[output("stream", text="\n" * 90_000)] * 3),
        cell(outputs=[output("stream", text="\x01" * 90_000)]),
        cell(outputs=[output("display_data", data={"image/png": PICTURE + b"\0" * 200_000})]),
        cell(error={"type": "E", "message": "\n" * 2000, "frames": [FRAME | {"code": "\t" * 500}] * 12}, outputs=[output("stream", text="\n" * 90_000)]),
        cell(source="\n" * 1_000_000),
        cell("markdown", source="<a" * 500_000),
    ],
)  # fmt: skip
def test_notebook_is_never_larger_than_its_limit(full):
    """What would make the file larger is left out, a note says so in its place, and the file stays a notebook."""
    content, _ = executed_notebook({"cells": [cell(source="first = 1"), *[full] * 400, cell("raw", source="last")]})
    assert len(content) < 1.05 * MOST_BYTES
    read = json.loads(content)
    assert read["cells"][0]["source"] == "first = 1"
    assert content.decode().count(LEFT_OUT) > 100
    assert read["nbformat"] == 4


def test_notebook_keeps_the_code_of_all_cells_before_any_output():
    """Cells that print too much do not push out the code of those behind them."""
    cells = [cell(source=f"x = {number}", outputs=[output("stream", text="\n" * 90_000)] * 3) for number in range(400)]
    content, _ = executed_notebook({"cells": cells})
    assert [one["source"] for one in json.loads(content)["cells"]] == [f"x = {number}" for number in range(400)]
