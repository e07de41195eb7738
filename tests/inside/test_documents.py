"""Notebooks that are texts of Markdown: their chunks are found as the programs that show them find them."""

import json

import jupytext
import pytest
from _child.cells import read_notebook
from _child.documents import is_document

from tests.gallery_components.students import SOLUTION

CHUNKS = {
    "plain": ("a.qmd", "```{python}\nx = 1\n```\n", ["x = 1"]),
    "more backticks": ("a.qmd", "````{python}\nx = '''\n```\n'''\n````\n", ["x = '''\n```\n'''"]),
    "tildes": ("a.Rmd", "~~~{python}\nx = 1\n~~~\n", ["x = 1"]),
    "in a list": ("a.qmd", "1. Do\n\n   ```{python}\n   if x:\n       y = 1\n   ```\n", ["if x:\n    y = 1"]),
    "not closed": ("a.qmd", "```{python}\nx = 1", ["x = 1"]),
    "with options": ("a.Rmd", "```{python, echo=FALSE, fig.cap='a b'}\nx = 1\n```\n", ["x = 1"]),
    "with attributes": ("a.qmd", "```{python .hidden #id}\nx = 1\n```\n", ["x = 1"]),
    "shown only": ("a.qmd", "```python\ny = 1\n```\n```{.python}\ny = 1\n```\n```{python}\nx = 1\n```\n", ["x = 1"]),
    "shown in a fence": ("a.qmd", "````\n```{python}\ny = 1\n```\n````\n```{python}\nx = 1\n```\n", ["x = 1"]),
    "not run": ("a.Rmd", "```{python, eval=F}\ny = 1\n```\n```{python}\nx = 1\n```\n", ["x = 1"]),
    "not run, by a line": ("a.qmd", "```{python}\n#| eval: false\ny = 1\n```\n```{python}\nx = 1\n```\n", ["x = 1"]),
    "in the head": ("a.qmd", "---\ntitle: |\n  ```{python}\n---\n```{python}\nx = 1\n```\n", ["x = 1"]),
    "old Mac": ("a.qmd", "```{python}\rx = 1\ry = 2\r```\r", ["x = 1\ny = 2"]),
    "options of MyST": ("a.md", "```{code-cell} python3\n---\ntags: [a]\n---\nx = 1\n```\n", ["\n\n\nx = 1"]),
    "another language of MyST": ("a.md", "```{code-cell} julia\ny\n```\n```{code-cell}\nx = 1\n```\n", ["x = 1"]),
}


@pytest.mark.parametrize("name", CHUNKS)
def test_chunks_of_python_are_the_cells(name):
    """Whatever they are fenced with; what is only shown, or never run, is text."""
    path, text, cells = CHUNKS[name]
    notebook = read_notebook(path, text.encode())
    assert (notebook.fault, [cell.text for cell in notebook.code]) == (None, cells)


@pytest.mark.parametrize(
    "chunk",
    [
        '```{python tags=["cell:1.2a", "b"]}\nx = 1\n```',
        "```{code-cell}\n:tags: [cell:1.2a, b]\nx = 1\n```",
        "```{python}\n#| tags: ['cell:1.2a', 'b']\nx = 1\n```",
        "```{python}\n# Answer 1.2a\nx = 1\n```",
    ],
)
def test_tags_and_lines_of_a_chunk_are_found(chunk):
    """As each of the programs writes them; lines are those of the text."""
    notebook = read_notebook("a.qmd", f"---\ntitle: a\n---\nWords.\n\n{chunk}\n\n**Answer 1.2b** Because.\n".encode())
    text, code, answer = notebook.cells
    assert (code.tags[0], code.source_line, code.number) == ("cell:1.2a", 7, 1)
    assert (text.text.strip(), answer.kind, answer.text.strip()) == ("Words.", "markdown", "**Answer 1.2b** Because.")


@pytest.mark.parametrize(("form", "path"), [("Rmd", "a.Rmd"), ("md", "a.md"), ("md:myst", "a.md")])
def test_what_jupytext_writes_is_read_as_it_was(form, path):
    """Every cell of code with its tags, and every answer in words as a text of its own."""
    told = json.loads(SOLUTION.read_text(encoding="utf-8"))["cells"]
    code = [("".join(cell["source"]), cell["metadata"].get("tags", [])) for cell in told if cell["cell_type"] == "code"]
    answers = ["".join(cell["source"]) for cell in told if "answer:" in str(cell["metadata"].get("tags"))]
    text = jupytext.writes(jupytext.read(SOLUTION), fmt=form)
    assert is_document(path, text.encode())
    read = read_notebook(path, text.encode())
    assert [(cell.text.strip(), list(cell.tags)) for cell in read.code] == code
    lines = text.split("\n")
    assert all(cell.text.strip().split("\n")[0] in lines[cell.source_line - 1 :] for cell in read.code)
    assert answers
    assert [cell.text for cell in read.cells if cell.text.startswith("**Answer ")] == answers


def test_a_text_that_is_no_notebook_is_none():
    """A README shows code; only MyST and Jupytext write notebooks as `.md`."""
    readme = b"# Run\n```python\nimport numpy\n```\n```sh\njupytext: no\n```\n"
    assert not is_document("README.md", readme)
    assert is_document("hw.md", b"---\njupyter:\n  jupytext:\n    formats: md\n---\n")
    assert not is_document("hw.txt", b"```{code-cell}\n```\n")
