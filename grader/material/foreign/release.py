"""What students receive of an assignment: without solutions, hidden tests and mark schemes; serves READ. Pure.

Every test must fail on it, as nothing was answered yet; the judge says which do not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grader.material.foreign.forms import Case, Cell, Form, Notebook


def release(form: Form) -> dict[str, dict[str, Any]]:
    """Return the notebooks that students receive, as JSON, by name; none where an assignment has tests only."""
    return {notebook.name: _notebook(notebook, form, solved=False) for notebook in form.notebooks}


def solution(form: Form) -> dict[str, dict[str, Any]]:
    """Return the author's own notebooks as somebody would hand them in, by name; none where no cell holds a solution."""
    cells = [cell for notebook in form.notebooks for cell in notebook.cells]
    if not any(cell.role == "answer" and cell.source != cell.released for cell in cells):
        return {}
    return {notebook.name: _notebook(notebook, form, solved=True) for notebook in form.notebooks}


def seen_by_students(form: Form) -> Form:
    """Return an assignment with the tests that students have, each without its hidden parts."""
    questions = tuple(
        replace(one, tests=tuple(_seen(case) for case in one.tests if case.visible.strip())) for one in form.questions
    )
    return replace(form, questions=questions)


def _seen(case: Case) -> Case:
    return replace(case, source=case.visible, hidden=False)


def _notebook(notebook: Notebook, form: Form, *, solved: bool) -> dict[str, Any]:
    return {
        "cells": [_cell(cell, form, solved=solved) for cell in notebook.cells if _is_handed_out(cell)],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _is_handed_out(cell: Cell) -> bool:
    return bool(cell.released.strip() or cell.question or cell.grade_id)


def _cell(cell: Cell, form: Form, *, solved: bool) -> dict[str, Any]:
    source = cell.source if solved else cell.released
    if form.kind == "otter" and cell.role == "test":
        source = f'grader.check("{cell.question}")'
    made: dict[str, Any] = {"cell_type": cell.type, "metadata": {}, "source": source}
    if cell.id:
        made["id"] = cell.id
    if cell.type == "code":
        made |= {"execution_count": None, "outputs": []}
    if cell.grade_id:
        made["metadata"] = {"nbgrader": _marks(cell, form)}
    return made


def _marks(cell: Cell, form: Form) -> dict[str, Any]:
    """Return the metadata of nbgrader for a cell, in version 3."""
    question = form.question(cell.question) if cell.question else None
    marks: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": cell.grade_id,
        "grade": cell.role in ("test", "manual"),
        "solution": cell.role in ("answer", "manual"),
        "locked": cell.role in ("test", "locked", "task"),
        "task": cell.role == "task",
    }
    return marks | ({"points": question.points} if question is not None else {})
