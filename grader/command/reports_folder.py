"""Reserves a reports folder for one assignment."""

from __future__ import annotations

import json
import re
from pathlib import Path

from grader.errors import UsageError, reason
from grader.files import NO_ROOM, not_written, write_atomically
from grader.record.record import read_record

# In the working directory, or next to the course file, with a folder for each assignment.
REPORTS = Path("reports")
MARK = "assignment.json"
MOST_LOOKED_AT = 20


def make_reports_folder(out: Path) -> Path:
    """Create the folder of the reports, unless it exists.

    Raises
    ------
    UsageError
        If it cannot be created.
    """
    try:
        (out / "records").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise not_written(out, error) from error
        raise UsageError(
            f"The reports cannot be written to {out}: {reason(error)}. Name another folder with --out."
        ) from error
    return out


def claim(out: Path, assignment: str, course_id: str | None) -> None:
    """Record which assignment's reports a folder holds.

    Parameters
    ----------
    out : Path
    assignment : str
        The assignment's own id.
    course_id : str or None
        The course's id for it.

    Raises
    ------
    UsageError
        If the folder holds the reports of another assignment.
    """
    mine = {"assignment": assignment, "course_id": course_id}
    held = holder(out)
    if held is not None and not _is_same(held, mine):
        other, own = _named(held), _named(mine)
        raise UsageError(
            f"{out} holds the reports of {other}, and those of {own} would replace them. Leave out --out to use a separate "
            f"folder, or name another one, such as --out {REPORTS / own}"
        )
    if held != mine:
        write_atomically(out / MARK, json.dumps(mine, indent=2).encode("ascii") + b"\n")


def holder(out: Path) -> dict[str, str | None] | None:
    """Return which assignment's reports a folder holds, by its mark or its first records; None if it holds none."""
    try:
        mark = json.loads((out / MARK).read_bytes())
        return {"assignment": str(mark["assignment"]), "course_id": mark.get("course_id")}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass
    for path in sorted((out / "records").glob("*.json"))[:MOST_LOOKED_AT]:
        try:
            return {"assignment": str(read_record(path)["assignment"]["id"]), "course_id": None}
        except (OSError, ValueError, LookupError, TypeError):
            continue
    return None


def reports_of_sheet(sheet: Path, key: str) -> Path:
    """Return the reports folder a grading sheet belongs to: its own folder, or that of the assignment in ``key``."""
    if (sheet.parent / "people").is_dir():
        return sheet.parent
    assignment = key.partition("/")[0]
    beside = REPORTS / assignment
    return beside if re.fullmatch(r"[\w-]{1,100}", assignment) and beside.is_dir() else REPORTS


def _is_same(held: dict[str, str | None], mine: dict[str, str | None]) -> bool:
    ids = {held["course_id"], mine["course_id"]} - {None}
    return held["assignment"] == mine["assignment"] and len(ids) <= 1


def _named(marked: dict[str, str | None]) -> str:
    return str(marked["course_id"] or marked["assignment"])
