"""Finds the written answers of a submission by their marks, executing nothing.

In a notebook an answer is the Markdown cells with the tag ``answer:<id>`` or, if no cell has the tag, the cells
that begin with a heading or a bold line ``Answer <id>``. Without a notebook, and for answers that are not in it,
a file ``answers.md`` is read: an answer is the text below the heading ``## <id>``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from posixpath import basename
from typing import Any

from _child.cells import Cell, Notebook
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

FILE = "answers.md"
MAX_CHARACTERS = 20_000
MAX_QUESTIONS = 200
_FENCE = re.compile(r"\s{0,3}(```|~~~)")


def find_answers(questions: Iterable[str], notebook: Notebook | None, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """Return `id`, `place`, `text` and `truncated` of every answer that was found.

    Parameters
    ----------
    questions : iterable of str
        The ids that are asked for.
    notebook : Notebook or None
        Its code cells and its faults do not matter.
    files : dict
        The submission's files by path.
    """
    asked = list(questions)[:MAX_QUESTIONS]
    cells = [cell for cell in notebook.cells if cell.kind == "markdown"] if notebook is not None else []
    beginnings = [_first_line(cell.text) for cell in cells]
    path = _answers_file(files)
    sections = _sections(files[path].decode("utf-8-sig", "replace"), asked) if path is not None else {}
    found = []
    for question in asked:
        says = _says(question)
        own = [cell for cell in cells if f"answer:{question}" in cell.tags] or [
            cell for cell, beginning in zip(cells, beginnings, strict=True) if says(beginning)
        ]
        if own and notebook is not None:
            text = "\n\n".join(_without_mark(cell, question) for cell in own)
            found.append(_answer(question, notebook.path, text))
        elif question in sections and path is not None:
            found.append(_answer(question, path, sections[question]))
    return found


def _answer(question: str, place: str, text: str) -> dict[str, Any]:
    text = text.strip()
    return {
        "id": question,
        "place": place[:500],
        "text": text[:MAX_CHARACTERS],
        "truncated": len(text) > MAX_CHARACTERS,
    }


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _says(question: str) -> Callable[[str], bool]:
    """Return whether a line marks this question, and not one with a longer id."""
    mark = re.compile(rf"\banswer\s+{re.escape(question)}(?![\w-]|\.\w)", re.IGNORECASE)
    return lambda line: bool(re.match(r"#{1,6}\s|\*\*|__", line) and mark.search(line))


def _without_mark(cell: Cell, question: str) -> str:
    first = _first_line(cell.text)
    return cell.text.partition(first)[2].strip() if _says(question)(first) else cell.text.strip()


def _answers_file(files: dict[str, bytes]) -> str | None:
    """Return the path of the topmost file of answers, or None."""
    paths = [path for path in files if basename(path).lower() == FILE]
    return min(paths, key=lambda path: (path.count("/"), path)) if paths else None


def _sections(text: str, questions: list[str]) -> dict[str, str]:
    """Return the text below each heading `## <id>`, joined if an id occurs several times; headings inside code blocks do not count."""
    asked = frozenset(questions)
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    in_code = ""
    for line in text.splitlines():
        if fence := _FENCE.match(line):
            in_code = "" if in_code == fence[1] else in_code or fence[1]
        heading = re.match(r"##\s+(\S+)", line) if not in_code else None
        if heading:
            named = heading[1].rstrip(":.")
            current = sections.setdefault(named, []) if named in asked else []
        else:
            current.append(line)
    return {question: "\n".join(lines) for question, lines in sections.items()}
