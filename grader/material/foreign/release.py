"""What students receive of an assignment: without solutions, hidden tests and mark schemes; serves READ. Pure.

Every test must fail on it, as nothing was answered yet; the judge says which do not.
"""

from __future__ import annotations

from typing import Any

from grader.material.foreign.forms import Cell, Form


def release(form: Form) -> dict[str, dict[str, Any]]:
    """Return the notebooks that students receive, as JSON, by name; none where an assignment has tests only."""
    return {
        notebook.name: {
            "cells": [_released(cell, form) for cell in notebook.cells if _is_handed_out(cell)],
            "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        for notebook in form.notebooks
    }


def _is_handed_out(cell: Cell) -> bool:
    return bool(cell.released.strip() or cell.question or cell.grade_id)


def _released(cell: Cell, form: Form) -> dict[str, Any]:
    source = cell.released
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
