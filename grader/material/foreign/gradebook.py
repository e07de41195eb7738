"""Reads what nbgrader's ``gradebook.db`` keeps of an assignment's cells, hidden tests included; serves READ. It is opened to read only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from grader.material.foreign.forms import CellType, Role
from grader.material.foreign.regions import Marks
from grader.material.foreign.sources import refuse

if TYPE_CHECKING:
    import sqlite3

# Older ones have a table of their own for the cells with points, newer ones share one table.
_CELLS = "SELECT s.name, s.cell_type, s.source, s.locked, n.name, n.id FROM source_cell s JOIN notebook n ON s.notebook_id = n.id"
_OF = " JOIN assignment a ON n.assignment_id = a.id WHERE a.name = ? ORDER BY n.name, s.rowid"


@dataclass(frozen=True)
class Stored:
    """A cell that nbgrader saved when it made the release: with hidden tests and mark schemes, without solutions."""

    source: str
    type: CellType
    role: Role
    points: float


def assignments_in(path: Path) -> list[str]:
    """Return the names of the assignments whose cells a gradebook holds; raises ``AssignmentError`` when it is none."""
    with _opened(path) as database:
        rows = database.execute(
            "SELECT DISTINCT a.name FROM assignment a JOIN notebook n ON n.assignment_id = a.id "
            "JOIN source_cell s ON s.notebook_id = n.id ORDER BY a.name"
        )
        return [str(name) for (name,) in rows]


def read_gradebook(path: Path, assignment: str, marks: Marks) -> dict[str, dict[str, Stored]]:
    """Return the cells of an assignment by notebook and grade id.

    Raises
    ------
    AssignmentError
        When the file is no gradebook.
    """
    found: dict[str, dict[str, Stored]] = {}
    with _opened(path) as database:
        graded, solved, tasks = (_named(database, kind) for kind in ("grade", "solution", "task"))
        for name, kind, source, locked, notebook, of in database.execute(_CELLS + _OF, (assignment,)):
            key = (of, name)
            role: Role = "locked" if locked else "given"
            if key in tasks:
                role = "task"
            elif key in graded:
                role = "manual" if key in solved else "test"
            elif key in solved:
                role = "answer"
            points = float(graded.get(key) or tasks.get(key) or 0.0)
            cell_type: CellType = "code" if kind == "code" else "markdown"
            found.setdefault(str(notebook), {})[str(name)] = Stored(str(source or ""), cell_type, role, points)
    return found


def _named(database: sqlite3.Connection, kind: str) -> dict[tuple[Any, Any], Any]:
    """Return the cells of a kind, by notebook and name, each with its points."""
    tables = {str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    score = "NULL" if kind == "solution" else "max_score"
    if f"{kind}_cells" in tables:
        query = f"SELECT b.notebook_id, b.name, {score} FROM base_cell b JOIN {kind}_cells k ON k.id = b.id"
    elif f"{kind}_cell" in tables:
        query = f"SELECT notebook_id, name, {score} FROM {kind}_cell"
    else:
        return {}
    return {(notebook, name): points for notebook, name, points in database.execute(query)}


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    import sqlite3

    try:
        # Immutable, so that nothing is written beside it either, and a course on a read-only disk can be read.
        database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error as error:
        raise refuse(path, f"this gradebook cannot be opened ({error}).") from error
    try:
        yield database
    except sqlite3.Error as error:
        raise refuse(path, f"this is no gradebook of nbgrader ({error}).") from error
    finally:
        database.close()
