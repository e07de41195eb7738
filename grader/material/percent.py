"""Reads notebooks in the percent format, as used by Jupytext: a cell begins with a line ``# %%``.

Such a file has readable diffs and runs as a script. A text cell is a comment; the first line of a cell has its kind and
tags::

    # %% [markdown] tags=["answer:1.1c"]
    # **Answer 1.1c**

    # %% tags=["cell:1.2a"]
    x = 1
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from grader.errors import AssignmentError

_FIRST = re.compile(r"# %%(?: \[(?P<kind>markdown)\])?(?: tags=(?P<tags>\[.*\]))?")


@dataclass(frozen=True)
class Cell:
    """One cell: ``kind`` is "code" or "markdown", ``line`` is the number of its first line in the text."""

    kind: str
    source: str
    tags: tuple[str, ...]
    line: int


def is_percent(text: str) -> bool:
    """Return whether a text has cells."""
    return re.search(r"(?m)^# %%(\s|$)", text) is not None


def read_cells(text: str, name: str) -> list[Cell]:
    """Return the cells of a text; text above the first one is ignored, as a note for authors.

    Parameters
    ----------
    text : str
    name : str
        The name of the text in messages.

    Raises
    ------
    AssignmentError
        If the first line of a cell is not valid, or a line of a text cell is not a comment.
    """
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if re.match(r"# %%(\s|$)", line)]
    ends = [*starts[1:], len(lines)][: len(starts)]
    return [_cell(lines[start:end], start + 1, name) for start, end in zip(starts, ends, strict=True)]


def _cell(lines: list[str], number: int, name: str) -> Cell:
    first = _FIRST.fullmatch(lines[0].rstrip())
    if first is None:
        raise AssignmentError(
            f'{name}, line {number}: a cell must begin with `# %%` or `# %% [markdown]`, with tags as in `tags=["cell:1.1a"]`.'
        )
    kind = first["kind"] or "code"
    body = lines[1:]
    if kind == "markdown":
        wrong = next(
            (at for at, line in enumerate(body, number + 1) if line.strip() and not line.startswith("#")), None
        )
        if wrong is not None:
            raise AssignmentError(f"{name}, line {wrong}: a line of a text cell must begin with `# `.")
        body = [line[2:] if line.startswith("# ") else line[1:] for line in body]
    return Cell(kind, "\n".join(body).strip("\n").rstrip(), _tags(first["tags"], number, name), number)


def _tags(text: str | None, number: int, name: str) -> tuple[str, ...]:
    try:
        tags = json.loads(text or "[]")
    except json.JSONDecodeError:
        tags = None
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise AssignmentError(f'{name}, line {number}: tags must be a list of strings like tags=["cell:1.1a"].')
    return tuple(tags)
