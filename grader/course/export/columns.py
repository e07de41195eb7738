"""Finds the column of an assignment in another system's file, or lists the columns there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.course.export.cells import Table
from grader.course.export.grades import folded
from grader.errors import UsageError


@dataclass(frozen=True)
class Asked:
    """What is asked of a file: the names that the assignment may have there, and the columns that a person names."""

    titles: Sequence[str]
    column: str | None = None
    comments: str | None = None


def column_of(table: Table, asked: Asked, title: Callable[[str], str | None]) -> int:
    """Return the column of an assignment.

    Parameters
    ----------
    table : Table
    asked : Asked
        Its ``column`` is the whole header, or the name in it.
    title : callable
        Returns the assignment's name from the header of a column; None for other columns.

    Raises
    ------
    UsageError
        If there is none, or more than one.
    """
    titles = {k: name for k, header in enumerate(table.header) if (name := title(header)) is not None}
    names = [asked.column] if asked.column is not None else list(asked.titles)
    exact = [k for k in titles if asked.column is not None and table.header[k] == asked.column.strip()]
    found = exact or [k for k, name in titles.items() if folded(name) in [folded(each) for each in names]]
    if len(found) == 1:
        return found[0]
    known = ", ".join(repr(table.header[k]) for k in titles) or "none"
    if found:
        raise UsageError(f"{table.name} has {len(found)} columns called {names[0]!r}; name one with --column: {known}.")
    raise UsageError(f"{table.name} has no column {names[0]!r}; name one with --column. There are {known}.")
