"""Finds the course file, ``grader.toml``, in this folder or a parent, and reads it strictly. Imports no stage."""

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
# Keys of a target: the column of the only assignment, the column for comments, the full points there, and whether
# to export unfinished scores.
EXPORT_KEYS = ("title", "comments", "points", "unfinished")
_WORDS = {"per": ("hour", "day"), "of": ("earned", "total")}


@dataclass(frozen=True)
class Planned:
    """One assignment in the course file.

    Attributes
    ----------
    id : str
        The course's id for it, which is also the name of its reports folder.
    assignment : str
        The id of a shipped assignment, or the absolute path of a folder.
    due : datetime or None
        The due date, with a UTC offset.
    submissions : tuple of Path
        The paths of the downloads; empty if not given.
    reports : Path
    late : mapping
        The keys of its late policy: those of ``[late]``, overridden by its own.
    points : float or None
        Its full points in the course.
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
    """The content of a course file; the defaults are for a course without one.

    ``gradebook`` is a URL, or None for the default; ``anonymous`` says that names are replaced before grading; ``export``
    has the table of each target.
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
        """The folder that paths are relative to: the file's, or the working directory."""
        return self.path.parent if self.path is not None else Path()

    def planned(self, name: str) -> Planned | None:
        """Return the assignment with this id, or the only one that uses the shipped assignment of this name."""
        for planned in self.assignments:
            if planned.id == name:
                return planned
        named = [planned for planned in self.assignments if planned.assignment == name]
        return named[0] if len(named) == 1 else None

    def holding(self, paths: Sequence[Path]) -> Planned | None:
        """Return the assignment whose downloads include all of these paths; None if there is not exactly one."""
        asked = [path.resolve() for path in paths]
        found = [
            planned
            for planned in self.assignments
            if planned.submissions
            and all(any(path == own or own in path.parents for own in planned.submissions) for path in asked)
        ]
        return found[0] if asked and len(found) == 1 else None


def find_course_file(start: Path, graded: Sequence[Path] = ()) -> tuple[Path | None, Path | None]:
    """Return the course file in a folder or its parents, and one that was ignored because it is among the ``graded`` files.

    A hand-in may contain a file of this name, which must not decide how it is graded.
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
        If it cannot be read, or a table or value is unknown or of the wrong type; the message names the line and a remedy.
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
    """Return an error's message in the form that follows a line number."""
    text = str(error)
    return text[0].lower() + text[1:]


def _path(table: Table, key: str, folder: Path, words: str) -> Path | None:
    return folder / table.string(key, words) if key in table.data else None


def _assignments(rows: Sequence[Table], folder: Path, zone: tzinfo, late: Mapping[str, Any]) -> tuple[Planned, ...]:
    """Return the assignments, each with its own id and reports folder."""
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
    """Return a normalised name, equal for names that some systems do not distinguish."""
    return str(value).casefold()


def _assignment(row: Table, folder: Path, zone: tzinfo, late: Mapping[str, Any]) -> Planned:
    row.only(KEYS["assignment"], "key of [[assignment]] called")
    name = row.string("id", 'a string like "week-1"')
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", name):
        raise row.fail(
            "id", f"'id' must begin with a letter or digit and contain only letters, digits, - and _, not {name!r}."
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
    """Return the id of a shipped assignment or the path of a folder; a folder next to the course file takes precedence."""
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
    """Return the paths of the downloads, given as one path or a list."""
    value = row.data.get("submissions", [])
    if isinstance(value, str):
        return (row.string("submissions", 'a path like "downloads/week-1.zip"'),)
    return row.strings("submissions", example='["downloads/week-1.zip"]')


def _late(table: Table, name: str) -> dict[str, Any]:
    """Return the given keys of a late policy, each checked."""
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
    """Return the table of each target: the keys in EXPORT_KEYS, and its columns by assignment id."""
    if not table.data:
        return {}
    from grader.course.export.formats import FORMATS  # a course that exports nothing does not need them

    table.only(tuple(FORMATS), "target of [export] called")
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
    """Return the course at ``path``, or the nearest one above ``start``, and a course file that was ignored.

    Raises
    ------
    UsageError
        If there is no file at ``path``.
    AssignmentError
        If the file is not valid.
    """
    if path is not None:
        path = path / FILE if path.is_dir() else path
        if not path.is_file():
            raise UsageError(f"There is no course file {path}. Create one with: python -m grader course new")
        return read_course(path), None
    found, passed = find_course_file(start, graded)
    return (read_course(found) if found is not None else Course()), passed
