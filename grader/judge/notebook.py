"""RECORDED: the executed notebook, made anew from what the child reported as data. May not import checks, report or reference."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import nbformat
from nbformat import v4


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
    cells = [_cell(number, cell) for number, cell in enumerate(running["cells"])]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    text = nbformat.writes(v4.new_notebook(cells=cells, metadata=kernel), version=4)
    printed = "".join(
        output["text"] for cell in running["cells"] for output in cell["outputs"] if output["output_type"] == "stream"
    )
    return text.encode("utf-8", "backslashreplace") + b"\n", printed


def _cell(number: int, cell: Mapping[str, Any]) -> Any:
    fields = {
        "source": cell["source"],
        "id": f"cell-{number}",
        "metadata": {"tags": list(cell["tags"])} if cell["tags"] else {},
    }
    if cell["cell_type"] == "markdown":
        return v4.new_markdown_cell(**fields)
    if cell["cell_type"] == "raw":
        return v4.new_raw_cell(**fields)
    outputs = [_output(output, cell["execution_count"]) for output in cell["outputs"]]
    if cell["error"]:
        outputs.append(_error(cell["error"]))
    return v4.new_code_cell(**fields, execution_count=cell["execution_count"], outputs=outputs)


def _output(output: Mapping[str, Any], count: int | None) -> Any:
    if output["output_type"] == "stream":
        return v4.new_output("stream", name="stderr" if output["name"] == "stderr" else "stdout", text=output["text"])
    data = {
        mime: base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
        for mime, value in output["data"].items()
    }
    if output["output_type"] == "execute_result":
        return v4.new_output("execute_result", data=data, execution_count=count)
    return v4.new_output("display_data", data=data)


def _error(error: Mapping[str, Any]) -> Any:
    return v4.new_output(
        "error", ename=error["type"], evalue=error["message"], traceback=_traceback(error["frames"], error)
    )


def _traceback(frames: Sequence[Mapping[str, Any]], error: Mapping[str, Any]) -> list[str]:
    lines = [f"{frame['file']}, line {frame['line']}, in {frame['function']}: {frame['code']}" for frame in frames]
    return [*lines, f"{error['type']}: {error['message']}"]
