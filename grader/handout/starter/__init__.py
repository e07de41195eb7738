"""A new assignment that works at once: one task, one check, one mutant.

Its files lie in ``files/`` with ``.txt`` behind their names, so that nothing here takes them for code of the grader.
"""

from __future__ import annotations

import re
from pathlib import Path

from grader.errors import UsageError
from grader.files import write_atomically
from grader.handout.template import write_template

FILES = Path(__file__).parent / "files"
ID, TITLE, PLACE = "my-assignment", "My assignment", "PATH"


def write_assignment(folder: Path) -> list[Path]:
    """Write a new assignment, its template included, and return the paths written.

    Parameters
    ----------
    folder : Path
        Does not exist yet, or is empty; its name becomes the assignment's id.

    Raises
    ------
    UsageError
        When something is there already, or the name can be no id.
    """
    name = folder.resolve().name
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise UsageError(
            f"The folder's name becomes the assignment's id: it must begin with a letter and hold letters, digits, - and _, "
            f"unlike {name!r}; try {folder.parent / 'week-3'}."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"There is something at {folder} already; name a folder that does not exist yet.")
    written = []
    for source in sorted(FILES.rglob("*.txt")):
        path = folder / source.relative_to(FILES).with_suffix("")
        write_atomically(path, _named(source.read_text(encoding="utf-8"), folder, name).encode())
        written.append(path)
    return written + write_template(folder, folder / "template")


def _named(text: str, folder: Path, name: str) -> str:
    title = name.replace("-", " ").replace("_", " ").strip()
    return text.replace(ID, name).replace(TITLE, title[0].upper() + title[1:]).replace(PLACE, str(folder))
