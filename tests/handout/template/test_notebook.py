import nbformat

from grader.handout.template import template_files


def test_notebook_form_has_a_heading_for_every_task(small):
    """Sections are modules, headings tasks or what is given, and every cell has an id that does not change."""
    notebook = nbformat.reads(template_files(small)["notebook/small.ipynb"], as_version=4)
    nbformat.validate(notebook)
    headings = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert headings == [
        "# A small assignment",
        "## Doubling\n\nNumbers.",
        "### Given",
        "### Task 1.1: Double\n### Task 1.2: Double: halve",
        "## Run\n\nRuns.",
        "### Task 1.2: Double: halve",
        "### Given",
        "## Run",
    ]
    assert [cell.id for cell in notebook.cells] == [f"cell-{n:03d}" for n in range(1, len(notebook.cells) + 1)]


def test_script_form_is_the_notebook_with_headings_as_comments(small):
    """Nbconvert's script has no prompts, begins with the title and ends with the guard."""
    lines = template_files(small)["script/small.py"].splitlines()
    assert lines[:4] == ["# # A small assignment", "from __future__ import annotations", "", "import math"]
    assert lines[-3:] == ["# ## Run", 'if __name__ == "__main__":', "    main()"]
    assert not any(line.startswith("# In[") for line in lines)
