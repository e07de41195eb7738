"""Writes the executed notebook from what the child reported as data.

The JSON is written directly: the package `nbformat` compiles its schema again in every process, which takes longer than
all checks of a small assignment. A test checks that the notebooks obey the schema.

Opening or converting the notebook must not run, load or follow anything of the student's: all metadata is ours, outputs
are text, PNG or JPEG, and Markdown is made harmless.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from grader.record.markdown import harmless

Fields = dict[str, Any]
MOST_BYTES = 16 * 2**20
# The total that the cells of an honest child may report.
MOST_PRINTED = 20 * 2**20
LEFT_OUT = f"[left out, because the executed notebook would be larger than {MOST_BYTES >> 20} MiB]"
# The characters around a text in the file.
_AROUND_BYTES = 256
_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_TAG = re.compile(r"[A-Za-z0-9_.:+-]+")
# IPython's text for an object that has content only in another form.
_SPEECHLESS = "<IPython.core.display."


class _Room:
    """The space left in the notebook, in bytes."""

    def __init__(self) -> None:
        self._left = MOST_BYTES

    def may_take(self, text: str) -> bool:
        """Return whether a text could fit, judging only by its length."""
        return len(text) <= self._left

    def takes(self, value: Any) -> bool:
        """Return whether a value fits, and subtract its size."""
        size = len(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")) + _AROUND_BYTES
        fits = size <= self._left
        self._left -= size if fits else 0
        return fits


def executed_notebook(running: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return a notebook with the outputs of this run and none of those handed in.

    Parameters
    ----------
    running : mapping
        The child's report of the run; ``cells`` has every cell in the order of the notebook.

    Returns
    -------
    content : bytes
        The notebook in format 4.5, with cell ids made from the cells' positions; what would make it larger than
        ``MOST_BYTES`` is replaced by a note.
    printed : str
        What all cells printed, in order.
    """
    room = _Room()
    # The code of all cells comes before the outputs of any.
    cells = [_cell(number, cell, room) for number, cell in enumerate(running["cells"])]
    for made, cell in zip(cells, running["cells"], strict=True):
        if made["cell_type"] == "code":
            made["outputs"] = _outputs(cell, room)
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    outputs = [output for cell in running["cells"] for output in cell["outputs"]]
    printed = "".join(output["text"] or "" for output in outputs if output["output_type"] == "stream")
    return text.encode("utf-8", "backslashreplace") + b"\n", printed[:MOST_PRINTED]


def _cell(number: int, cell: Mapping[str, Any], room: _Room) -> Fields:
    kind, tags = cell["cell_type"], _tags(cell["tags"])
    source = cell["source"] if room.may_take(cell["source"]) else None
    if source is not None and kind == "markdown":
        source = harmless(source)
    fields: Fields = {
        "cell_type": kind,
        # A single string: a list of lines, which the format also allows, is many times slower for a cell of line feeds.
        "source": source if source is not None and room.takes(source) else f"# {LEFT_OUT}",
        "id": f"cell-{number}",
        "metadata": {"tags": tags} if tags else {},
    }
    if kind == "raw":
        # Without its own type it would be inserted into a page unescaped.
        fields["metadata"]["raw_mimetype"] = "text/plain"
    return fields | ({"execution_count": cell["execution_count"], "outputs": []} if kind == "code" else {})


def _tags(tags: Sequence[str]) -> list[str]:
    """Return the tags that are plain words, each once, as pages use them as class names."""
    return [tag for tag in dict.fromkeys(tags) if _TAG.fullmatch(tag)]


def _outputs(cell: Mapping[str, Any], room: _Room) -> list[Fields]:
    """Return the outputs of a cell that fit, with a note after them if some are left out."""
    outputs = [_output(output, cell["execution_count"]) for output in cell["outputs"]]
    outputs += [_error(cell["error"])] if cell["error"] else []
    kept = [output for output in outputs if room.takes(output)]
    note = {"output_type": "stream", "name": "stderr", "text": f"{LEFT_OUT}\n"}
    return kept if len(kept) == len(outputs) else [*kept, note]


def _output(output: Mapping[str, Any], count: int | None) -> Fields:
    if output["output_type"] == "stream":
        name = "stderr" if output["name"] == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": output["text"] or ""}
    fields: Fields = {"output_type": "display_data", "metadata": {}, "data": _shown(output["data"] or {})}
    if output["output_type"] == "execute_result":
        fields |= {"output_type": "execute_result", "execution_count": count}
    return fields


def _shown(data: Mapping[str, str | bytes]) -> Fields:
    """Return the picture and plain text of a value, never HTML, Markdown or formulas that a page would interpret."""
    shown: Fields = {}
    texts = [data[mime] for mime in ("text/plain", "text/markdown", "text/latex") if isinstance(data.get(mime), str)]
    told = [text for text in texts if isinstance(text, str) and not text.startswith(_SPEECHLESS)] or texts
    if told:
        shown["text/plain"] = told[0]
    for mime, signature in _SIGNATURES.items():
        picture = data.get(mime)
        if isinstance(picture, bytes) and picture.startswith(signature):
            shown[mime] = base64.b64encode(picture).decode("ascii")
    return shown


def _error(error: Mapping[str, Any]) -> Fields:
    lines = [
        f"{frame['file']}, line {frame['line']}, in {frame['function']}: {frame['code']}" for frame in error["frames"]
    ]
    said = f"{error['type']}: {error['message']}"
    return {"output_type": "error", "ename": error["type"], "evalue": error["message"], "traceback": [*lines, said]}
