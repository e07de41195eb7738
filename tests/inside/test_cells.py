"""Notebooks of every age and state are read, or refused in one sentence."""

import json

import pytest
from _child.cells import python_text, read_notebook

CELL = {"cell_type": "code", "source": ["x = 1\n", "y = 2"], "metadata": {"tags": ["a", 3]}, "execution_count": 1}
V3 = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": ""},
    "worksheets": [
        {"metadata": {}, "cells": [{"cell_type": "code", "language": "python", "input": ["x = 1"], "outputs": [], "metadata": {}, "collapsed": False}]}
    ],
}  # fmt: skip


def raw(cells, metadata=None, **fields):
    """Return the bytes of a notebook of format 4."""
    metadata = {"kernelspec": {"name": "python3"}} if metadata is None else metadata
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells, **fields}).encode()


REFUSED = {
    "empty": (b"", "missing", "s.ipynb is empty."),
    "cut": (raw([CELL])[:60], "crashed", "s.ipynb is no valid notebook from line 1 on: it was cut short or edited as text."),
    "list": (b"[1]", "crashed", "s.ipynb is JSON, but not a notebook."),
    "bytes": (b"\xff\xfe\x00", "crashed", "s.ipynb is not UTF-8 text."),
    "deep": (b"[" * 100000, "crashed", "s.ipynb cannot be read: it nests too deeply."),
    "digits": (b'{"nbformat": ' + b"4" * 10000 + b"}", "crashed", "s.ipynb cannot be read: a number in it has too many digits."),
    "no cells": (b'{"nbformat": 4}', "crashed", "s.ipynb has no list of cells."),
    "no code": (raw([{"cell_type": "markdown", "source": "x"}]), "missing", "s.ipynb has no cell with code."),
    "language": (raw([CELL], {"kernelspec": {"name": "ir", "language": "R"}}), "wrong", "s.ipynb is a notebook for R, not for Python."),
    "huge": (raw([CELL] * 2001), "wrong", "s.ipynb has 2001 cells; at most 2000 are run."),
    "broken v3": (b'{"nbformat": 3}', "crashed", "s.ipynb has the old notebook format 3 and cannot be converted."),
}  # fmt: skip


@pytest.mark.parametrize(("content", "why", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_cells_of_an_unusable_notebook_are_refused(content, why, message):
    """What keeps a notebook from running is one sentence with a hint."""
    notebook = read_notebook("s.ipynb", content)
    fault = notebook.fault
    assert fault is not None
    assert not any("converted" in remark for remark in notebook.remarks)
    assert (fault["why"], fault["message"]) == (why, message)
    assert fault["hint"]


def test_cells_keep_text_tags_and_counts():
    """Lists of lines are joined, tags kept, code cells numbered."""
    notebook = read_notebook("s.ipynb", raw([{"cell_type": "markdown", "source": "# t"}, CELL]))
    assert (notebook.fault, notebook.remarks) == (None, [])
    (cell,) = notebook.code
    assert (cell.index, cell.number, cell.text, cell.tags, cell.count) == (1, 1, "x = 1\ny = 2", ("a",), 1)
    assert cell.name("s.ipynb") == "cell 1 of s.ipynb"


def test_cells_of_format_3_are_converted():
    """The old format is read with a remark."""
    notebook = read_notebook("s.ipynb", json.dumps(V3).encode())
    assert [cell.text for cell in notebook.code] == ["x = 1"]
    assert notebook.remarks[0] == "s.ipynb has the old notebook format 3; it was converted to format 4."


def test_reading_joins_the_lines_of_an_old_notebook():
    """In the old format, too, a text is a list of lines on disk: that of a heading as well."""
    cells = [
        {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["A title"]},
        {
            "cell_type": "code",
            "language": "python",
            "collapsed": False,
            "metadata": {},
            "outputs": [],
            "input": ["x = 1\n", "y = 2"],
        },
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells, "metadata": {}}]}
    notebook = read_notebook("s.ipynb", json.dumps(old).encode())
    assert [(cell.kind, cell.text) for cell in notebook.cells] == [("markdown", "# A title"), ("code", "x = 1\ny = 2")]


def test_cells_without_a_kernel_are_python():
    """A missing kernel is a remark; broken cells are left out with one."""
    notebook = read_notebook("s.ipynb", raw([CELL, {"cell_type": "code", "source": 3}], {}))
    assert notebook.remarks == [
        "s.ipynb does not name its kernel; it was run as Python.",
        "Cell 2 of s.ipynb is damaged and was left out.",
    ]


@pytest.mark.parametrize(
    ("counts", "stale"), [((1, 2), False), ((None, None), False), ((2, 1), True), ((1, None), True), ((4, 5), True)]
)
def test_cells_run_out_of_order_are_remarked(counts, stale):
    """Execution counts other than 1, 2, 3 mean that the notebook was not run from top to bottom."""
    remarks = read_notebook("s.ipynb", raw([{**CELL, "execution_count": count} for count in counts])).remarks
    assert bool(remarks) is stale


def test_python_text_uncovers_timed_cells():
    """A leading `%%time` is taken away without moving the lines."""
    cell = read_notebook("s.ipynb", raw([{**CELL, "source": "%%time\nx = 1"}])).code[0]
    assert python_text(cell) == "\nx = 1"
    timed = read_notebook("s.ipynb", raw([{**CELL, "source": "%%timeit\nx = 1"}])).code[0]
    assert python_text(timed) == "%%timeit\nx = 1"


@pytest.mark.parametrize(
    ("text", "tags", "seen"),
    [
        ("# Answer 1.2c: the numerical gradient\nx = 1", [], ("cell:1.2c",)),
        ("## ANSWER 1.2c.\nx = 1", ["a"], ("a", "cell:1.2c")),
        ("# Answer 1.2c\nx = 1", ["cell:1.2f"], ("cell:1.2f",)),
        ("x = 1\n# Answer 1.2c", [], ()),
        ("# Answers follow", [], ()),
    ],
)
def test_cells_tell_by_their_first_line_which_answer_they_are(text, tags, seen):
    """Where a front end has dropped the tag of an answer, its first line stands for it."""
    (cell,) = read_notebook("s.ipynb", raw([{**CELL, "source": text, "metadata": {"tags": tags}}])).code
    assert cell.tags == seen
