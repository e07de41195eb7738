"""The template as a notebook, and the script that nbconvert makes from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

import nbformat
from nbconvert.exporters import PythonExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.handout.template.modules import FUTURE, GUARD, ordered
from grader.handout.template.questions import Cell, question_cells
from grader.handout.template.stubs import Block, Stub
from grader.material.plan import Plan
from grader.material.questions import Rubric


def notebook_form(stubs: list[Stub], plan: Plan, rubric: Rubric | None = None) -> nbformat.NotebookNode:
    """Return the notebook: imports, a section for each module, a heading for each task, the call of ``main``, questions."""
    cells = [("markdown", f"# {plan.title}"), ("code", _imports(stubs))]
    for stub in stubs:
        cells.append(("markdown", f"## {_title(stub.name)}\n\n{stub.docstring}"))
        for tasks, blocks in groupby(stub.blocks, key=lambda block: block.tasks):
            cells.extend(_section(tasks, list(blocks), plan))
    cells += [("markdown", "## Run"), ("code", GUARD)]
    whole: list[Cell] = [(kind, source, ()) for kind, source in cells]
    whole += question_cells(rubric) if rubric is not None else ()
    return assembled(whole)


def script_form(notebook: nbformat.NotebookNode) -> str:
    """Return the script form of a notebook; its headings become comments."""
    exporter = PythonExporter(exclude_input_prompt=True)
    text, _ = exporter.from_notebook_node(notebook)
    body = re.sub(r"\A(#!.*\n|# coding.*\n|\n)+", "", text)
    body = re.sub(r"\n{3,}", "\n\n\n", body)
    # No blank lines between a heading and what follows it.
    return re.sub(r"(?m)^(#.*)\n\n+(?=\S)", r"\1\n", body).strip() + "\n"


def _imports(stubs: list[Stub]) -> str:
    groups = ordered([line for stub in stubs for line in stub.libraries])
    return "\n\n".join([FUTURE, *("\n".join(group) for group in groups)])


def _title(module: str) -> str:
    return module.replace("_", " ").capitalize()


def _section(tasks: tuple[str, ...], blocks: list[Block], plan: Plan) -> list[tuple[str, str]]:
    """Return the heading and the cells of adjacent definitions that belong to the same tasks."""
    heading = "\n".join(f"### Task {number}: {plan.titles[number]}" for number in tasks) or "### Given"
    return [("markdown", heading), *(("code", block.source) for block in blocks)]


def assembled(cells: Iterable[tuple[str, str, Sequence[str]]]) -> nbformat.NotebookNode:
    """Return a notebook with these cells, each given as kind, text and tags; it contains nothing random and no dates."""
    makers = {"markdown": new_markdown_cell, "code": new_code_cell}
    notebook = new_notebook(
        cells=[
            makers[kind](source, id=f"cell-{number:03d}", metadata={"tags": list(tags)} if tags else {})
            for number, (kind, source, tags) in enumerate(cells, 1)
        ],
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )
    nbformat.validate(notebook)
    return notebook
