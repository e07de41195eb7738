"""The cells of a notebook, as any front end may have saved them.

More is accepted than the format's schema allows, because a notebook that Jupyter opens must be graded:
missing ids, unknown keys and broken outputs do not matter here, outputs are never looked at.
"""

from __future__ import annotations

import contextlib
import json
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from _child import documents
from _child.escapes import python_of
from _child.faults import problem
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.sources import CONFLICT, RESOLVE, Source, examine

MAX_CELLS = 2000
MAX_TAGS = 20
_SAVE_AGAIN = "Open the notebook in Jupyter, save it there and hand it in again."
# For front ends that drop tags: the first line of a cell with the tag `cell:1.2c` is `# Answer 1.2c`.
_ANSWER = re.compile(r"\A\s*+#++\s*+answer\s++([a-z0-9][a-z0-9._-]*+)", re.IGNORECASE)
_TIMED_CELL = re.compile(r"\A\s*+%%time(?=\s|$)[^\n]*+")


@dataclass(frozen=True)
class Cell:
    """One cell: `index` counts all cells from 0, `number` only those with code, from 1."""

    index: int
    kind: str
    text: str
    tags: tuple[str, ...] = ()
    count: int | None = None
    number: int = 0
    source_line: int | None = None
    id: str = ""
    grade_id: str = ""
    tests: tuple[str, ...] = ()
    ignored: bool = False
    path: str = ""

    def name(self, path: str) -> str:
        """Return the name of this cell for messages; `path` is the notebook that is run."""
        return f"cell {self.number} of {self.path or path}"


@dataclass
class Notebook:
    """A notebook's cells, or why there are none."""

    path: str
    cells: list[Cell] = field(default_factory=list)
    fault: dict[str, Any] | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def code(self) -> list[Cell]:
        """The cells with code."""
        return [cell for cell in self.cells if cell.kind == "code"]


class _Unusable(Exception):
    """The file is not a notebook that can be run: why, message and hint."""


def read_notebook(path: str, content: bytes) -> Notebook:
    """Return the cells of one `.ipynb` file, or of a notebook that is a text; never raises and executes nothing."""
    notebook = Notebook(path)
    try:
        if documents.is_called_document(path):
            notebook.cells = _cells_of_text(path, content, notebook)
        else:
            document = _current(_document(path, content), notebook)
            _check_language(path, document, notebook)
            notebook.cells = _cells(path, document, notebook)
        if not any(cell.text.strip() for cell in notebook.code):
            raise _Unusable("missing", f"{path} has no cell with code.", "Write your code into code cells.")
    except _Unusable as reason:
        why, message, hint = reason.args
        notebook.fault = problem(why, message, hint, file=path)
    _note_counts(notebook)
    return notebook


def in_a_row(path: str, notebooks: Iterable[Notebook]) -> Notebook:
    """Return one notebook with the cells of several, each of which keeps its name."""
    row = Notebook(path)
    for notebook in notebooks:
        begin, line = len(row.cells), max((cell.source_line or 0 for cell in row.cells), default=0)
        row.cells += [
            replace(
                cell,
                index=begin + place,
                path=notebook.path,
                source_line=line + cell.source_line if cell.source_line is not None else None,
            )
            for place, cell in enumerate(notebook.cells)
        ]
        row.fault = row.fault or notebook.fault
        row.remarks += notebook.remarks
    return row


def python_text(cell: Cell) -> str:
    """Return a cell's text without a leading `%%time`, which hides Python code, line numbers kept."""
    return _TIMED_CELL.sub("", cell.text, count=1) if _TIMED_CELL.match(cell.text) else cell.text


def cell_sources(notebook: Notebook) -> list[Source]:
    """Return the sources of all code cells, with magics translated."""
    return [parsed(cell.name(notebook.path), python_text(cell)) for cell in notebook.code]


def parsed(name: str, text: str) -> Source:
    """Return the source of a text that may hold magics, which are translated."""
    source = Source(name, text)
    examine(source, text)
    if source.tree is not None:
        return source
    # Only a text that is not Python as it stands can contain a magic.
    with contextlib.suppress(SyntaxError):
        text = python_of(text, _transformer())
    source = Source(name, text)
    examine(source, text)
    return source


def _transformer() -> Any:
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except ImportError:
        return lambda text: re.sub(r"(?m)^([^\S\n]*+)[%!].*$", r"\1pass", text)
    return TransformerManager().transform_cell


def _cells_of_text(path: str, content: bytes, notebook: Notebook) -> list[Cell]:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise _Unusable("crashed", f"{path} is not UTF-8 text.", "Save it as UTF-8 text.") from error
    cells: list[Cell] = []
    others: dict[str, None] = {}
    number = 0
    for piece in documents.pieces_of(path, text)[:MAX_CELLS]:
        if piece.other:
            others[piece.other[:20]] = None
        elif piece.is_code:
            number += 1
            tags = with_mark(tags_of(piece.tags), piece.text)
            cells.append(Cell(len(cells), "code", piece.text, tags, number=number, source_line=piece.line))
        else:
            cells.append(Cell(len(cells), "markdown", piece.text, tags_of(piece.tags)))
    if number == 0:
        raise _Unusable(
            "missing", f"{path} has no chunk of Python.", "Write your code into chunks that begin with ```{python}."
        )
    left_out = f"; those of {', '.join(others)} were not" if others else ""
    notebook.remarks.append(
        f"{path} is {documents.kind_of(path)}; its chunks of Python were run as the cells of a notebook{left_out}."
    )
    return cells


def _document(path: str, content: bytes) -> dict[str, Any]:
    if not content.strip():
        raise _Unusable("missing", f"{path} is empty.", _SAVE_AGAIN)
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _Unusable("crashed", f"{path} is not UTF-8 text.", _SAVE_AGAIN) from error
    except json.JSONDecodeError as error:
        message = f"{path} is no valid notebook from line {error.lineno} on: it was cut short or edited as text."
        if CONFLICT.search(content.decode("utf-8", "replace")):
            message = f"{path} holds marks of a merge conflict of Git, the first one before or in line {error.lineno}."
            raise _Unusable("crashed", message, RESOLVE) from error
        raise _Unusable("crashed", message, _SAVE_AGAIN) from error
    except RecursionError as error:
        raise _Unusable("crashed", f"{path} cannot be read: it nests too deeply.", _SAVE_AGAIN) from error
    except ValueError as error:
        raise _Unusable(
            "crashed", f"{path} cannot be read: a number in it has too many digits.", _SAVE_AGAIN
        ) from error
    if isinstance(document, dict) and not isinstance(document.get("nbformat"), int) and _has_cells(document):
        # Jupyter wants the number; what the cells are is plain without it.
        document["nbformat"] = 4
    if not isinstance(document, dict) or not isinstance(document.get("nbformat"), int):
        raise _Unusable("crashed", f"{path} is JSON, but not a notebook.", _SAVE_AGAIN)
    return document


def _has_cells(document: dict[str, Any]) -> bool:
    cells = document.get("cells")
    return isinstance(cells, list) and bool(cells) and all("cell_type" in _table(cell) for cell in cells)


def _current(document: dict[str, Any], notebook: Notebook) -> dict[str, Any]:
    """Return the document in format 4."""
    version = document["nbformat"]
    if version > 4:
        notebook.remarks.append(f"{notebook.path} has notebook format {version}; it was read as format 4.")
    if version >= 4:
        return document
    try:
        import nbformat

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Its own reader joins the lines of texts, which the conversion takes for granted.
            converted = dict(nbformat.convert(nbformat.reader.reads(json.dumps(document)), 4))
    except Exception as error:
        message = f"{notebook.path} has the old notebook format {version} and cannot be converted."
        raise _Unusable("crashed", message, _SAVE_AGAIN) from error
    notebook.remarks.append(f"{notebook.path} has the old notebook format {version}; it was converted to format 4.")
    return converted


def _check_language(path: str, document: dict[str, Any], notebook: Notebook) -> None:
    metadata = _table(document.get("metadata"))
    kernel, info = _table(metadata.get("kernelspec")), _table(metadata.get("language_info"))
    language = info.get("name") or kernel.get("language") or kernel.get("name")
    if not language:
        notebook.remarks.append(f"{path} does not name its kernel; it was run as Python.")
    elif not re.match(r"i?python|xpython|xeus-python|pyodide|conda|\.?venv", str(language).lower()) and (
        info.get("name") or kernel.get("language")
    ):
        message = f"{path} is a notebook for {str(language)[:40]}, not for Python."
        raise _Unusable("wrong", message, "Choose a Python kernel in Jupyter and save the notebook.")


def _cells(path: str, document: dict[str, Any], notebook: Notebook) -> list[Cell]:
    raw = document.get("cells")
    if not isinstance(raw, list):
        raise _Unusable("crashed", f"{path} has no list of cells.", _SAVE_AGAIN)
    if len(raw) > MAX_CELLS:
        raise _Unusable("wrong", f"{path} has {len(raw)} cells; at most {MAX_CELLS} are run.", "Split the notebook.")
    cells: list[Cell] = []
    number, line = 0, 1
    for index, entry in enumerate(raw):
        entry = _table(entry)
        text = _text(entry.get("source", entry.get("input")))
        kind = entry.get("cell_type")
        if text is None or kind not in ("code", "markdown", "raw"):
            notebook.remarks.append(f"Cell {index + 1} of {path} is damaged and was left out.")
            continue
        if kind != "code":
            cells.append(Cell(index, str(kind), text, _tags(entry), **_ids(entry)))
            continue
        number += 1
        count = entry.get("execution_count")
        tags = with_mark(_tags(entry), text)
        cells.append(
            Cell(index, "code", text, tags, count if type(count) is int else None, number, line, **_ids(entry))
        )
        line += text.count("\n") + 1
    return cells


def _ids(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the id of a cell, and what nbgrader and Otter have written into it."""
    metadata = _table(entry.get("metadata"))
    otter, tests = _table(metadata.get("otter")), _table(metadata.get("otter")).get("tests")
    found = {"id": entry.get("id"), "grade_id": _table(metadata.get("nbgrader")).get("grade_id")}
    names = tuple(each[:200] for each in tests if isinstance(each, str))[:50] if isinstance(tests, list) else ()
    texts = {name: value[:200] for name, value in found.items() if isinstance(value, str)}
    return {**texts, "tests": names, "ignored": otter.get("ignore") is True}


def _tags(entry: dict[str, Any]) -> tuple[str, ...]:
    return tags_of(_table(entry.get("metadata")).get("tags"))


def tags_of(tags: Any) -> tuple[str, ...]:
    """Return the tags of a cell, of whatever stands where they belong."""
    wanted = tags if isinstance(tags, list) else []
    return tuple(tag[:100] for tag in wanted if isinstance(tag, str))[:MAX_TAGS]


def with_mark(tags: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return the tags of a code cell, with the tag for its first line if no tag says which answer it is."""
    mark = _ANSWER.match(text)
    if mark is None or any(tag.startswith("cell:") for tag in tags):
        return tags
    return (*tags, f"cell:{mark[1].rstrip('.')}"[:100])


def _note_counts(notebook: Notebook) -> None:
    counts = [cell.count for cell in notebook.code if cell.text.strip()]
    run = [count for count in counts if count is not None]
    if run and (len(run) != len(counts) or run != list(range(1, len(run) + 1))):
        notebook.remarks.append(
            f"The cells of {notebook.path} were not last run once each from top to bottom "
            f"({_listed(counts)}); here they were run from top to bottom."
        )


def _listed(counts: Iterable[int | None]) -> str:
    shown = ["-" if count is None else str(count) for count in counts]
    return ", ".join(shown[:12]) + (", ..." if len(shown) > 12 else "")


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "".join(value)
    return None


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
