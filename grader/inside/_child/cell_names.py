"""The cells of a notebook as the judge needs them to put an author's tests back: texts, ids, and the names that each binds and reads."""

from __future__ import annotations

import symtable
from typing import Any

from _child.cells import Notebook, cell_sources
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.sources import Source

MAX_NAMES = 2000


def cells_read(notebook: Notebook | None) -> list[dict[str, Any]]:
    """Return each cell as a map; nothing where there is no notebook."""
    if notebook is None:
        return []
    sources = iter(cell_sources(notebook))
    found = []
    for cell in notebook.cells:
        binds, reads = names_of(next(sources)) if cell.kind == "code" else ([], [])
        fields: dict[str, Any] = {"cell_type": cell.kind, "source": cell.text, "id": cell.id, "grade_id": cell.grade_id}
        fields |= {"tags": list(cell.tags), "tests": list(cell.tests), "ignored": cell.ignored}
        found.append({**fields, "binds": binds, "reads": reads})
    return found


def names_of(source: Source) -> tuple[list[str], list[str]]:
    """Return the names that a text binds at its top level, and those of the top level that its functions read."""
    if source.tree is None or source.text is None:
        return [], []
    try:
        table = symtable.symtable(source.text, source.path, "exec")
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return [], []
    binds = {one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()}
    reads: set[str] = set()
    tables = list(table.get_children())
    while tables:
        inner = tables.pop()
        tables += inner.get_children()
        for one in inner.get_symbols():
            if one.is_global() and one.is_referenced():
                reads.add(one.get_name())
            if one.is_declared_global() and one.is_assigned():
                binds.add(one.get_name())
    return sorted(binds)[:MAX_NAMES], sorted(reads)[:MAX_NAMES]
