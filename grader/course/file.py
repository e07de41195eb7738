"""The course file, ``grader.toml``: found upwards from where one stands, read strictly, each complaint with its line. Imports no stage."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

from grader.course.clock import moment, zone_of
from grader.errors import UsageError
from grader.material.document import Document, Table, near

FILE = "grader.toml"
KEYS = {
    "course": ("title", "time_zone", "gradebook", "roster", "anonymous"),
    "assignment": (
        "id",
        "assignment",
        "due",
        "late",
        "seed",
        "submissions",
        "layout",
        "reports",
        "allow",
        "points",
    ),
    "late": ("grace_minutes", "percent", "per", "of", "cap_percent", "late_days"),
}
# Of a target: what it calls the only assignment, its column for comments, what an assignment is worth there, whether unfinished scores go out.
EXPORT_KEYS = ("title", "comments", "points", "unfinished")
TARGETS = ("canvas", "moodle", "brightspace", "gradescope", "csv", "xlsx")
_WORDS = {"per": ("hour", "day"), "of": ("earned", "total")}


@dataclass(frozen=True)
class Planned:
    """One assignment of the course, as the course file has it.

    Attributes
    ----------
    id : str
        What the course calls it; its reports lie in a folder of that name.
    assignment : str
        The id of a shipped assignment, or the absolute path of a folder.
    due : datetime or None
        With its offset.
    submissions : tuple of Path
        Where the downloads lie; empty where the file does not say.
    reports : Path
    late : mapping
        The keys of the late policy that hold for it: those of ``[late]``, and its own over them.
    points : float or None
        What it is worth in the course.
    """

    id: str
    assignment: str
    reports: Path
    due: datetime | None = None
    submissions: tuple[Path, ...] = ()
    layout: str | None = None
    seed: str | None = None
    allow: tuple[str, ...] = ()
    points: float | None = None
    late: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Course:
    """A course file; as it stands, that of a course without one.

    ``gradebook`` is a URL, or None for the default; ``anonymous`` says that names are taken out before anything is graded; ``export``
    holds the table of each target.
    """

    path: Path | None = None
    title: str = ""
    zone: tzinfo = UTC
    zone_name: str = "UTC"
    gradebook: str | None = None
    roster: Path | None = None
    anonymous: bool = False
    assignments: tuple[Planned, ...] = ()
    late: Mapping[str, Any] = field(default_factory=dict, hash=False)
    export: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)

    @property
    def folder(self) -> Path:
        """The folder that paths are relative to: that of the file, or where one stands."""
        return self.path.parent if self.path is not None else Path()

    def planned(self, name: str) -> Planned | None:
        """Return the assignment that is called so, or the only one that is graded with a shipped assignment of this name."""
        for planned in self.assignments:
            if planned.id == name:
                return planned
        named = [planned for planned in self.assignments if planned.assignment == name]
        return named[0] if len(named) == 1 else None

    def holding(self, paths: Sequence[Path]) -> Planned | None:
        """Return the one assignment in whose place for downloads all of these paths lie; None when none has."""
        asked = [path.resolve() for path in paths]
        found = [
            planned
            for planned in self.assignments
            if planned.submissions
            and all(any(path == own or own in path.parents for own in planned.submissions) for path in asked)
        ]
        return found[0] if asked and len(found) == 1 else None


def find_course_file(start: Path, graded: Sequence[Path] = ()) -> tuple[Path | None, Path | None]:
    """Return the course file at or above a folder, and one that was passed over because it lies in what is ``graded``.

    What students hand in may hold a file of this name, and must not decide how it is graded.
    """
    inside = [path.resolve() for path in graded]
    passed = None
    for folder in (start.resolve(), *start.resolve().parents):
        path = folder / FILE
        if path.is_file():
            if not any(folder == own or own in folder.parents for own in inside):
                return path, passed
            passed = path
    return None, passed


def read_course(path: Path) -> Course:
    """Read a course file.

    Raises
    ------
    AssignmentError
        When it cannot be read, or a table or value is unknown, or of the wrong type; the message names line, value and remedy.
    """
    document = Document.read(path)
    top = document.top
    tables = (*KEYS, "export")
    for name in top.data:
        if name not in tables:
            raise top.fail(name, f"there is no table [{name}]{near(name, tables)}")
    head, folder = top.table("course"), path.resolve().parent
    head.only(KEYS["course"], "key of [course] called")
    zone_name = head.string("time_zone", 'a string like "Asia/Taipei"', "UTC")
    try:
        zone = zone_of(zone_name)
    except UsageError as error:
        raise head.fail("time_zone", _within(error)) from error
    late = _late(top.table("late"), "late")
    return Course(
        path=path.resolve(),
        title=head.string("title", 'a string like "Neural networks"', ""),
        zone=zone,
        zone_name=zone_name,
        gradebook=head.string("gradebook", 'a URL like "sqlite:///gradebook.db"', None)
        if "gradebook" in head.data
        else None,
        roster=_path(head, "roster", folder, 'a path like "roster.csv"'),
        anonymous=head.value("anonymous", bool, "true or false", False),
        assignments=_assignments(top.tables("assignment", required=False), folder, zone, late),
        late=late,
        export=_export(top.table("export"), [row.data.get("id") for row in top.tables("assignment", required=False)]),
    )


def _within(error: UsageError) -> str:
    """Return what an error says as it stands behind a line number."""
    text = str(error)
    return text[0].lower() + text[1:]


def _path(table: Table, key: str, folder: Path, words: str) -> Path | None:
    return folder / table.string(key, words) if key in table.data else None


def _assignments(rows: Sequence[Table], folder: Path, zone: tzinfo, late: Mapping[str, Any]) -> tuple[Planned, ...]:
    """Return the assignments, each with an id and a folder of reports of its own."""
    found: list[Planned] = []
    for row in rows:
        planned = _assignment(row, folder, zone, late)
        for other, earlier in zip(rows, found, strict=False):
            for key, words in (("id", "id"), ("reports", "folder of reports")):
                if _spelling(getattr(planned, key)) == _spelling(getattr(earlier, key)):
                    line = row.document.line((*other.place, key))
                    raise row.fail(key, f"the assignment of line {line} has this {words}, too; each needs its own.")
        found.append(planned)
    return tuple(found)


def _spelling(value: object) -> str:
    """Return what two names have in common that some systems take for one."""
    return str(value).casefold()


def _assignment(row: Table, folder: Path, zone: tzinfo, late: Mapping[str, Any]) -> Planned:
    row.only(KEYS["assignment"], "key of [[assignment]] called")
    name = row.string("id", 'a string like "week-1"')
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", name):
        raise row.fail(
            "id", f"'id' must begin with a letter or digit and hold letters, digits, - and _, unlike {name!r}."
        )
    points = row.number("points", "a number like 10") if "points" in row.data else None
    return Planned(
        id=name,
        assignment=_graded_with(row, folder, name),
        reports=_path(row, "reports", folder, 'a path like "reports/week-1"') or folder / "reports" / name,
        due=_due(row, zone),
        submissions=tuple(folder / path for path in _paths(row)),
        layout=row.string("layout", 'a string like "moodle"') if "layout" in row.data else None,
        seed=_seed(row),
        allow=row.strings("allow", example='["scipy"]'),
        points=points,
        late={**late, **_late(row.table("late"), "late")},
    )


def _graded_with(row: Table, folder: Path, name: str) -> str:
    """Return the shipped assignment, or the path of a folder; one that is beside the course file is meant before a shipped one."""
    value = row.string("assignment", "the id of a shipped assignment, or the path of a folder", name)
    path = folder / value
    return str(path) if (path / "assignment.toml").is_file() else value


def _seed(row: Table) -> str | None:
    value = row.value("seed", (str, int), 'a string like "spring"', None)
    return None if value is None else str(value)


def _due(row: Table, zone: tzinfo) -> datetime | None:
    value = row.value("due", (str, date), "a date like 2026-10-24 or 2026-10-24 23:59:00", None)
    if value is None:
        return None
    try:
        return moment(value, zone)
    except UsageError as error:
        raise row.fail("due", _within(error)) from error


def _paths(row: Table) -> tuple[str, ...]:
    """Return where the downloads lie: one path, or a list."""
    value = row.data.get("submissions", [])
    if isinstance(value, str):
        return (row.string("submissions", 'a path like "downloads/week-1.zip"'),)
    return row.strings("submissions", example='["downloads/week-1.zip"]')


def _late(table: Table, name: str) -> dict[str, Any]:
    """Return the keys of a late policy that are given, each checked."""
    table.only(KEYS["late"], f"key of [{name}] called")
    found: dict[str, Any] = {}
    for key in table.data:
        if key in _WORDS:
            first, second = _WORDS[key]
            value = table.string(key, f'"{first}" or "{second}"')
            if value not in _WORDS[key]:
                raise table.fail(key, f'{key!r} must be "{first}" or "{second}", not {value!r}.')
            found[key] = value
        elif key == "late_days":
            value = table.value(key, int, "a whole number like 5")
            if value < 0:
                raise table.fail(key, f"{key!r} must be a whole number like 5, not {value!r}.")
            found[key] = value
        else:
            most = float("inf") if key == "grace_minutes" else 100.0
            number = table.number(key, "a number like 10")
            if number > most:
                raise table.fail(key, f"{key!r} must be at most {most:g}, not {table.data[key]!r}.")
            found[key] = number
    return found


def _export(table: Table, assignments: Sequence[Any]) -> dict[str, Mapping[str, Any]]:
    """Return what each target is told: the keys of EXPORT_KEYS, and what it calls an assignment, by the assignment's id."""
    table.only(TARGETS, "target of [export] called")
    found = {}
    for name in table.data:
        own = table.table(name)
        own.only((*EXPORT_KEYS, *map(str, assignments)), f"key of [export.{name}] called")
        for key in own.data:
            if key == "unfinished":
                own.value(key, bool, "true or false")
            elif key == "points":
                own.number(key, "a number like 10")
            else:
                own.string(key, 'a string like "Homework 1 (4711)"')
        found[name] = own.data
    return found


def course_of(path: Path | None, start: Path, graded: Sequence[Path] = ()) -> tuple[Course, Path | None]:
    """Return the course at ``path``, or the one found upwards; and a course file that was passed over.

    Raises
    ------
    UsageError
        When there is no file at ``path``.
    AssignmentError
        When the file is not valid.
    """
    if path is not None:
        path = path / FILE if path.is_dir() else path
        if not path.is_file():
            raise UsageError(f"There is no course file {path}. Make one with: python -m grader course new")
        return read_course(path), None
    found, passed = find_course_file(start, graded)
    return (read_course(found) if found is not None else Course()), passed
