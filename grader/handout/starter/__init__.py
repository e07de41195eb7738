"""A small working assignment to start from: one task, one check, one mutant.

Its files are in ``files/``, with ``.txt`` added to their names so that tools do not take them for the grader's code.
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
    """Write a new assignment with its template, and return the paths written.

    Parameters
    ----------
    folder : Path
        A new or empty folder; its name becomes the assignment's id.

    Raises
    ------
    UsageError
        If the folder is not empty, or its name is not a valid id.
    """
    name = folder.resolve().name
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise UsageError(
            f"The folder's name becomes the assignment's id: it must begin with a letter and contain only letters, digits, - and _, "
            f"not {name!r}; try {folder.parent / 'week-3'}."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} already exists and is not empty; name a new folder.")
    written = []
    for source in sorted(FILES.rglob("*.txt")):
        path = folder / source.relative_to(FILES).with_suffix("")
        write_atomically(path, _named(source.read_text(encoding="utf-8"), folder, name).encode())
        written.append(path)
    return written + write_template(folder, folder / "template")


def _named(text: str, folder: Path, name: str) -> str:
    title = name.replace("-", " ").replace("_", " ").strip()
    return text.replace(ID, name).replace(TITLE, title[0].upper() + title[1:]).replace(PLACE, str(folder))
