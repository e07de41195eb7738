"""Decides what ``grade`` will do, from the options, the course file and the defaults; grades and writes nothing."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from grader.command.defaults import default_assignment
from grader.errors import UsageError
from grader.terminal import complain

if TYPE_CHECKING:
    from grader.course.file import Course, Planned

SUBMISSIONS = Path("submissions")
KEY = "anonymous-key.json"


@dataclass(frozen=True)
class Plan:
    """What a run of ``grade`` will do.

    ``name`` is the command's name for the assignment, so that the same command finds it again; ``assignment`` is the id or
    folder used for grading. ``out`` is None if neither options nor course file set it, and ``key`` unless the run is
    anonymous.
    """

    course: Course
    planned: Planned | None
    name: str | None
    assignment: str
    paths: list[Path]
    out: Path | None
    layout: str | None
    seed: str | None
    allow: tuple[str, ...]
    zone: tzinfo
    due: datetime | None
    grace: timedelta
    roster: Path | None
    key: Path | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The assignment's names: the course's and its own."""
        known = (self.planned.id if self.planned else None, Path(self.assignment).name)
        return tuple(filter(None, known))

    def is_late(self, at: datetime | None, mark: bool | None) -> bool | None:
        """Return whether a hand-in is late: by its time and the due date if both are known, or else by the platform's mark."""
        if at is not None and self.due is not None:
            return at > self.due + self.grace
        return mark


def add_course_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that replace keys of the course file."""
    group = parser.add_argument_group("course options, which override grader.toml")
    add = group.add_argument
    add("--course", type=Path, metavar="FILE", help="the course file (default: grader.toml here or in a parent folder)")
    add("--roster", type=Path, metavar="FILE", help="CSV file of the students, such as a platform's export")
    add("--time-zone", metavar="ZONE", help="time zone of times without an offset, such as Asia/Taipei")
    add("--due", metavar="TIME", help="when the assignment is due, such as '2026-10-24 23:59'")
    add("--grace-minutes", type=_minutes, metavar="N", help="a hand-in late by no more than this is on time")
    add("--anonymous", action="store_true", help="replace all names; the key is kept apart from the reports")
    add(
        "--key",
        type=Path,
        metavar="FILE",
        help=f"the key of anonymous students (default: {KEY} next to grader.toml, or here)",
    )


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = -1.0
    if not 0 <= minutes < 1e6:
        raise argparse.ArgumentTypeError(f"it must be a number of minutes, not {text!r}; try --grace-minutes 15")
    return minutes


def plan_of(options: argparse.Namespace) -> Plan:
    """Return the plan of a run.

    Raises
    ------
    GraderError
        If the course file is not valid, or does not say which assignment is meant.
    """
    from grader.course.clock import moment, zone_of
    from grader.course.file import course_of

    course, passed = course_of(options.course, Path(), options.paths)
    if passed is not None and not options.quiet:
        complain(f"{passed} is not read, because it is among the files to grade. If it is yours, add --course {passed}")
    planned = _planned(course, options.assignment, options.paths)
    zone = zone_of(options.time_zone) if options.time_zone else course.zone
    late = planned.late if planned else course.late
    minutes = options.grace_minutes if options.grace_minutes is not None else late.get("grace_minutes", 0.0)
    due = moment(options.due, zone) if options.due else (planned.due if planned else None)
    name = planned.id if planned else options.assignment
    return Plan(
        course=course,
        planned=planned,
        name=name,
        assignment=planned.assignment if planned else default_assignment(options.assignment),
        paths=[*options.paths] or [*(planned.submissions if planned else ())] or [SUBMISSIONS],
        out=options.out or (planned.reports if planned else None),
        layout=options.layout or (planned.layout if planned else None),
        seed=options.seed if options.seed is not None else (planned.seed if planned else None),
        allow=(*(planned.allow if planned else ()), *options.allow),
        zone=zone,
        due=due,
        grace=timedelta(minutes=minutes),
        roster=options.roster or course.roster,
        key=(options.key or course.folder / KEY) if options.anonymous or course.anonymous else None,
    )


def _planned(course: Course, name: str | None, paths: Sequence[Path]) -> Planned | None:
    """Return the course's assignment that is meant; None if it lists none, or if one outside the course is named."""
    if not course.assignments:
        return None
    if name is not None:
        return course.planned(name)
    held = course.holding(paths)
    if held is not None or len(course.assignments) == 1:
        return held or course.assignments[0]
    listed = ", ".join(planned.id for planned in course.assignments)
    raise UsageError(
        f"{course.path} has {len(course.assignments)} assignments: {listed}. Say which one with --assignment, such as "
        f"--assignment {course.assignments[0].id}"
    )


def relative(path: Path) -> Path:
    """Return a path relative to the working directory, if it is below it."""
    here = Path().resolve()
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path
