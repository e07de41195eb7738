"""Tests of notebooks as text in the percent format."""

import jupytext
import pytest

from grader.errors import AssignmentError
from grader.material.assignment import SHIPPED
from grader.material.percent import Cell, is_percent, read_cells

TEXT = """\
# Above the first cell.

# %% [markdown] tags=["a", "b"]
# # Title
#
# Text

# %%
x = 1


y = 2

# %% tags=["c"]
# a comment
"""


def test_cells_have_kind_text_tags_and_line():
    """Comment signs of text cells go, empty lines around a cell too, and those inside it stay."""
    assert read_cells(TEXT, "n.py") == [
        Cell("markdown", "# Title\n\nText", ("a", "b"), 3),
        Cell("code", "x = 1\n\n\ny = 2", (), 8),
        Cell("code", "# a comment", ("c",), 14),
    ]


def test_texts_without_cells_are_scripts():
    """Only a line that begins a cell makes a notebook of a text."""
    assert is_percent(TEXT)
    assert not is_percent("x = 5 # %% no cell\n")
    assert read_cells("x = 1\n", "n.py") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "# %% [raw]\n",
            'n.py, line 1: a cell must begin with `# %%` or `# %% [markdown]`, with tags as in `tags=["cell:1.1a"]`.',
        ),
        ("# %% [markdown]\n# a\nb\n", "n.py, line 3: a line of a text cell must begin with `# `."),
        ("# %% tags=[a]\n", 'n.py, line 1: tags must be a list of strings like tags=["cell:1.1a"].'),
        ("# %% tags=[1]\n", 'n.py, line 1: tags must be a list of strings like tags=["cell:1.1a"].'),
    ],
)
def test_cells_that_are_not_understood_are_errors(text, message):
    """The sentence names the line and shows what is right."""
    with pytest.raises(AssignmentError) as caught:
        read_cells(text, "n.py")
    assert str(caught.value) == message


def test_jupytext_reads_the_same_cells():
    """The source that ships means the same to Jupytext, so that it can be opened in Jupyter."""
    text = (SHIPPED / "components" / "notebook.py").read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    theirs = [(c.cell_type, c.source.strip(), tuple(c.metadata.get("tags", ()))) for c in notebook.cells]
    ours = [(c.kind, c.source, c.tags) for c in read_cells(text, "notebook.py")]
    assert theirs[-len(ours) :] == ours
