"""The folder of an assignment's reports, which no other assignment may share."""

from __future__ import annotations

import json
import re
from pathlib import Path

from grader.errors import UsageError
from grader.files import NO_ROOM, not_written, write_atomically
from grader.record.record import read_record

# Below the folder where one stands, or that of the course file, with a folder for each assignment.
REPORTS = Path("reports")
MARK = "assignment.json"
MOST_LOOKED_AT = 20


def make_reports_folder(out: Path) -> Path:
    """Make the folder of the reports, unless it is there.

    Raises
    ------
    UsageError
        When that is not possible.
    """
    try:
        (out / "records").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise not_written(out, error) from error
        raise UsageError(f"The reports cannot be written to {out}: {error}. Name another folder with --out.") from error
    return out


def claim(out: Path, assignment: str, course_id: str | None) -> None:
    """Note down whose reports a folder holds.

    Parameters
    ----------
    out : Path
    assignment : str
        The assignment's own id.
    course_id : str or None
        What the course calls it.

    Raises
    ------
    UsageError
        When the folder holds the reports of another assignment.
    """
    mine = {"assignment": assignment, "course_id": course_id}
    held = holder(out)
    if held is not None and not _is_same(held, mine):
        other, own = _named(held), _named(mine)
        raise UsageError(
            f"{out} holds the reports of {other}, and those of {own} would replace them. Leave --out out to have them in a "
            f"folder of their own, or name another one, such as --out {REPORTS / own}"
        )
    if held != mine:
        write_atomically(out / MARK, json.dumps(mine, indent=2).encode("ascii") + b"\n")


def holder(out: Path) -> dict[str, str | None] | None:
    """Return whose reports a folder holds, by its mark or by its first records; None when it holds none."""
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
    """Return the folder of reports that a grading sheet belongs to: where it lies, or the one of the assignment in a row's ``key``."""
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
