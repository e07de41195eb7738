"""Reads the code that students handed in, for the desk to show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.command.last_run import options_and_paths
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.course.file import Course

MOST_OF_A_FILE, MOST_BYTES = 400_000, 64 * 2**20


class HandedIn:
    """Reads the code that students handed in; the class is searched for only once."""

    def __init__(self, folders: dict[str, Path], submissions: Sequence[Path], course: Course) -> None:
        self._folders, self._submissions, self._course = folders, submissions, course
        self._found: dict[str, dict[str, Any]] = {}

    def __call__(self, name: str, slug: str) -> list[tuple[str, str]]:
        """Return the path and text of each of a student's code files; none if they are no longer available."""
        if name not in self._found:
            self._found[name] = self._class(name)
        submission = self._found[name].get(slug)
        try:
            files = submission.contents(MOST_BYTES).files if submission is not None else ()
        except (GraderError, OSError, ValueError):
            return []
        return [text for file in files if (text := _text(file.path, file.content))]

    def _class(self, name: str) -> dict[str, Any]:
        from grader.submissions.intake import take_in

        _, paths = options_and_paths(name, self._folders[name], self._submissions, self._course)
        try:
            return {each.slug: each for each in take_in(paths).submissions} if paths else {}
        except (GraderError, OSError, ValueError):
            return {}


def _text(path: str, content: bytes) -> tuple[str, str] | None:
    """Return a file of code as text: a script, or the cells of a notebook."""
    if len(content) > MOST_OF_A_FILE * 10:
        return None
    if path.endswith(".py"):
        return path, content.decode("utf-8", "replace")[:MOST_OF_A_FILE]
    if not path.endswith(".ipynb"):
        return None
    try:
        cells = json.loads(content)["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return path, "\n\n".join(f"# cell {number}\n{text}" for number, text in enumerate(texts, 1))[:MOST_OF_A_FILE]
