"""Finds the column of an assignment in another system's file, or lists the columns there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.course.export.cells import Table
from grader.course.export.grades import folded
from grader.errors import UsageError


def column_of(
    table: Table, wanted: Sequence[str], title: Callable[[str], str | None], *, asked: str | None = None
) -> int:
    """Return the column of an assignment.

    Parameters
    ----------
    table : Table
    wanted : sequence of str
        The possible names of the assignment.
    title : callable
        Returns the assignment's name from the header of a column; None for other columns.
    asked : str, optional
        The column chosen by a person: the whole header, or the name in it.

    Raises
    ------
    UsageError
        If there is none, or more than one.
    """
    titles = {k: name for k, header in enumerate(table.header) if (name := title(header)) is not None}
    names = [asked] if asked is not None else list(wanted)
    exact = [k for k in titles if asked is not None and table.header[k] == asked.strip()]
    found = exact or [k for k, name in titles.items() if folded(name) in [folded(each) for each in names]]
    if len(found) == 1:
        return found[0]
    known = ", ".join(repr(table.header[k]) for k in titles) or "none"
    if found:
        raise UsageError(f"{table.name} has {len(found)} columns called {names[0]!r}; name one with --column: {known}.")
    raise UsageError(f"{table.name} has no column {names[0]!r}; name one with --column. There are {known}.")
