"""Notebooks that were saved as scripts: their cells, tags and texts are found again."""

import json

import pytest
from _child.saved import exported
from _child.sources import read_source

from tests.gallery_components.saved import FORMS
from tests.gallery_components.students import SOLUTION


def cells_of(text):
    """Return the cells of a script, None if it is no notebook."""
    found = exported("hw.py", read_source("hw.py", text.encode()), alone=True)
    return found.cells if found is not None else None


@pytest.mark.parametrize("form", FORMS)
def test_every_answer_of_a_saved_notebook_is_found(form):
    """Each answer in code has its tag and its lines; each answer in text begins its own text cell."""
    notebook = json.loads(SOLUTION.read_text(encoding="utf-8"))
    tags = [tag for cell in notebook["cells"] for tag in cell["metadata"].get("tags", ())]
    script = FORMS[form](notebook)
    cells = cells_of(script)
    code = [cell for cell in cells if cell.kind == "code"]
    assert sorted(tag for cell in code for tag in cell.tags) == sorted(tag for tag in tags if tag.startswith("cell:"))
    assert [cell.number for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        assert script.split("\n")[cell.source_line - 1] == cell.text.split("\n")[0]
    answers = [tag.removeprefix("answer:") for tag in tags if tag.startswith("answer:")]
    texts = [cell.text for cell in cells if cell.kind == "markdown" and cell.text.startswith("**Answer ")]
    assert [text.split("*")[2].split()[1] for text in texts] == answers
    wanted = [
        "".join(cell["source"])
        for cell in notebook["cells"]
        if any("answer:" in tag for tag in cell["metadata"].get("tags", ()))
    ]
    assert [text.strip() for text in texts] == [text.strip() for text in wanted]


@pytest.mark.parametrize(
    "text",
    [
        "# %% data\nx = 1\n# In[2]:\ny = 2\n",
        "# Answer to question 1\nx = 1\n",
        "x = 1  # Answer 1.2a\n",
        "# + more\nx = 1\n# -\n",
        "tags = [1]\n# tags=[1]\n",
    ],
)
def test_comments_of_a_script_make_no_notebook(text):
    """Marks of an editor, and comments that look like others' marks."""
    assert cells_of(text) is None


def test_a_list_of_tags_that_cannot_be_read_is_no_tag():
    """What stands there is a student's."""
    text = '# %% tags=["a"]\nx = 1\n# %% tags=[oops]\ny = 1\n# %% tags=[1, "b"]\nz = 1\n'
    assert [cell.tags for cell in cells_of(text)] == [("a",), (), ("b",)]
