"""An author's notebook as cells, in the one shape that the readers of both forms use; serves READ."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.material.foreign.forms import CellType
from grader.material.foreign.sources import Sources, refuse

_PYTHON = re.compile(r"i?python|xpython|xeus-python|pyodide|conda|\.?venv")
TYPES: tuple[CellType, ...] = ("code", "markdown", "raw")


@dataclass(frozen=True)
class RawCell:
    """One cell as the file has it.

    Attributes
    ----------
    type, source, id
        As in ``Cell``.
    metadata : mapping
        The cell's own; of any shape.
    printed : str
        What its stored outputs show as text.
    number : int
        Its place in the notebook, from 1, for messages.
    """

    type: CellType
    source: str
    id: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    printed: str = ""
    number: int = 0

    @property
    def tags(self) -> list[str]:
        """The tags of the cell."""
        tags = self.metadata.get("tags")
        return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []

    @property
    def lines(self) -> list[str]:
        """The lines of its source; at least one."""
        return self.source.split("\n")


@dataclass(frozen=True)
class RawNotebook:
    """A notebook as its file has it; ``path`` is for messages."""

    path: str
    cells: tuple[RawCell, ...]
    metadata: Mapping[str, Any]


def read_notebook(sources: Sources, name: str) -> RawNotebook:
    """Read a notebook.

    Raises
    ------
    AssignmentError
        When it is damaged, or for another language than Python.
    """
    path = sources.path(name)
    document = sources.json(name)
    if not isinstance(document, dict) or not isinstance(document.get("nbformat"), int):
        raise refuse(path, "this is JSON, but not a notebook.")
    if document["nbformat"] < 4:
        document = _converted(document, path)
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise refuse(path, "this notebook has no list of cells; open and save it in Jupyter.")
    metadata = table(document.get("metadata"))
    language = language_of(metadata)
    if language is not None:
        raise refuse(path, f"this is a notebook for {language[:40]}; only Python is graded here.")
    return RawNotebook(path, tuple(_cell(each, number, path) for number, each in enumerate(cells, 1)), metadata)


def language_of(metadata: Mapping[str, Any]) -> str | None:
    """Return the language of a notebook that is not for Python; None for one that is, or does not say."""
    kernel, info = table(metadata.get("kernelspec")), table(metadata.get("language_info"))
    for word in (kernel.get("language"), info.get("name"), {"ir": "R"}.get(str(kernel.get("name")).lower())):
        if isinstance(word, str) and word and not _PYTHON.match(word.lower()):
            return word
    return None


def joined(value: Any) -> str | None:
    """Return a source that is one text or a list of them, None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "".join(value)
    return None


def table(value: Any) -> Mapping[str, Any]:
    """Return a mapping as it is, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def _cell(value: Any, number: int, path: str) -> RawCell:
    cell = table(value)
    source, kind, own = joined(cell.get("source")), cell.get("cell_type"), cell.get("id")
    if source is None or kind not in TYPES:
        raise refuse(f"{path}, cell {number}", "this cell is damaged; open and save the notebook in Jupyter.")
    outputs = cell.get("outputs")
    printed = "".join(map(_printed, outputs)) if isinstance(outputs, list) else ""
    source = source.replace("\r\n", "\n")
    return RawCell(kind, source, own if isinstance(own, str) else "", table(cell.get("metadata")), printed, number)


def _printed(output: Any) -> str:
    """Return the text that a stored output shows."""
    output = table(output)
    shown = table(output.get("data")).get("text/plain")
    return (joined(output.get("text")) or "") + (joined(shown) or "")


def _converted(document: dict[str, Any], path: str) -> dict[str, Any]:
    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return dict(nbformat.convert(nbformat.from_dict(document), 4))
    except Exception as error:  # each version has errors of its own
        raise refuse(path, f"the old notebook format {document['nbformat']} cannot be converted.") from error
