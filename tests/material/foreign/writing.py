"""Writes assignments as authors of nbgrader and Otter do: notebooks, tests, courses and archives on disk."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

PYTHON = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def cell(source: str, kind: str = "code", id: str = "", **metadata: Any) -> dict[str, Any]:
    """Return one cell."""
    made: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source.splitlines(keepends=True)}
    if id:
        made["id"] = id
    return made | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def marked(
    source: str, grade_id: str, role: str, points: float | None = None, kind: str = "code", **more: Any
) -> dict[str, Any]:
    """Return a cell with nbgrader's metadata in version 3."""
    flags = {
        "grade": role in ("test", "manual"),
        "solution": role in ("answer", "manual"),
        "locked": role in ("test", "locked", "task"),
        "task": role == "task",
    }
    marks: dict[str, Any] = {"schema_version": 3, "grade_id": grade_id, **flags}
    if points is not None:
        marks["points"] = points
    return cell(source, kind, id=more.pop("id", ""), nbgrader=marks | more)


def raw(source: str) -> dict[str, Any]:
    """Return a raw cell, as the blocks of Otter Assign have it."""
    return cell(source, "raw")


def words(source: str, **more: Any) -> dict[str, Any]:
    """Return a cell of Markdown."""
    return cell(source, "markdown", **more)


def with_output(made: dict[str, Any], text: str) -> dict[str, Any]:
    """Return a cell of code that has shown something."""
    return made | {
        "outputs": [
            {"output_type": "execute_result", "data": {"text/plain": [text]}, "metadata": {}, "execution_count": 1}
        ]
    }


def as_json(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """Return a notebook."""
    return {"cells": list(cells), "metadata": {**PYTHON, **metadata}, "nbformat": 4, "nbformat_minor": 5}


def notebook(path: Path, *cells: dict[str, Any], **metadata: Any) -> Path:
    """Write a notebook; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(as_json(*cells, **metadata)), encoding="utf-8")
    return path


def text(path: Path, content: str) -> Path:
    """Write a text; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def archive(path: Path, files: dict[str, str]) -> Path:
    """Write a zip; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path
