"""RECORDED: the executed notebook, made anew from what the child reported as data. May not import checks, report or reference.

It is written as JSON here and now: the package `nbformat` compiles the schema it checks with anew in every process, which
takes longer than all checks of a small assignment. That what is written obeys the schema is held by a test.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

Fields = dict[str, Any]


def executed_notebook(running: Mapping[str, Any]) -> tuple[bytes, str]:
    """Write a notebook with the outputs of this run, none of those it was handed in with.

    Parameters
    ----------
    running : mapping
        The child's report of the run; ``cells`` hold every cell in the order of the notebook.

    Returns
    -------
    content : bytes
        The notebook in format 4.5, with cell ids made from the place of the cell.
    printed : str
        What all cells printed, in order.
    """
    notebook = {
        "cells": [_cell(number, cell) for number, cell in enumerate(running["cells"])],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    outputs = [output for cell in running["cells"] for output in cell["outputs"]]
    printed = "".join(output["text"] or "" for output in outputs if output["output_type"] == "stream")
    return text.encode("utf-8", "backslashreplace") + b"\n", printed


def _cell(number: int, cell: Mapping[str, Any]) -> Fields:
    tags = _tags(cell["tags"])
    fields: Fields = {
        "cell_type": cell["cell_type"],
        "source": cell["source"].splitlines(keepends=True),
        "id": f"cell-{number}",
        "metadata": {"tags": tags} if tags else {},
    }
    if cell["cell_type"] != "code":
        return fields
    outputs = [_output(output, cell["execution_count"]) for output in cell["outputs"]]
    if cell["error"]:
        outputs.append(_error(cell["error"]))
    return fields | {"execution_count": cell["execution_count"], "outputs": outputs}


def _tags(tags: Sequence[str]) -> list[str]:
    """Return those tags that the format allows: each once, none empty or with a comma."""
    return [tag for tag in dict.fromkeys(tags) if tag and "," not in tag]


def _output(output: Mapping[str, Any], count: int | None) -> Fields:
    if output["output_type"] == "stream":
        name = "stderr" if output["name"] == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": (output["text"] or "").splitlines(keepends=True)}
    data = {mime: _content(mime, value) for mime, value in (output["data"] or {}).items()}
    fields: Fields = {"output_type": "display_data", "metadata": {}, "data": data}
    if output["output_type"] == "execute_result":
        fields |= {"output_type": "execute_result", "execution_count": count}
    return fields


def _content(mime: str, value: str | bytes) -> str | list[str]:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.splitlines(keepends=True) if mime.startswith("text/") else value


def _error(error: Mapping[str, Any]) -> Fields:
    lines = [
        f"{frame['file']}, line {frame['line']}, in {frame['function']}: {frame['code']}" for frame in error["frames"]
    ]
    said = f"{error['type']}: {error['message']}"
    return {"output_type": "error", "ename": error["type"], "evalue": error["message"], "traceback": [*lines, said]}
